// SPDX-License-Identifier: Apache-2.0
// ghboot down: ends all that `up` started; data stays. 0: nothing runs any more. 1: it may not be ended. 4:
// another ghboot is starting it. 5: it was told to end and has not yet.
#include <fmt/format.h>

#include "helper/run_state.h"
#include "helper/verbs.h"

namespace ghboot::helper {

Result<ExitCode> down(const DataFolder& folder) {
  const auto state = running(folder);
  if (!state) {
    if (folder.set_up()) {
      const auto lock = try_run_lock(folder);
      if (!lock) return std::unexpected(lock.error());
      if (!*lock)
        return fail(ExitCode::in_progress, "NATS is being started by another process; try again then");
    }
    fmt::print("nothing is running on {}\n", folder.root().string());
    return ExitCode::done;
  }
  if (const auto stopped = stop(*state); !stopped) return std::unexpected(stopped.error());
  fmt::print("stopped: the servers and their supervisor; the data stays in {}\n", folder.root().string());
  return ExitCode::done;
}

}  // namespace ghboot::helper
