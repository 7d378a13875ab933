// SPDX-License-Identifier: Apache-2.0
// Walks a value together with what the configuration and the prior state say of the same place, by core's own
// rules: lists by index, maps by key, sets by what the configuration fixed of an element. For the engine's
// .cpp files.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tfplugin/schema.h"

namespace ghboot::tfplugin {

inline const cty::Value absent;  // Null, where something is looked for that is not there.

inline cty::Value& slot(cty::Value& object, const std::string& name) {
  return (*object.get<cty::Value::Map>())[name];
}
std::size_t size_of(const cty::Value& collection);  // 0 when it is none.
// How many elements a collection of `type` has in the end. Of a set those that are not known may turn out to
// be others of it, and one stands for all that are unknown in the same places.
struct Sizes {
  std::size_t least, most;
};
Sizes sizes_of(const cty::Type& type, const cty::Value& collection);

// The element of `value`, a list or map, at its index or key; absent when it has none.
const cty::Value& sibling(const cty::Value& value, Nesting nesting, std::size_t index,
                          const std::string& key);

// What a computed attribute with a default may be where the configuration leaves it out.
enum class Defaults : std::uint8_t { any, required };

// Whether an element of a set came from the one that was configured: they differ in nothing but computed
// attributes that the configuration leaves out.
bool derives(const std::vector<Attribute>& attributes, const cty::Value& config, const cty::Value& value,
             Defaults defaults = Defaults::any);
// The same of what one attribute holds.
bool derives(const Attribute& attribute, const cty::Value& config, const cty::Value& value,
             Defaults defaults);

// For each element of the set `value` the element of `config` that it came from, each of which is one's
// alone; absent for what came from none.
std::vector<const cty::Value*> origins(const Attribute& attribute, const cty::Value& value,
                                       const cty::Value& config, Defaults defaults = Defaults::any);

// Calls visit(child of value, child of config, child of prior, path of child) for each known object inside an
// attribute with nesting. What a visit changes in a set's elements leaves the set in order.
template <class Visit>
void for_each_child(const Attribute& attribute, cty::Value& value, const cty::Value& config,
                    const cty::Value& prior, const Path& path, const Visit& visit) {
  if (attribute.nesting == Nesting::none || !value.is_known()) return;
  if (attribute.nesting == Nesting::set) {
    auto* list = value.get<cty::Value::List>();
    const auto from = origins(attribute, value, config);
    const auto from_before = origins(attribute, prior, config);
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (!(*list)[i].is_known()) continue;
      const auto was = std::ranges::find(from_before, from[i]);
      const bool is_new = from[i] == &absent || was == from_before.end();
      visit((*list)[i], *from[i],
            is_new ? absent
                   : (*prior.get<cty::Value::List>())[static_cast<std::size_t>(was - from_before.begin())],
            path);
    }
    value = cty::Value::set(std::move(*list));
    return;
  }
  if (attribute.nesting == Nesting::single) {
    visit(value, config, prior, path);
  } else if (auto* list = value.get<cty::Value::List>()) {
    for (std::size_t i = 0; i < list->size(); ++i)
      if ((*list)[i].is_known())
        visit((*list)[i], sibling(config, Nesting::list, i, ""), sibling(prior, Nesting::list, i, ""),
              path.index(static_cast<std::int64_t>(i)));
  } else if (auto* map = value.get<cty::Value::Map>()) {
    for (auto& [key, child] : *map)
      if (child.is_known())
        visit(child, sibling(config, Nesting::map, 0, key), sibling(prior, Nesting::map, 0, key),
              path.key(key));
  }
}

}  // namespace ghboot::tfplugin
