// SPDX-License-Identifier: Apache-2.0
// A google.protobuf.Duration as proto3's JSON form has it: "30s", "0.250s". Not below zero, as all that we
// write. Threads: any.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ghboot::nats {

std::string duration_text(std::chrono::milliseconds duration);

// Rounded up to whole milliseconds, so that no lease is read as shorter than it is. Nothing: no such text.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace ghboot::nats
