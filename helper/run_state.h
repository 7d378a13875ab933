// SPDX-License-Identifier: Apache-2.0
// What runs on a data folder. The supervisor holds the lock of run/lock as long as it lives, and says in
// run/state.json who it is and which servers it has. Always holds: a process is never mistaken for another
// one that got its id later. It cannot say whether the server answers: ask it. Threads: one.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helper/data_folder.h"
#include "helper/descriptor.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

struct RunningProcess {
  int id = 0;                 // 0: it is being started, or started again.
  std::uint64_t started = 0;  // In the kernel's ticks since boot: tells processes of one id apart.

  bool lives() const;
};

struct RunState {
  RunningProcess supervisor;
  std::vector<RunningProcess> servers;     // Of NATS, in the order of DevSettings::servers.
  std::optional<RunningProcess> github{};  // The stand-in. Nothing: a ghboot that had none started the rest.
  int restarts = 0;                        // Of all of them.

  std::vector<RunningProcess> children() const;
  std::string json() const;
  static std::optional<RunState> parse(std::string_view json);
};

// The lock, when nobody has it. It ends with the last process that has this descriptor.
Result<std::optional<Descriptor>> try_run_lock(const DataFolder& folder);

// Of the supervisor that lives; nothing when none does.
std::optional<RunState> running(const DataFolder& folder);
// The servers of the supervisor of `state` take connections: at once, or when it has started them (again).
// Nothing: the supervisor has ended, or that took longer than `longest`.
std::optional<RunState> wait_until_ready(const DataFolder& folder, const RunState& state,
                                         std::chrono::milliseconds longest);
Result<void> write_state(const DataFolder& folder, const RunState& state);
void remove_state(const DataFolder& folder);

std::uint64_t start_ticks(int process);  // 0: it is not there, or has ended.

// The servers of a supervisor that was killed die with it, but not in the same moment: waits for that, so
// that their ports are free. Only for who holds the lock.
void bury(const DataFolder& folder);

// Ends the supervisor and with it the servers, and waits for it. ExitCode::unknown: it did not end in time.
Result<void> stop(const RunState& state);

}  // namespace ghboot::helper
