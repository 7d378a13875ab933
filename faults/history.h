// SPDX-License-Identifier: Apache-2.0
// What contenders of a lock did and saw, as lines that they wrote while they did it. Always holds: an event
// is bounded by two readings of CLOCK_MONOTONIC, one before and one after, so events of all processes of one
// machine compare, and a process that was frozen in between claims nothing that it does not know; a line that
// add() has returned from outlives kill -9 of its process. It cannot compare machines. Threads: add() from
// any.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "helper/descriptor.h"
#include "nats/lock_contender.h"

namespace ghboot::faults {

enum class Kind : std::uint8_t {
  invoked,    // acquire() was called.
  tried,      // Since then it appended that it holds the lock, which may have been refused.
  acquired,   // It returned with a lease.
  gave_up,    // It returned without.
  held,       // held() was true, before a step of work.
  renewed,    // A renewal was stored.
  releasing,  // release() was called.
  released,   // The release was stored.
  lost,       // The lease was not held any more, or it is not known whether the release was stored.
  left,       // The process ends itself and releases nothing.
  killed,     // Written by who killed the process: `who` is the process, of all whose names begin so.
};

struct Span {  // Something happened not before `from` and not after `to`.
  std::chrono::nanoseconds from{0}, to{0};
};

struct Event {
  Span at;
  std::string who;  // "PROCESS/CONTENDER", without spaces.
  Kind kind = Kind::invoked;
  nats::LockToken token{};  // Zeros where there is none.
};

std::chrono::nanoseconds monotonic_now();

std::string line_of(const Event& event);  // "FROM TO WHO KIND TOKEN", with its end of line.
// Of a whole file. A last line without its end was being written when its process was killed: it is left out.
// The error names the line.
std::expected<std::vector<Event>, std::string> parse_history(std::string_view text);

class HistoryFile {
 public:
  explicit HistoryFile(const std::filesystem::path& file);  // Throws std::system_error, as add() does.
  void add(const Event& event);

 private:
  helper::Descriptor file_;
};

}  // namespace ghboot::faults
