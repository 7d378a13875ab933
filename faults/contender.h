// SPDX-License-Identifier: Apache-2.0
// A process of contenders for the lock of acme, each in a thread of its own: it acquires, works for a while,
// looks whether it holds the lock before each step, and releases; now and then it stops renewing, or ends the
// process and releases nothing. All is written into a history. Its choices come from a seed; what they meet
// does not.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ghboot::faults {

constexpr std::chrono::milliseconds lease_of_contenders{
    4000};  // Short, so that a dead holder's is over soon.

constexpr int exit_of_who_left = 7;  // Holding the lock.

struct ContenderOptions {
  std::vector<std::string> urls;  // Tried in this order.
  std::filesystem::path creds, history;
  std::string name;  // Of the process.
  std::size_t contenders = 2;
  std::uint64_t seed = 1;
  double pace = 1;         // Of its lock's clock.
  std::int64_t until = 0;  // Nanoseconds of CLOCK_MONOTONIC. No work begins after that.
};

// Returns when all contenders have ended. Throws what HistoryFile throws, and for creds that are none.
void contend(const ContenderOptions& options);

}  // namespace ghboot::faults
