// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/field.h"

#include <algorithm>
#include <utility>

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

cty::Value merged(const cty::Type& type, cty::Value base, const cty::Value& before, const cty::Value& after) {
  if (before == after) return base;
  auto* map = base.get<cty::Value::Map>();
  const auto* map_before = before.get<cty::Value::Map>();
  const auto* map_after = after.get<cty::Value::Map>();
  const auto same_keys = [](const cty::Value::Map& a, const cty::Value::Map& b) {
    return std::ranges::equal(a, b, {}, &cty::Value::Map::value_type::first,
                              &cty::Value::Map::value_type::first);
  };
  if (map && map_before && map_after && same_keys(*map, *map_before) && same_keys(*map, *map_after)) {
    for (auto& [key, value] : *map)
      value = merged(type.kind() == cty::Kind::map ? type.element() : *type.attribute(key), std::move(value),
                     map_before->at(key), map_after->at(key));
    return base;
  }
  auto* list = base.get<cty::Value::List>();
  const auto* list_before = before.get<cty::Value::List>();
  const auto* list_after = after.get<cty::Value::List>();
  if (type.kind() == cty::Kind::list && list && list_before && list_after &&
      list->size() == list_before->size() && list->size() == list_after->size()) {
    for (std::size_t i = 0; i < list->size(); ++i)
      (*list)[i] = merged(type.element(), std::move((*list)[i]), (*list_before)[i], (*list_after)[i]);
    return base;
  }
  return after;
}

std::optional<cty::Value> to_value(const Literal& literal) {
  if (const auto* flag = std::get_if<bool>(&literal)) return cty::Value(*flag);
  if (const auto* integer = std::get_if<std::int64_t>(&literal)) return cty::Value::integer(*integer);
  if (const auto* text = std::get_if<std::string_view>(&literal)) return cty::Value(*text);
  return std::nullopt;
}

}  // namespace ghboot::tfplugin
