// SPDX-License-Identifier: Apache-2.0
#include "standin/request_log.h"

#include <fmt/format.h>

#include "standin/crypto.h"
#include "standin/text.h"

namespace ghboot::standin {

namespace {

Json entry_view(const RequestEntry& entry) {
  return {{"number", entry.number},
          {"at", entry.at},
          {"method", entry.method},
          {"target", entry.target},
          {"authorization", entry.authorization},
          {"actor", entry.actor},
          {"api_version", entry.api_version},
          {"if_none_match", entry.if_none_match},
          {"user_agent", entry.user_agent},
          {"request_id", entry.request_id},
          {"side_by_side", entry.side_by_side},
          {"request_size", entry.request_size},
          {"status", entry.status},
          {"response_size", entry.response_size},
          {"counted", entry.counted},
          {"fault", entry.fault}};
}

}  // namespace

void RequestLog::add(RequestEntry entry) {
  entry.number = ++last_;
  if (sink_) sink_(entry_view(entry).dump(-1, ' ', false, Json::error_handler_t::replace));
  entries_.push_back(std::move(entry));
  if (entries_.size() > entries_max) entries_.pop_front();
}

Json RequestLog::since(std::int64_t number) const {
  Json list = Json::array();
  for (const RequestEntry& entry : entries_) {
    if (entry.number > number) list.push_back(entry_view(entry));
  }
  return list;
}

std::string exchange_line(const Request& request, const Response& response, const std::string& fault) {
  Json headers = Json::object();
  for (const auto& [name, value] : response.headers) headers[name] = value;
  return Json{{"method", request.method},  {"target", request.target},
              {"request", request.body},   {"user_agent", request.header("user-agent")},
              {"status", response.status}, {"headers", headers},
              {"response", response.body}, {"fault", fault}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string authorization_text(const Request& request) {
  const std::string_view value = request.header("authorization");
  const std::size_t space = value.find(' ');
  if (value.empty()) return "";
  // Without a scheme all of it may be the token.
  if (space == std::string_view::npos) return sha256_hex(value).substr(0, 12);
  const std::string scheme = lower(value.substr(0, space));
  const bool known = scheme == "bearer" || scheme == "token" || scheme == "basic";
  return fmt::format("{} {}", known ? scheme : "?", sha256_hex(value.substr(space + 1)).substr(0, 12));
}

}  // namespace ghboot::standin
