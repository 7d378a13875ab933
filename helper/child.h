// SPDX-License-Identifier: Apache-2.0
// A program that is run to its end, with an environment of our own making and nothing on its standard input.
// Always holds: it gets no descriptor of ours, and is told to end when we end. It cannot be stopped from
// outside but by its time. Threads: one, because Ctrl-C is the child's alone while it runs.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "helper/exit_code.h"
#include "nats/program.h"

namespace ghboot::helper {

struct ChildCommand {
  std::vector<std::string> argv;  // argv[0] is a path.
  std::filesystem::path folder{};
  std::map<std::string, std::string> environment{};  // All of it.
  std::filesystem::path log{};                       // What it writes is appended there; empty: kept alone.
  std::chrono::seconds longest{60};
};

using ChildOutcome = nats::ProgramOutcome;
using nats::find_program;

// ExitCode::failed: it could not be started, or did not end in time and was killed.
Result<ChildOutcome> run_child(const ChildCommand& command);

}  // namespace ghboot::helper
