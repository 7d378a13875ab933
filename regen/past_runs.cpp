// SPDX-License-Identifier: Apache-2.0
#include "regen/past_runs.h"

#include <algorithm>
#include <utility>

namespace ghboot::regen {

std::string_view to_string(RunEnd end) {
  constexpr std::string_view words[] = {"running", "completed", "failed", "lost"};
  return words[std::to_underlying(end)];
}

bool PastRuns::take_earlier(const RegenerationEvent& event) {
  if (event.kind == EventKind::asked) return false;
  if (event.kind != EventKind::started) {
    ends_.push_back(event);
    return false;
  }
  PastRun run{.started = event};
  // Of several ends the first counts: who comes after that has been taken for lost.
  const auto ours = [&](const RegenerationEvent& end) { return end.run == event.nonce; };
  if (const auto end = std::find_if(ends_.rbegin(), ends_.rend(), ours); end != ends_.rend()) {
    run.end = end->kind == EventKind::completed ? RunEnd::completed
              : end->lost                       ? RunEnd::lost
                                                : RunEnd::failed;
    run.parked = end->parked;
    run.error = end->error;
    run.ended_at = end->at;
  }
  std::erase_if(ends_, ours);
  runs_.push_back(std::move(run));
  return runs_.size() >= count_max_;
}

}  // namespace ghboot::regen
