// SPDX-License-Identifier: Apache-2.0
#include "regen/log_view.h"

namespace ghboot::regen {
namespace {

LastRun run_after(EventKind kind) {
  if (kind == EventKind::started) return LastRun::running;
  return kind == EventKind::completed ? LastRun::completed : LastRun::failed;
}

std::uint64_t sequence_in(const RequestPlace& place, const nats::StreamState& requests) {
  return place.created == requests.created && place.sequence <= requests.last ? place.sequence : 0;
}

}  // namespace

bool LogView::take_earlier(const RegenerationEvent& earlier) {
  if (earlier.kind == EventKind::asked) return false;
  if (!event) {
    event = earlier;
    run = run_after(earlier.kind);
  }
  const bool has_dealt = earlier.kind == EventKind::completed || earlier.parked;
  if (!covered && has_dealt) {
    covered = earlier.place;
    is_given_up = earlier.parked;
    given_up_for = earlier.error;
  }
  return covered.has_value();
}

std::uint64_t LogView::begun(const nats::StreamState& requests) const {
  return event ? sequence_in(event->place, requests) : 0;
}

std::uint64_t LogView::done(const nats::StreamState& requests) const {
  return covered ? sequence_in(*covered, requests) : 0;
}

}  // namespace ghboot::regen
