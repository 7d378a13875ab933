// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/identity.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ghboot::tfplugin {
namespace {

template <class Visit>
void for_each_part(const Schema& schema, const Visit& visit) {
  for (const Attribute& attribute : schema.attributes)
    if (attribute.identity != IdentityUse::none) visit(attribute);
}

}  // namespace

bool has_identity(const Schema& schema) {
  return std::ranges::any_of(schema.attributes,
                             [](const Attribute& a) { return a.identity != IdentityUse::none; });
}

cty::Type identity_type(const Schema& schema) {
  std::vector<cty::Type::Attribute> parts;
  for_each_part(schema, [&](const Attribute& part) { parts.push_back({part.name, part.type}); });
  return cty::Type::object(std::move(parts));
}

cty::Value identity_of(const Schema& schema, const cty::Value& state) {
  if (state.is_null() || !has_identity(schema)) return {};
  cty::Value::Map out;
  for_each_part(schema, [&](const Attribute& part) { out.emplace(part.name, state[part.name]); });
  return out;
}

cty::Value state_of(const Schema& schema, const cty::Value& identity, Diagnostics& diagnostics) {
  cty::Value state = empty_object(schema);
  for_each_part(schema, [&](const Attribute& part) {
    const cty::Value& given = identity[part.name];
    if (given.is_null() && part.identity == IdentityUse::required)
      diagnostics.error(Path({part.name}), "Missing part of the identity",
                        fmt::format("\"{}\" is null; an import by identity needs it.", part.name));
    state.get<cty::Value::Map>()->insert_or_assign(part.name, given);
  });
  return state;
}

void check_identity(const Schema& schema, const cty::Value& before, const cty::Value& after,
                    Diagnostics& diagnostics) {
  if (after.is_null()) return;
  for_each_part(schema, [&](const Attribute& part) {
    const cty::Value& was = before[part.name];
    const cty::Value& is = after[part.name];
    // What was stored before the resource had an identity may go on without.
    if (is.is_null() && before.is_known() && was.is_null()) return;
    if (is.is_null() && part.identity == IdentityUse::required)
      diagnostics.error(
          Path({part.name}), "Defect of the provider",
          fmt::format("\"{}\" belongs to the identity and is null. Please report this.", part.name));
    else if (!schema.identity_changes && !was.is_null() && was != is)
      diagnostics.error(Path({part.name}), "Defect of the provider",
                        fmt::format("\"{}\" belongs to the identity, which stays the same for a resource's "
                                    "life, and would change. Please report this.",
                                    part.name));
  });
}

}  // namespace ghboot::tfplugin
