// SPDX-License-Identifier: Apache-2.0
// The supervisor is a small daemon that has the servers of development mode, NATS and the GitHub stand-in, as
// its children: it starts them, starts one again when it crashes (bounded), and ends all when it is told to
// end. Always holds: no server outlives the supervisor, whatever ends that one, and all waits are for the
// kernel's notification. It cannot see a server that hangs. It is forked, so call this before any library has
// made a thread.
#pragma once

#include <vector>

#include "helper/data_folder.h"
#include "helper/descriptor.h"
#include "helper/exit_code.h"
#include "helper/run_state.h"
#include "helper/supervised_server.h"

namespace ghboot::helper {

struct SupervisedCommands {
  std::vector<ServerCommand> nats;  // In the order of DevSettings::servers.
  ServerCommand github;
};

// Returns when all take connections; the lock is then the supervisor's. ExitCode::failed: one did not come
// up, nothing runs, and the message has what that one said.
Result<RunState> start_supervisor(const DataFolder& folder, const SupervisedCommands& commands,
                                  Descriptor lock);

}  // namespace ghboot::helper
