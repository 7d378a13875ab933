// SPDX-License-Identifier: Apache-2.0
// The locks under which a process runs, as `ghboot lock hold` tells its command in the environment. Whoever
// wants one of these would wait for its own parent. Threads: as any value.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include "nats/text_parts.h"

namespace ghboot::nats {

struct HeldLocks {
  static constexpr auto token_variable = "GHBOOT_LOCK_TOKEN";
  static constexpr auto keys_variable = "GHBOOT_LOCK_ORG";

  std::string keys{};   // BusNames::key() of each, with commas: one hold may run another.
  std::string token{};  // Of the last.

  static HeldLocks of(const std::function<std::optional<std::string>(const std::string& name)>& environment) {
    return {.keys = environment(keys_variable).value_or(""),
            .token = environment(token_variable).value_or("")};
  }
  bool have(const std::string& key) const {
    const auto all = listed_in(keys, ',');
    return std::ranges::find(all, key) != all.end();
  }
  std::string keys_with(const std::string& key) const { return keys.empty() ? key : keys + "," + key; }
  // For people; empty: that one is not held.
  std::string token_of(const std::string& key) const {
    if (!have(key)) return {};
    return token.empty() ? "unknown" : token;
  }
};

}  // namespace ghboot::nats
