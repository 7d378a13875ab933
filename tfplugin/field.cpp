// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/field.h"

#include <algorithm>

namespace ghboot::tfplugin {

bool has_unknown_element(const cty::Value& value) {
  if (const auto* list = value.get<cty::Value::List>())
    return std::ranges::any_of(*list, &cty::Value::is_unknown);
  const auto* map = value.get<cty::Value::Map>();
  return map && std::ranges::any_of(*map, [](const auto& entry) { return entry.second.is_unknown(); });
}

bool Codec<std::int64_t>::decode(const cty::Value& value, std::int64_t& out, const Path& path,
                                 Diagnostics& diagnostics) {
  const auto* number = value.get<cty::Number>();
  const auto integer = number ? number->to_int64() : std::nullopt;
  if (!integer) {
    diagnostics.error(path, "Not a whole number",
                      "\"" + path.text() + "\" is " + (number ? number->text() : "no number") +
                          "; a whole number of at most 64 bits is expected.");
    return false;
  }
  out = *integer;
  return true;
}

std::optional<cty::Value> to_value(const Literal& literal) {
  if (const auto* flag = std::get_if<bool>(&literal)) return cty::Value(*flag);
  if (const auto* integer = std::get_if<std::int64_t>(&literal)) return cty::Value::integer(*integer);
  if (const auto* text = std::get_if<std::string_view>(&literal)) return cty::Value(*text);
  return std::nullopt;
}

}  // namespace ghboot::tfplugin
