// SPDX-License-Identifier: Apache-2.0
// Contenders in processes against one nats-server or a cluster, and faults of both, of what is between them
// and of the stream, by a schedule that a seed draws. The seed gives what is done to whom and when; who holds
// the lock by then is not its choice, though half of the faults of contenders are meant for the one that
// holds it. Always holds: no process outlives run_schedule(). Threads: call it from one that stays, as the
// kernel ends the processes with it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "faults/history.h"
#include "faults/servers.h"

namespace ghboot::faults {

struct ScheduleOptions {
  std::filesystem::path program;  // Contends when called as `PROGRAM contend …`, see main.cpp.
  std::filesystem::path folder;   // Of the histories; it is there.
  std::uint64_t seed = 1;
  std::chrono::seconds length{25};
  std::size_t processes = 8;
  std::size_t contenders = 2;  // In each.
  Shape shape{};
  bool has_lone_leader = false;  // In place of what is drawn, see let_leader_be_alone(). Of three servers.
  std::chrono::seconds patience{12};  // With a lone leader: until another leads. Such a run may be longer.
};

struct DoneFault {
  std::chrono::nanoseconds at{0};  // Of CLOCK_MONOTONIC.
  std::string what;
};

struct ScheduleDone {
  std::vector<DoneFault> faults;  // In their order.
  std::string difference;         // Between the replicas at the end; empty: none.
  std::string missing;            // What of a lone leader's schedule did not come about; empty: nothing.
};

// Throws std::runtime_error when the harness fails, and when a contender ends as it never should.
ScheduleDone run_schedule(const ScheduleOptions& options);

// Of all files in the folder. Throws std::runtime_error for a line that is none.
std::vector<Event> read_histories(const std::filesystem::path& folder);

}  // namespace ghboot::faults
