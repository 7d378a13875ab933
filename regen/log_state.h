// SPDX-License-Identifier: Apache-2.0
// What the log of an organisation's regenerations says, as a pure fold over its events from the first to the
// last: how the last run stands, and of each target what has been done for it and what may come late. Always
// holds: any events fold, in any order; of several ends of one run the first counts, as whoever comes after
// it has been taken for lost. It cannot know who holds the lock. Threads: as any value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "regen/regeneration_message.h"

namespace ghboot::regen {

enum class LastRun : std::uint8_t { none, running, completed, failed };

// Of what runs write to.
struct TargetState {
  std::string running{};       // The nonce of a run without an end.
  bool is_open = false;        // An earlier one was lost: its last write may land yet. Until one completes.
  std::uint32_t failures = 0;  // Runs in a row that failed or were lost.
  // The `through` of the last run that completed, and of one that was parked since.
  std::optional<RequestPlace> completed{}, parked{};
  std::string parked_for{};  // That one's error.

  bool may_write_yet() const { return is_open || !running.empty(); }
  bool operator==(const TargetState&) const = default;
};

struct LogState {
  using Targets = std::map<std::string, TargetState, std::less<>>;

  std::optional<RegenerationEvent> event{};  // The last of a run: its start, or its end.
  // By name. Under the empty one: of a target that no run has named yet. A run that names none is one of all.
  Targets targets{{"", {}}};

  void take(const RegenerationEvent& event);
  LastRun run() const;
  const TargetState& of(std::string_view target) const;
};

}  // namespace ghboot::regen
