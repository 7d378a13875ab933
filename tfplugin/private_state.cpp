// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/private_state.h"

#include "tfplugin/cty/json.h"

namespace ghboot::tfplugin {
namespace {

bool is_plan_entry(const auto& entry) { return entry.first.starts_with("plan:"); }

cty::Type entries_type() { return cty::Type::map(cty::Type::string()); }

}  // namespace

PrivateState PrivateState::decode(std::string_view bytes) {
  PrivateState out;
  const auto value = cty::decode_json(entries_type(), bytes);
  const auto* map = value ? value->get<cty::Value::Map>() : nullptr;
  if (!map) return out;
  for (const auto& [name, entry] : *map)
    if (const auto* text = entry.get<std::string>()) out.entries_.emplace(name, *text);
  return out;
}

std::string PrivateState::encode() const {
  if (entries_.empty()) return {};
  cty::Value::Map map;
  for (const auto& [name, text] : entries_) map.emplace(name, text);
  return cty::encode_json(entries_type(), map);
}

std::optional<std::string> PrivateState::get(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

PrivateState PrivateState::plan_entries() const {
  PrivateState out = *this;
  std::erase_if(out.entries_, [](const auto& entry) { return !is_plan_entry(entry); });
  return out;
}

void PrivateState::erase_plan_entries() {
  std::erase_if(entries_, [](const auto& entry) { return is_plan_entry(entry); });
}

}  // namespace ghboot::tfplugin
