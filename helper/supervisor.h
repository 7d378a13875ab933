// SPDX-License-Identifier: Apache-2.0
// The supervisor is a small daemon that has one nats-server as its child: it starts it, starts it again when
// it crashes (bounded), and ends it when it is told to end. Always holds: the server does not outlive the
// supervisor, whatever ends that one, and all waits are for the kernel's notification. It cannot see a server
// that hangs. It is forked, so call this before any library has made a thread.
#pragma once

#include <filesystem>

#include "helper/data_folder.h"
#include "helper/descriptor.h"
#include "helper/exit_code.h"
#include "helper/run_state.h"

namespace ghboot::helper {

// Returns when the server takes connections; the lock is then the supervisor's. ExitCode::failed: it did not
// come up, nothing runs, and the message has what the server said.
Result<RunState> start_supervisor(const DataFolder& folder, const std::filesystem::path& program,
                                  Descriptor lock);

}  // namespace ghboot::helper
