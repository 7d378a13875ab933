// SPDX-License-Identifier: Apache-2.0
// Another program, run to its end. What it reads on its standard input lies in the kernel's memory alone, so
// a secret is in no file, no argument and no variable. Always holds: it gets no descriptor of ours, is told
// to end when the thread that runs it does, and is no zombie afterwards. It cannot be asked for anything
// while it runs. Threads: any; between fork and exec nothing is called that takes a lock.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nats/environment.h"
#include "nats/error.h"

namespace ghboot::nats {

struct ProgramCommand {
  std::vector<std::string> argv;         // argv[0] is a path.
  std::vector<std::string> environment;  // All of it, as "NAME=value".
  std::filesystem::path folder{};        // Empty: ours.
  std::string_view input{};              // All that it finds on its standard input.
  // Ctrl-C at a terminal goes to our group; in its own the program does not hear of it, and it ends with all
  // that it has started.
  bool own_group = false;
  std::function<void(std::string_view)> on_output{};  // Each piece, as it comes; of both streams.
};

struct ProgramPatience {
  Wait wait;                                       // Once stop is asked for, `after_stop` is left.
  std::chrono::milliseconds after_stop{10'000};    // Half of a change helps nobody.
  std::chrono::milliseconds farewell{0};           // Between SIGTERM and SIGKILL; 0: SIGKILL at once.
  std::size_t output_max = std::size_t{1} << 30U;  // Bytes of each stream.
};

struct ProgramOutcome {
  int exit_code = -1;  // -1: a signal ended it.
  std::string out, err;
};

// ErrorKind::invalid: it could not be started. ErrorKind::unknown: it did not end in time, or printed too
// much, and was ended: what it was to do may have been done.
Result<ProgramOutcome> run_program(const ProgramCommand& command, const ProgramPatience& patience,
                                   Clock& clock);

// The full path of a program: `name` itself when it has a slash, else on the PATH `path`, else the first of
// `otherwise` that is one.
std::optional<std::filesystem::path> find_program(const std::string& name, const std::string& path,
                                                  const std::vector<std::filesystem::path>& otherwise = {});

}  // namespace ghboot::nats
