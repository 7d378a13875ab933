// SPDX-License-Identifier: Apache-2.0
// What GitHub asks of a good client: at most so many requests side by side, a pause between writes, none at
// all while a limit is in force (docs.github.com, "Best practices for using the REST API"). Threads: any. It
// outlives each Pass; the Clock outlives it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "github/error.h"

namespace ghboot::github {

class Gate;

class Pass {  // Given back when it goes.
 public:
  explicit Pass(Gate& gate) : gate_(&gate) {}
  Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
  Pass& operator=(Pass&&) = delete;
  ~Pass();

 private:
  Gate* gate_;
};

class Gate {
 public:
  Gate(Clock& clock, int side_by_side, std::chrono::milliseconds between_writes)
      : clock_(clock), free_(side_by_side), between_writes_(between_writes) {}

  // Nothing: the wait ended first, or ends before the next write's turn.
  std::optional<Pass> enter(bool is_write, const Wait& wait);

  // No request is of use before limited.until_unix: none at all under a secondary limit, else none that
  // counts under this resource of GitHub's ("core", "search", …).
  void close(Limited limited, std::string_view resource);
  std::optional<Limited> closed_by(std::string_view resource);  // Nothing: it is open.

 private:
  friend class Pass;
  void give_back();
  bool wait_for_turn(const Wait& wait);

  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  int free_;  // Guarded by mutex_, like the rest.
  SteadyTime next_write_{};
  std::map<std::string, Limited, std::less<>> closed_{};  // By resource; all_resources: for each of them.
  const std::chrono::milliseconds between_writes_;
};

}  // namespace ghboot::github
