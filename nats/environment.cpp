// SPDX-License-Identifier: Apache-2.0
#include "nats/environment.h"

#include <condition_variable>
#include <cstdlib>
#include <ctime>
#include <mutex>

#include <sodium.h>

namespace ghboot::nats {
namespace {

class SystemClock final : public Clock {
 public:
  SteadyTime now() override { return std::chrono::steady_clock::now(); }
  std::int64_t unix_seconds() override { return std::time(nullptr); }
  bool sleep(std::chrono::milliseconds duration, const Wait& wait) override {
    const SteadyTime wanted = now() + duration;
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait_until(lock, wait.stop, std::min(wanted, wait.until), [] { return false; });
    return now() >= wanted;
  }
};

class SystemRandom final : public Random {
 public:
  SystemRandom() {
    if (sodium_init() < 0) std::abort();  // No random numbers: nothing may go on.
  }
  void fill(std::span<unsigned char> bytes) override { randombytes_buf(bytes.data(), bytes.size()); }
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

Random& system_random() {
  static SystemRandom random;
  return random;
}

}  // namespace ghboot::nats
