// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/upgrade.h"

#include "tfplugin/cty/json.h"

namespace ghboot::tfplugin {

cty::Value upgrade_state(const Schema& schema, std::string_view type_name, std::int64_t version,
                         std::string_view json, Diagnostics& diagnostics) {
  if (version != schema.version) {
    diagnostics.error("State of another version",
                      "The state of this " + std::string(type_name) + " was written under schema version " +
                          std::to_string(version) + "; this provider has version " +
                          std::to_string(schema.version) + " and no way from there.");
    return {};
  }
  auto state = cty::decode_json(schema.type(), json, cty::UnknownKeys::ignore);
  if (state && state->is_known()) return *std::move(state);
  // Null would be no state at all, and core would forget the resource.
  diagnostics.error(state ? Path() : state.error().path, "State that cannot be read",
                    "The stored state of this " + std::string(type_name) + " does not fit its schema: " +
                        (json.empty() ? "it is in the form of Terraform before 0.12"
                         : state      ? "it is null"
                                      : state.error().message) +
                        ".");
  return {};
}

}  // namespace ghboot::tfplugin
