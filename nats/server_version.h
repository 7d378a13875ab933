// SPDX-License-Identifier: Apache-2.0
// The version of a nats-server, for "is it new enough". Threads: any.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace ghboot::nats {

struct ServerVersion {
  int major = 0, minor = 0, patch = 0;
  auto operator<=>(const ServerVersion&) const = default;
};

// "2.10.4", with what may follow it ("-RC.1"); what is missing or no number is 0.
ServerVersion parse_version(std::string_view text);
std::string to_string(const ServerVersion& version);  // "2.10" where the patch is 0.

}  // namespace ghboot::nats
