// SPDX-License-Identifier: Apache-2.0
#include "provider/public_key.h"

#include <fmt/format.h>

#include "provider/report.h"

namespace ghboot::provider {

bool is_key_of(nats::KeyKind kind, std::string_view text) {
  const auto found = nats::parse_public_key(text);
  return found && *found == kind;
}

void check_public_key(nats::KeyKind kind, std::string_view key, const tfplugin::Path& path,
                      tfplugin::Diagnostics& diagnostics) {
  if (is_key_of(kind, key)) return;
  const auto found = nats::parse_public_key(key);
  diagnostics.error(path, fmt::format("Not the public key of kind {}", nats::to_string(kind)),
                    found
                        ? fmt::format("{} is a key of kind {}; one of kind {} ({}…) is expected.", key,
                                      nats::to_string(*found), nats::to_string(kind), nats::key_prefix(kind))
                        : sentence(found.error().message));
}

void check_public_key(nats::KeyKind kind, const tfplugin::Value<std::string>& value,
                      std::string_view attribute, tfplugin::Diagnostics& diagnostics) {
  if (value.is_known()) check_public_key(kind, *value, tfplugin::Path({attribute}), diagnostics);
}

}  // namespace ghboot::provider
