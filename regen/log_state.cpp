// SPDX-License-Identifier: Apache-2.0
#include "regen/log_state.h"

#include <utility>

namespace ghboot::regen {
namespace {

void lose(TargetState& target) {
  target.is_open = true;
  ++target.failures;
  target.running.clear();
}

void begin(TargetState& target, const RegenerationEvent& started) {
  if (!target.running.empty()) lose(target);
  target.running = started.nonce;
}

void end(TargetState& target, const RegenerationEvent& event) {
  if (event.kind == EventKind::completed) {
    target = {.completed = event.place};
    return;
  }
  if (event.lost)
    lose(target);
  else
    ++target.failures;
  target.running.clear();
  if (!event.parked) return;
  target.failures = 0;
  target.parked = event.place;
  target.parked_for = event.error;
}

}  // namespace

void LogState::take(const RegenerationEvent& taken) {
  if (taken.kind == EventKind::asked) return;
  event = taken;
  if (taken.kind != EventKind::started) {
    for (auto& [name, target] : targets)
      if (target.running == taken.run) end(target, taken);
  } else if (taken.target.empty()) {
    for (auto& [name, target] : targets) begin(target, taken);
  } else {
    begin(targets.try_emplace(taken.target, of("")).first->second, taken);
  }
}

LastRun LogState::run() const {
  if (!event) return LastRun::none;
  if (event->kind == EventKind::started) return LastRun::running;
  return event->kind == EventKind::completed ? LastRun::completed : LastRun::failed;
}

const TargetState& LogState::of(std::string_view target) const {
  const auto found = targets.find(target);
  return found != targets.end() ? found->second : targets.find("")->second;
}

}  // namespace ghboot::regen
