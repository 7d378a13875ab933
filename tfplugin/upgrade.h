// SPDX-License-Identifier: Apache-2.0
// Core asks for every stored state to be "upgraded", also when it was written under the version that is
// served now; for a stored identity only when its version is older.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tfplugin/field.h"

namespace ghboot::tfplugin {

class ManagedResource;

// The state as a value of the schema's type, through the resource's own upgrade when the version is another.
// Attributes that the schema does not know are left out, those that the stored state does not have are null.
// Never null without an error.
cty::Value upgrade_state(const ManagedResource& resource, std::string_view type_name, std::int64_t version,
                         std::string_view json, Diagnostics& diagnostics);
cty::Value upgrade_identity(const ManagedResource& resource, std::string_view type_name, std::int64_t version,
                            std::string_view json, Diagnostics& diagnostics);

// A stored object of `type`; nothing, with an error, when it is none.
std::optional<cty::Value> decode_stored(const cty::Type& type, std::string_view json,
                                        Diagnostics& diagnostics);

// Attributes of a model of an older schema.
template <IsModel Old>
std::optional<Old> decode_old(std::string_view json, Diagnostics& diagnostics) {
  const auto value = decode_stored(Codec<Old>::type(), json, diagnostics);
  Old old{};
  if (value) Codec<Old>::decode(*value, old, Path(), diagnostics);
  return diagnostics.has_error() ? std::nullopt : std::optional(std::move(old));
}

}  // namespace ghboot::tfplugin
