// SPDX-License-Identifier: Apache-2.0
// A request to GitHub and its answer, as callers see them. Threads: any, one at a time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "github/error.h"

namespace ghboot::github {

struct Request {
  std::string method = "GET";
  std::string path;         // Below the base URL, with its query: "/repos/acme/shop/hooks?per_page=100".
  std::string body{};       // JSON; empty: none.
  bool idempotent = false;  // Of a write: to do it twice is the same as once. A GET is anyway.
  // Of a POST that makes what nothing refers to yet, as git's objects: it is repeated as a read is, and what
  // was not answered is not open but to be done again.
  bool changes_nothing = false;
  std::string etag{};  // Of an earlier answer to the same path with the same token: it may be a 304 then.
};

// By name in lower case; of a name that comes twice, both values with ", " between.
using Headers = std::map<std::string, std::string, std::less<>>;

struct Response {
  int status = 0;
  Headers headers{};
  std::shared_ptr<const nlohmann::json> json{};  // Never null; null in JSON's sense where there was no body.
  // The path below the base URL that answered in the end, where GitHub redirected: the repository was renamed
  // or transferred. Often "/repositories/ID/…", which holds no name: ask that for its full_name. Else empty.
  std::string moved_to{};

  bool not_modified() const { return status == 304; }
  std::string_view header(std::string_view lower_name) const;  // Empty where there is none.
};

// The body of a request. What is no UTF-8 is replaced, so that it throws at no input.
std::string body_text(const nlohmann::json& body);

// Whether body_text() keeps it as it is.
bool is_utf8(std::string_view text);

// An id of GitHub's, which may be above 2^53. ErrorKind::unreachable: the answer has none, or one that is no
// integer of 64 bits; it was not rounded.
Result<std::int64_t> id_in(const nlohmann::json& object, std::string_view member);
// Null where there is none, or where this is no object; borrowed from it.
const nlohmann::json& member_in(const nlohmann::json& object, std::string_view member);
// Empty where there is none, or what is no text.
std::string text_in(const nlohmann::json& object, std::string_view member);

}  // namespace ghboot::github
