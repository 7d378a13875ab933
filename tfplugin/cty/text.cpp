// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/text.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

#include <utf8proc.h>

namespace ghboot::tfplugin::cty {
namespace {

// Nearly every text: it is composed, and no table is asked.
bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

const utf8proc_uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

enum class Change : std::uint8_t { none, some, impossible };

Change compose_text(std::string& text) {
  if (is_ascii(text)) return Change::none;
  auto better = composed(text);
  if (!better) return Change::impossible;
  if (*better == text) return Change::none;
  text = *std::move(better);
  return Change::some;
}

Change compose_value(const Type& type, Value& value);

Change compose_list(const Type& type, Value& value) {
  auto& list = *value.get<Value::List>();
  const bool tuple = type.kind() == Kind::tuple;
  Change all = Change::none;
  for (std::size_t i = 0; i < list.size(); ++i)
    all = std::max(all, compose_value(tuple ? type.attributes()[i].type : type.element(), list[i]));
  if (all == Change::some && type.kind() == Kind::set) value = Value::set(std::move(list));
  return all;
}

// Of an object the names are the type's own.
Change compose_map(const Type& type, Value& value) {
  auto& map = *value.get<Value::Map>();
  const bool object = type.kind() == Kind::object;
  Change values = Change::none, keys = Change::none;
  for (auto& [name, inner] : map) {
    values = std::max(values, compose_value(object ? *type.attribute(name) : type.element(), inner));
    std::string key = name;
    if (!object) keys = std::max(keys, compose_text(key));
  }
  if (keys == Change::some) {
    Value::Map fresh;
    for (auto& [name, inner] : map) fresh.insert_or_assign(*composed(name), std::move(inner));
    map = std::move(fresh);
  }
  return std::max(values, keys);
}

Change compose_value(const Type& type, Value& value) {
  if (auto* text = value.get<std::string>()) return compose_text(*text);
  if (value.get<Value::List>()) return compose_list(type, value);
  if (value.get<Value::Map>()) return compose_map(type, value);
  const auto* dynamic = value.get<std::shared_ptr<const Value::Dynamic>>();
  if (!dynamic) return Change::none;
  Value inner = (*dynamic)->value;
  const Change change = compose_value((*dynamic)->type, inner);
  if (change == Change::some) value = Value::dynamic((*dynamic)->type, std::move(inner));
  return change;
}

}  // namespace

std::optional<std::string> composed(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): a set of flags.
  constexpr auto nfc = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  utf8proc_uint8_t* out = nullptr;
  const auto size = utf8proc_map(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &out, nfc);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
}

bool compose(const Type& type, Value& value) { return compose_value(type, value) != Change::impossible; }

std::string readable(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    utf8proc_int32_t character = 0;
    const auto size =
        utf8proc_iterate(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &character);
    out += size > 0 ? text.substr(0, static_cast<std::size_t>(size)) : "\uFFFD";
    text.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 1);
  }
  return out;
}

std::string shortened(std::string text, std::size_t bytes_max) {
  static constexpr std::string_view rest = "…";
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max - rest.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  return text + std::string(rest);
}

}  // namespace ghboot::tfplugin::cty
