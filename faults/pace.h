// SPDX-License-Identifier: Apache-2.0
// A lock's clock that runs faster or slower than the machine's, from its making on: contenders of one machine
// are then as those of several. Always holds: a second of the machine is `pace` seconds of it. It cannot make
// waits on connections shorter or longer, which go by the machine. Threads: any.
#pragma once

#include <cstdint>

#include "nats/lock_time.h"

namespace ghboot::faults {

// The margin of contenders' leases is half of them: a contender's clock may run twice as fast as a holder's,
// and these do so nearly.
constexpr double pace_slow = 0.72, pace_fast = 1.41;

class PacedClock final : public nats::LockClock {
 public:
  explicit PacedClock(double pace) : pace_(pace), begun_(nats::system_lock_clock().read()) {}

  nats::Instant read() override {
    const nats::Instant now = nats::system_lock_clock().read();
    return {.boot = paced(begun_.boot, now.boot), .real = paced(begun_.real, now.real)};
  }

 private:
  std::chrono::nanoseconds paced(std::chrono::nanoseconds begun, std::chrono::nanoseconds now) const {
    const auto passed = static_cast<double>((now - begun).count()) * pace_;
    return begun + std::chrono::nanoseconds(static_cast<std::int64_t>(passed));
  }

  const double pace_;
  const nats::Instant begun_;
};

}  // namespace ghboot::faults
