// SPDX-License-Identifier: Apache-2.0
// A time as verbs tell it in JSON. Threads: any.
#pragma once

#include <cstdint>
#include <optional>

#include <nlohmann/json.hpp>

#include "nats/time_text.h"

namespace ghboot::helper {

// RFC 3339, of Unix seconds; null where it is not known.
inline nlohmann::ordered_json time_json(const std::optional<std::int64_t>& at) {
  return at ? nlohmann::ordered_json(nats::time_text(*at)) : nlohmann::ordered_json();
}

}  // namespace ghboot::helper
