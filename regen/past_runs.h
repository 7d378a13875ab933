// SPDX-License-Identifier: Apache-2.0
// The runs of an organisation's regenerations, by what their log says, the newest first. Threads: as any
// value.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "regen/regeneration_log.h"

namespace ghboot::regen {

enum class RunEnd : std::uint8_t {
  none,  // It goes on, or its holder died.
  completed,
  failed,
  lost,  // Its holder did not say how it ended.
};
std::string_view to_string(RunEnd end);  // "running", "completed", "failed", "lost".

struct PastRun {
  RegenerationEvent started{};
  RunEnd end = RunEnd::none;
  bool parked = false;  // Nobody tries again by itself.
  std::string error{};
  std::optional<std::int64_t> ended_at{};  // Unix seconds by the holder's clock.
};

class PastRuns {  // A fold, from the last event back.
 public:
  explicit PastRuns(std::size_t count_max) : count_max_(count_max) {}

  bool take_earlier(const RegenerationEvent& event);  // True: there are as many as wanted.
  std::vector<PastRun> runs() && { return std::move(runs_); }

 private:
  const std::size_t count_max_;
  std::vector<PastRun> runs_;
  std::vector<RegenerationEvent> ends_;  // Whose start is still to come.
};

}  // namespace ghboot::regen
