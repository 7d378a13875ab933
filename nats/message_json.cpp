// SPDX-License-Identifier: Apache-2.0
#include "nats/message_json.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/duration_text.h"
#include "nats/time_text.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

constexpr int depth_max = 8;  // Of a message of ours: 4.

template <class T>
bool take_count(const json& value, T& into) {
  const std::string digits = value.is_string() ? value.get<std::string>() : value.dump();
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
  return (value.is_string() || value.is_number_integer()) && failure == std::errc() &&
         end == digits.data() + digits.size();
}

constexpr std::string_view a_count = "a whole number that fits";

}  // namespace

const json* MessageMembers::find(const char* key) const {
  const auto at = object_.find(key);
  return at == object_.end() || at->is_null() ? nullptr : &*at;
}

void MessageMembers::note(const char* key, std::string_view expected) {
  if (wrong_.empty()) wrong_ = fmt::format("its \"{}\" is not {}", key, expected);
}

void MessageMembers::text(const char* key, std::string& into) {
  const json* value = find(key);
  if (value == nullptr) return;
  if (!value->is_string()) return note(key, "a string");
  into = value->get<std::string>();
}

void MessageMembers::flag(const char* key, bool& into) {
  const json* value = find(key);
  if (value == nullptr) return;
  if (!value->is_boolean()) return note(key, "true or false");
  into = value->get<bool>();
}

void MessageMembers::count(const char* key, std::uint32_t& into) {
  const json* value = find(key);
  if (value != nullptr && !take_count(*value, into)) note(key, a_count);
}

void MessageMembers::count(const char* key, std::uint64_t& into) {
  const json* value = find(key);
  if (value != nullptr && !take_count(*value, into)) note(key, a_count);
}

void MessageMembers::duration(const char* key, std::chrono::milliseconds& into) {
  const json* value = find(key);
  if (value == nullptr) return;
  const auto parsed = value->is_string() ? parse_duration(value->get<std::string>()) : std::nullopt;
  if (!parsed) return note(key, "a duration as \"30s\"");
  into = *parsed;
}

void MessageMembers::time(const char* key, std::optional<std::int64_t>& into) {
  const json* value = find(key);
  if (value == nullptr) return;
  if (value->is_string()) into = parse_time(value->get<std::string>());
  if (!into) note(key, "a time as \"2026-11-26T08:00:00Z\"");
}

void MessageMembers::texts(const char* key, std::vector<std::string>& into, std::size_t most) {
  const json* value = find(key);
  if (value == nullptr) return;
  const auto is_text = [](const json& entry) { return entry.is_string(); };
  if (!value->is_array() || !std::ranges::all_of(*value, is_text)) return note(key, "a list of strings");
  for (const json& entry : *value)
    if (into.size() < most) into.push_back(entry.get<std::string>());
}

void MessageMembers::choice(const char* key, const std::vector<std::string_view>& names,
                            std::string_view expected, std::optional<std::size_t>& into) {
  const json* value = find(key);
  if (value == nullptr) return;
  for (std::size_t index = 0; index < names.size(); ++index)
    if (*value == names[index]) into = index;
  if (!into) note(key, expected);
}

void MessageMembers::object(const char* key, const std::function<void(MessageMembers&)>& read_inside) {
  const json* value = find(key);
  if (value == nullptr) return;
  if (!value->is_object()) return note(key, "an object");
  MessageMembers inside(*value);
  read_inside(inside);
  if (wrong_.empty() && !inside.wrong_.empty()) wrong_ = fmt::format("in its \"{}\" {}", key, inside.wrong_);
}

void MessageMembers::objects(const char* key, const std::function<void(MessageMembers&)>& read_one) {
  const json* value = find(key);
  if (value == nullptr) return;
  const auto is_object = [](const json& entry) { return entry.is_object(); };
  if (!value->is_array() || !std::ranges::all_of(*value, is_object)) return note(key, "a list of objects");
  for (const json& entry : *value) {
    MessageMembers inside(entry);
    read_one(inside);
    if (wrong_.empty() && !inside.wrong_.empty())
      wrong_ = fmt::format("in its \"{}\" {}", key, inside.wrong_);
  }
}

Result<json> parse_message(std::string_view bytes, std::string_view what, std::size_t size_max) {
  if (bytes.size() > size_max)
    return fail(ErrorKind::invalid, fmt::format("not {}: {} bytes are too many", what, bytes.size()));
  json object =
      json::parse(bytes, [](int depth, json::parse_event_t, json&) { return depth <= depth_max; }, false);
  if (!object.is_object()) return fail(ErrorKind::invalid, fmt::format("not {}: no JSON object", what));
  return object;
}

void put_text(json& into, const char* key, const std::string& text) {
  if (!text.empty()) into[key] = text;
}

std::string message_text(const json& object) {  // A host's or a person's name may be no UTF-8.
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace ghboot::nats
