// SPDX-License-Identifier: Apache-2.0
// A program that is run to its end, with an environment of our own making and nothing on its standard input.
// Always holds: it gets no descriptor of ours, and is told to end when we end. It cannot be stopped from
// outside but by its time. Threads: one; call it before a library makes threads or from a process without.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "helper/exit_code.h"

namespace ghboot::helper {

struct ChildCommand {
  std::vector<std::string> argv;  // argv[0] is a path.
  std::filesystem::path folder{};
  std::map<std::string, std::string> environment{};  // All of it.
  std::filesystem::path log{};                       // What it writes is appended there; empty: kept alone.
  std::chrono::seconds longest{60};
};

struct ChildOutcome {
  int exit_code = -1;  // -1: a signal ended it.
  std::string out, err;
};

// ExitCode::failed: it could not be started, or did not end in time and was killed.
Result<ChildOutcome> run_child(const ChildCommand& command);

// The full path of a program on the PATH, else of the first of `otherwise` that is one.
std::optional<std::filesystem::path> find_program(const std::string& name, const std::string& path,
                                                  const std::vector<std::filesystem::path>& otherwise = {});

}  // namespace ghboot::helper
