// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/upgrade.h"

#include <fmt/format.h>

#include "tfplugin/cty/json.h"
#include "tfplugin/defect.h"
#include "tfplugin/identity.h"
#include "tfplugin/resource.h"
#include "tfplugin/spelling.h"

namespace ghboot::tfplugin {
namespace {

struct Origin {
  std::string_view summary, what;  // "State of another version", "state".
  std::string_view type_name;
  std::int64_t from, to;
};

// What an author's upgrade gave, with an error when core could not take it.
cty::Value checked(const Schema& schema, const Origin& origin, cty::Value value, Diagnostics& diagnostics) {
  if (diagnostics.has_error()) return {};
  if (value.is_null())
    diagnostics.error(std::string(origin.summary),
                      fmt::format("The {} of this {} was written under schema version {}; this provider has "
                                  "version {} and no way from there.",
                                  origin.what, origin.type_name, origin.from, origin.to));
  check_decided(schema.attributes, value, Path(), diagnostics,
                fmt::format("with both versions, {} and {}", origin.from, origin.to));
  return value;
}

}  // namespace

std::optional<cty::Value> decode_stored(const cty::Type& type, std::string_view json,
                                        Diagnostics& diagnostics) {
  auto value = cty::decode_json(type, json, cty::UnknownKeys::ignore);
  if (value && value->is_known()) return *std::move(value);
  // Null would be no state at all, and core would forget the resource.
  diagnostics.error(value ? Path() : value.error().path, "State that cannot be read",
                    "What is stored of this resource does not fit its schema: " +
                        (json.empty() ? "it is in the form of Terraform before 0.12"
                         : value      ? "it is null"
                                      : value.error().message) +
                        ".");
  return std::nullopt;
}

cty::Value upgrade_state(const ManagedResource& resource, std::string_view type_name, std::int64_t version,
                         std::string_view json, Diagnostics& diagnostics) {
  const Schema& schema = resource.schema();
  if (version == schema.version) {
    auto state = decode_stored(schema.type(), json, diagnostics).value_or(cty::Value());
    complete_blocks(schema.attributes, state);
    return without_write_only(schema.attributes, std::move(state));
  }
  auto state = resource.upgrade(version, json, diagnostics);
  refuse_misfits(schema, {}, state, diagnostics);
  state = without_write_only(schema.attributes, std::move(state));
  return checked(schema, {"State of another version", "state", type_name, version, schema.version},
                 std::move(state), diagnostics);
}

cty::Value upgrade_identity(const ManagedResource& resource, std::string_view type_name, std::int64_t version,
                            std::string_view json, Diagnostics& diagnostics) {
  const Schema& schema = resource.schema();
  // Core has none for resources that are older than their identity: the next read fills it in.
  if (version == schema.identity_version || json.empty())
    return decode_stored(identity_type(schema), json.empty() ? "{}" : json, diagnostics)
        .value_or(cty::Value());
  auto state = resource.upgrade_identity(version, json, diagnostics);
  refuse_misfits(schema, {}, state, diagnostics);
  return checked(schema,
                 {"Identity of another version", "identity", type_name, version, schema.identity_version},
                 identity_of(schema, state), diagnostics);
}

}  // namespace ghboot::tfplugin
