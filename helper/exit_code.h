// SPDX-License-Identifier: Apache-2.0
// The exit codes of every verb, the one place that has them, and how anything in helper/ fails: with the code
// that the program will end with and a message for people: what was found, what was expected, what to do. A
// message never holds a secret.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace ghboot::helper {

enum class ExitCode : std::uint8_t {
  done = 0,
  failed = 1,       // Or a check found something.
  wrong_use = 2,    // The command line or the environment cannot be meant.
  cannot_run = 3,   // Here, or not built yet.
  in_progress = 4,  // Or held by another process.
  unknown = 5,      // Look first: it may or may not have happened, or could not be judged.
};

struct Failure {
  ExitCode code;
  std::string message;
};

template <class T>
using Result = std::expected<T, Failure>;

inline std::unexpected<Failure> fail(ExitCode code, std::string message) {
  return std::unexpected(Failure{code, std::move(message)});
}

}  // namespace ghboot::helper
