// SPDX-License-Identifier: Apache-2.0
// Whether a history of a lock is linearizable: whether each acquiring and each end of a holding can be given
// one instant within its own time, so that nobody acquires while another holds, and tokens rise. The search
// is Wing and Gong's, with the states remembered that led nowhere (Lowe). Waiters have acquire() open nearly
// always, so that a history has no idle moments to be cut at; the search walks from front to back and only
// keeps in mind what is open. Threads: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "faults/history.h"

namespace ghboot::faults {

struct LockStep {
  static constexpr std::chrono::nanoseconds never = std::chrono::nanoseconds::max();
  enum class Act : std::uint8_t { acquire, end };
  Act act = Act::acquire;
  nats::LockToken token{};
  Span at{};  // To `never`: it may not have happened.
};

enum class LockOrder : std::uint8_t { found, none, undecided };

// Undecided: `tries_max` steps were tried and more are left.
LockOrder find_order(std::vector<LockStep> steps, std::size_t tries_max = 4'000'000);

}  // namespace ghboot::faults
