// SPDX-License-Identifier: Apache-2.0
// Checks of attributes that name a NATS key. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "nats/nkey.h"
#include "tfplugin/diagnostics.h"
#include "tfplugin/value.h"

namespace ghboot::provider {

bool is_key_of(nats::KeyKind kind, std::string_view text);

// An error unless it is a public key of this kind. A seed that was put there by mistake is named as one and
// never repeated.
void check_public_key(nats::KeyKind kind, std::string_view key, const tfplugin::Path& path,
                      tfplugin::Diagnostics& diagnostics);
// The same of an attribute, which may be unknown or null.
void check_public_key(nats::KeyKind kind, const tfplugin::Value<std::string>& value,
                      std::string_view attribute, tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
