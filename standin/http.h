// SPDX-License-Identifier: Apache-2.0
// A request and its answer as plain values: what the router, the rules and their tests speak, without a
// socket. Header names of a request are in lower case, as they are compared without case (RFC 9110, 5.1).
// Threads: values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace ghboot::standin {

using Json = nlohmann::ordered_json;  // GitHub's members keep their order, which people read.
using Query = std::map<std::string, std::string, std::less<>>;
using Headers = std::map<std::string, std::string, std::less<>>;

struct Request {
  std::string method;  // As sent: GET, POST, …
  std::string target;  // As on the request line.
  std::string path;    // Of the API, percent-encoded: without /api/v3 before and the query behind.
  Query query;
  Headers headers;
  std::string body;
  std::string origin;       // "http://127.0.0.1:8080", by the Host that the client named.
  bool enterprise = false;  // It came under /api/v3.

  std::string_view header(std::string_view name) const;     // Empty when there is none.
  std::string_view parameter(std::string_view name) const;  // Of the query, likewise.
  std::string api() const {
    return enterprise ? origin + "/api/v3" : origin;
  }  // What URLs in answers begin with.
};

// What happens to the connection in place of a whole answer.
enum class Cut : std::uint8_t {
  none,
  silent,  // It is closed without a byte.
  short_,  // Half of the body is sent, under a Content-Length for all of it.
};

struct Response {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Cut cut = Cut::none;

  void set(std::string_view name, std::string value);    // Replaces.
  std::string_view header(std::string_view name) const;  // Without case; empty when there is none.
};

struct RawRequest {
  std::string method, target, origin;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Takes the target apart.
Request make_request(RawRequest raw);

Response json_response(unsigned status, const Json& body);
// GitHub's error body; `status` in it is text.
Response error_response(unsigned status, std::string_view message,
                        std::string_view documentation = "https://docs.github.com/rest");
Response not_found();
// 422 "Validation Failed" with its errors[].
Response validation_failed(const Json& errors);
// 422 for a body that does not fit the schema: "Invalid request.\n\n…".
Response invalid_request(std::string_view what);

}  // namespace ghboot::standin
