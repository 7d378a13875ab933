// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/upgrade.h"

#include <fmt/format.h>

#include "tfplugin/cty/json.h"
#include "tfplugin/identity.h"
#include "tfplugin/resource.h"
#include "tfplugin/spelling.h"

namespace ghboot::tfplugin {
namespace {

void report_no_way(std::string_view what, std::string_view type_name, std::int64_t from, std::int64_t to,
                   Diagnostics& diagnostics) {
  diagnostics.error(fmt::format("{} of another version", what),
                    fmt::format("The {} of this {} was written under schema version {}; this provider has "
                                "version {} and no way from there.",
                                what == "State" ? "state" : "identity", type_name, from, to));
}

void report_defect(std::string_view what, Diagnostics& diagnostics) {
  diagnostics.error("Defect of the provider",
                    fmt::format("An upgrade {}. Please report this with both versions.", what));
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
  cty::Value state = without_write_only(schema.attributes, resource.upgrade(version, json, diagnostics));
  if (diagnostics.has_error()) return {};
  if (state.is_null()) report_no_way("State", type_name, version, schema.version, diagnostics);
  if (!state.is_wholly_known()) report_defect("left something undecided", diagnostics);
  return state;
}

cty::Value upgrade_identity(const ManagedResource& resource, std::string_view type_name, std::int64_t version,
                            std::string_view json, Diagnostics& diagnostics) {
  const Schema& schema = resource.schema();
  // Core has none for resources that are older than their identity: the next read fills it in.
  if (version == schema.identity_version || json.empty())
    return decode_stored(identity_type(schema), json.empty() ? "{}" : json, diagnostics)
        .value_or(cty::Value());
  cty::Value identity = identity_of(schema, resource.upgrade_identity(version, json, diagnostics));
  if (diagnostics.has_error()) return {};
  if (identity.is_null()) report_no_way("Identity", type_name, version, schema.identity_version, diagnostics);
  if (!identity.is_wholly_known()) report_defect("left something undecided", diagnostics);
  return identity;
}

}  // namespace ghboot::tfplugin
