// SPDX-License-Identifier: Apache-2.0
#include "github/message.h"

#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ghboot::github {

std::string_view Response::header(std::string_view lower_name) const {
  const auto found = headers.find(lower_name);
  return found == headers.end() ? std::string_view() : found->second;
}

Result<std::int64_t> id_in(const nlohmann::json& object, std::string_view member) {
  const auto found = object.is_object() ? object.find(member) : object.end();
  const bool is_there = object.is_object() && found != object.end() && found->is_number_integer();
  const bool fits = is_there && (!found->is_number_unsigned() ||
                                 found->get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max());
  if (fits && found->get<std::int64_t>() > 0) return found->get<std::int64_t>();
  return failure(
      ErrorKind::unreachable,
      fmt::format("GitHub's answer has no `{}` that is a positive integer of 64 bits. Look whether the base "
                  "URL is GitHub's API, and report it to whoever runs it.",
                  member));
}

std::string body_text(const nlohmann::json& body) {
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

const nlohmann::json& member_in(const nlohmann::json& object, std::string_view member) {
  static const nlohmann::json none;
  if (!object.is_object()) return none;
  const auto found = object.find(member);
  return found == object.end() ? none : *found;
}

bool is_utf8(std::string_view text) {
  return nlohmann::json::parse(body_text(text)).get_ref<const std::string&>() == text;
}

std::string text_in(const nlohmann::json& object, std::string_view member) {
  const nlohmann::json& found = member_in(object, member);
  return found.is_string() ? found.get<std::string>() : "";
}

}  // namespace ghboot::github
