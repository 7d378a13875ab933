// SPDX-License-Identifier: Apache-2.0
// Points in time as people and Terraform write them: RFC 3339, "2026-11-26T08:00:00Z". Whole seconds, as in
// claims. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ghboot::nats {

std::string time_text(std::int64_t unix_seconds);  // In UTC. The years 0 to 9999.

// With an offset or Z; fractions of a second are cut off. Nothing where it is no such time.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace ghboot::nats
