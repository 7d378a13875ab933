// SPDX-License-Identifier: Apache-2.0
// What must hold in each history of a lock, and what it tells beside. Always holds: a finding is proved by
// the history, as an event's bounds are both taken into account; a history without findings proves nothing
// about what fell between two readings of the clock. Threads: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faults/history.h"

namespace ghboot::faults {

enum class Rule : std::uint8_t {
  well_formed,         // What ended had begun, and who works has acquired.
  no_overlap,          // Two never work at once.
  tokens_rise,         // In the order in which work begins; none is given twice.
  ended_is_ended,      // Who reported a loss or a release does not work on.
  renewals_are_alone,  // No renewal is stored while another works.
  nobody_starves,
  linearizable,  // See faults/lock_order.h.
};
std::string_view name_of(Rule rule);

struct Patience {  // Who waited longer, while others got in more often, has starved.
  std::chrono::nanoseconds wait_max{std::chrono::seconds(30)};
  std::optional<std::size_t> others_max{};  // None: twice as many as contend.
};

struct Finding {
  Rule rule = Rule::well_formed;
  std::string text;                // For people: who, which tokens, when.
  std::chrono::nanoseconds at{0};  // Of CLOCK_MONOTONIC.
};

struct Checked {
  std::vector<Finding> findings;
  std::chrono::nanoseconds begun{0};  // The history.
  std::size_t acquisitions = 0;
  std::size_t handovers = 0;  // Acquisitions after another contender's.
  std::size_t tries = 0;      // To acquire, of those whose call returned.
  std::size_t renewals = 0;
  std::size_t losses = 0;
  std::chrono::nanoseconds longest_wait{0};               // Of those that got in.
  std::size_t most_others = 0;                            // That got in while one waited.
  std::vector<std::chrono::nanoseconds> death_to_next{};  // Of holders that died, in rising order.

  std::size_t count(Rule rule) const;
};

// The events of one contender in the order in which it wrote them; those of different ones in any.
Checked check_history(const std::vector<Event>& events, const Patience& patience = {});

}  // namespace ghboot::faults
