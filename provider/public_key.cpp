// SPDX-License-Identifier: Apache-2.0
#include "provider/public_key.h"

#include <fmt/format.h>

#include "provider/report.h"

namespace ghboot::provider {

bool is_key_of(nats::KeyKind kind, std::string_view text) {
  const auto found = nats::parse_public_key(text);
  return found && *found == kind;
}

void check_public_key(nats::KeyKind kind, const tfplugin::Value<std::string>& value,
                      std::string_view attribute, tfplugin::Diagnostics& diagnostics) {
  if (!value.is_known() || is_key_of(kind, *value)) return;
  const auto found = nats::parse_public_key(*value);
  diagnostics.error(
      tfplugin::Path({attribute}), fmt::format("Not the public key of kind {}", nats::to_string(kind)),
      found ? fmt::format("It is the key of kind {}; one of kind {} ({}…) is expected.",
                          nats::to_string(*found), nats::to_string(kind), nats::key_prefix(kind))
            : sentence(found.error().message));
}

}  // namespace ghboot::provider
