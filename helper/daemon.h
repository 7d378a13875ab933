// SPDX-License-Identifier: Apache-2.0
// A process of this program that goes on when its caller has ended. Always holds: it has no terminal, nothing
// of the caller's environment (a token may be there, and /proc would show it), no descriptor but what it is
// given, and holds no folder in use. It is forked, so call this before any library has made a thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "helper/descriptor.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

// Runs `work`, whose result is the daemon's exit code, with what it prints going into `log`; `kept` stays
// open there. Returns all that `work` has written into `told` when it closes that, or ends.
// ExitCode::failed: it could not be started.
Result<std::string> start_daemon(const std::filesystem::path& log, const Descriptor& kept,
                                 const std::function<int(Descriptor told)>& work);

}  // namespace ghboot::helper
