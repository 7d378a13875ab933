// SPDX-License-Identifier: Apache-2.0
#include "nats/claim_changes.h"

#include <algorithm>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

namespace ghboot::nats {

using nlohmann::json;

namespace {

const json absent(json::value_t::discarded);  // No member of a document is equal to it.

const json& member(const json& object, const std::string& name) {
  const auto found = object.find(name);
  return found == object.end() ? absent : *found;
}

bool has(const json& array, const json& entry) { return std::ranges::find(array, entry) != array.end(); }

void carry_entries(json& onto, const json& before, const json& after) {
  json merged = json::array();
  for (json& entry : onto)
    if (!has(before, entry) || has(after, entry)) merged.push_back(std::move(entry));
  for (const json& entry : after)
    if (!has(before, entry) && !has(merged, entry)) merged.push_back(entry);
  onto = std::move(merged);
}

void carry_member(json& object, const std::string& name, const json& before, const json& after) {
  const bool there = object.contains(name);
  const bool untouched = there ? object[name] == before : before.is_discarded();
  if (untouched && after.is_discarded()) {
    object.erase(name);
  } else if (untouched) {
    object[name] = after;
  } else if (there && object[name].type() == after.type()) {
    const json base = before.type() == after.type() ? before : json(after.type());
    if (after.is_object()) carry_changes(object[name], base, after);
    if (after.is_array()) carry_entries(object[name], base, after);
  }
}

}  // namespace

void carry_changes(json& onto, const json& before, const json& after) {
  std::set<std::string> names;
  for (const json* version : {&before, &after})
    for (const auto& [name, value] : version->items()) names.insert(name);
  for (const std::string& name : names) {
    const json &was = member(before, name), &is = member(after, name);
    const bool changed = was.is_discarded() != is.is_discarded() || was != is;
    if (changed) carry_member(onto, name, was, is);
  }
}

}  // namespace ghboot::nats
