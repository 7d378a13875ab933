// SPDX-License-Identifier: Apache-2.0
// A command that may run only until a deadline, which moves while the lock is renewed. A small process of its
// own, the guard, starts the command and ends it: SIGTERM five seconds before the deadline, SIGKILL one
// second before, whatever becomes of us: it needs no word from us, and our end is a word (SIGTERM at once).
// Always holds: the outcome is told only when the command and all that it started are gone. Not covered: the
// guard and the command frozen together beyond the deadline; both of us killed at the same time, when what
// the command started and left lives on. Threads: Guard is one thread's, but for extend() and end(), which
// any may call while another is in wait().
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "helper/descriptor.h"
#include "helper/exit_code.h"
#include "nats/lock_time.h"

namespace ghboot::helper {

struct GuardedCommand {
  std::vector<std::string> argv;         // argv[0] is a path.
  std::vector<std::string> environment;  // All of it, as "NAME=value", but the token's.
};

struct GuardOutcome {
  int exit_code = -1;      // 128 + n: signal n ended it.
  bool was_told = false;   // To end, by the deadline or by end().
  std::uint32_t left = 0;  // So many processes that it had left behind were ended after it.
};

class Guard {
 public:
  static constexpr std::chrono::seconds farewell{5};  // From SIGTERM to the deadline.
  static constexpr std::chrono::seconds margin{1};    // From SIGKILL to the deadline.

  // Forks, so it is called before anything has made a thread; the command is not started yet.
  // ExitCode::failed: the kernel refused.
  static Result<Guard> make(const GuardedCommand& command);
  Guard(Guard&&) noexcept = default;
  Guard& operator=(Guard&&) = delete;
  ~Guard();  // Ends the command if it still runs.

  void start(const std::string& token, const nats::Instant& deadline) const;
  void extend(const nats::Instant& deadline) const;
  void end() const;  // SIGTERM now, SIGKILL after the farewell or before the deadline.
  // Once the command and all of its processes are gone. ExitCode::failed: it could not be started, or the
  // guard itself was killed, and the command with it.
  Result<GuardOutcome> wait();

 private:
  explicit Guard(Descriptor socket) : socket_(std::move(socket)) {}

  Descriptor socket_;
  bool is_over_ = false;
};

}  // namespace ghboot::helper
