// SPDX-License-Identifier: Apache-2.0
// What runs on a data folder. The supervisor holds the lock of run/lock as long as it lives, and says in
// run/state.json who it is and which server it has. Always holds: a process is never mistaken for another one
// that got its id later. It cannot say whether the server answers: ask it. Threads: one.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "helper/data_folder.h"
#include "helper/descriptor.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

struct RunState {
  int supervisor = 0;
  std::uint64_t supervisor_started = 0;  // In the kernel's ticks since boot: tells processes of one id apart.
  int server = 0;                        // 0: it is being started, or started again.
  std::uint64_t server_started = 0;
  int restarts = 0;

  std::string json() const;
  static std::optional<RunState> parse(std::string_view json);
};

// The lock, when nobody has it. It ends with the last process that has this descriptor.
Result<std::optional<Descriptor>> try_run_lock(const DataFolder& folder);

// Of the supervisor that lives; nothing when none does.
std::optional<RunState> running(const DataFolder& folder);
// The supervisor of `state` has a server that takes connections: at once, or when it has started it (again).
// Nothing: the supervisor has ended, or that took longer than `longest`.
std::optional<RunState> wait_until_ready(const DataFolder& folder, const RunState& state,
                                         std::chrono::milliseconds longest);
Result<void> write_state(const DataFolder& folder, const RunState& state);
void remove_state(const DataFolder& folder);

std::uint64_t start_ticks(int process);  // 0: it is not there, or has ended.

// The server of a supervisor that was killed dies with it, but not in the same moment: waits for that, so
// that its ports are free. Only for who holds the lock.
void bury(const DataFolder& folder);

// Ends the supervisor and with it the server, and waits for it. ExitCode::unknown: it did not end in time.
Result<void> stop(const RunState& state);

}  // namespace ghboot::helper
