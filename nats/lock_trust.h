// SPDX-License-Identifier: Apache-2.0
// How long a holder believes in its lock: from before the first sending of its last message that is known to
// be stored, for the lease less a margin, by CLOCK_BOOTTIME and by CLOCK_REALTIME, whichever ends first.
// Always holds: it ends before any contender's wait for that message does, while both machines' clocks run
// equally fast within the margin. It cannot see a machine that was copied. Threads: any. The LockClock
// outlives it.
#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>

#include "nats/lock_time.h"

namespace ghboot::nats {

// What is taken off a lease: clocks that run unequally, and what the end of the work takes.
constexpr std::chrono::milliseconds trust_margin(std::chrono::milliseconds lease) {
  return std::max(std::chrono::milliseconds(2000), lease / 5);
}

class LockTrust {
 public:
  LockTrust(LockClock& clock, std::chrono::milliseconds span) : clock_(clock), span_(span) {}

  void count_from(const Instant& first_sending);
  void end();  // For good.
  bool holds() const noexcept { return left() > std::chrono::nanoseconds(0); }
  std::chrono::nanoseconds left() const noexcept;  // Not below 0.

 private:
  LockClock& clock_;
  const std::chrono::nanoseconds span_;
  mutable std::mutex mutex_;
  Instant from_{};
  bool has_begun_ = false;
  bool is_over_ = false;
};

}  // namespace ghboot::nats
