// SPDX-License-Identifier: Apache-2.0
#include "standin/http.h"

#include <algorithm>

#include <fmt/format.h>

#include "standin/text.h"

namespace ghboot::standin {

namespace {

constexpr std::string_view enterprise_prefix = "/api/v3", enterprise_graphql = "/api/graphql";

}  // namespace

std::string_view Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : found->second;
}

std::string_view Request::parameter(std::string_view name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string_view() : found->second;
}

void Response::set(std::string_view name, std::string value) {
  std::erase_if(headers, [&](const auto& header) { return same_word(header.first, name); });
  headers.emplace_back(name, std::move(value));
}

std::string_view Response::header(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers, [&](const auto& header) { return same_word(header.first, name); });
  return found == headers.end() ? std::string_view() : found->second;
}

Request make_request(RawRequest raw) {
  Request request;
  request.method = std::move(raw.method);
  request.target = std::move(raw.target);
  request.origin = std::move(raw.origin);
  request.body = std::move(raw.body);
  const std::size_t question = request.target.find('?');
  request.path = request.target.substr(0, question);
  if (question != std::string::npos) request.query = parse_query(request.target.substr(question + 1));
  if (request.path == enterprise_prefix || request.path.starts_with(fmt::format("{}/", enterprise_prefix))) {
    request.enterprise = true;
    request.path.erase(0, enterprise_prefix.size());
  } else if (request.path == enterprise_graphql) {
    request.enterprise = true;
    request.path = "/graphql";
  }
  while (request.path.size() > 1 && request.path.ends_with('/')) request.path.pop_back();
  for (auto& [name, value] : raw.headers) request.headers[lower(name)] = std::move(value);
  return request;
}

Response json_response(unsigned status, const Json& body) {
  Response response{.status = status};
  response.set("Content-Type", "application/json; charset=utf-8");
  // Bytes that are no UTF-8 may stand in what a receiver answered.
  response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return response;
}

Response error_response(unsigned status, std::string_view message, std::string_view documentation) {
  return json_response(
      status,
      {{"message", message}, {"documentation_url", documentation}, {"status", fmt::format("{}", status)}});
}

Response not_found() { return error_response(404, "Not Found"); }

Response validation_failed(const Json& errors) {
  return json_response(422, {{"message", "Validation Failed"},
                             {"errors", errors},
                             {"documentation_url", "https://docs.github.com/rest"},
                             {"status", "422"}});
}

Response invalid_request(std::string_view what) {
  return error_response(422, fmt::format("Invalid request.\n\n{}", what));
}

}  // namespace ghboot::standin
