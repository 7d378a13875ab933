// SPDX-License-Identifier: Apache-2.0
// Time and chance, handed in by main() so that a test can play them: nothing else in nats/ reads a clock,
// sleeps or draws random bytes. A Wait is how long and for whom: each wait has a deadline and a stop, and a
// child can only shorten.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>
#include <stop_token>

namespace ghboot::nats {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Wait {
  SteadyTime until;
  std::stop_token stop{};

  Wait at_most(SteadyTime now, std::chrono::milliseconds longest) const {
    return {std::min(until, now + longest), stop};
  }
};

class Clock {  // All functions from any thread.
 public:
  virtual ~Clock() = default;
  virtual SteadyTime now() = 0;
  virtual std::int64_t unix_seconds() = 0;
  // Returns after `duration`, at wait.until or when wait.stop is asked for, whichever comes first. False: not
  // the whole duration.
  virtual bool sleep(std::chrono::milliseconds duration, const Wait& wait) = 0;
};

class Random {  // From any thread.
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<unsigned char> bytes) = 0;
};

Clock& system_clock();    // Lives as long as the process.
Random& system_random();  // The kernel's, fit for keys. Lives as long as the process.

}  // namespace ghboot::nats
