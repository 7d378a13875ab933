// SPDX-License-Identifier: Apache-2.0
// What the log of an organisation's regenerations says, as far as asking and starting a run need it: how the
// last run stands, and which requests have been dealt with. A pure fold over its events, from the last one
// back to the first that nothing depends on any more. Always holds: it is the same whether the events before
// that are taken in or not. It cannot know who holds the lock. Threads: as any value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "nats/event_stream.h"
#include "regen/regeneration_message.h"

namespace ghboot::regen {

enum class LastRun : std::uint8_t { none, running, completed, failed };

struct LogView {
  std::uint64_t last = 0;  // The log's last sequence, which the next append expects.
  LastRun run = LastRun::none;
  std::optional<RegenerationEvent> event{};  // The last of a run: its start, or its end.
  // The `through` of the last run that completed or was parked.
  std::optional<RequestPlace> covered{};
  bool is_given_up = false;    // That one was parked: it did not complete.
  std::string given_up_for{};  // Its error.

  // True: enough is known, and what came before says nothing more.
  bool take_earlier(const RegenerationEvent& event);

  // The sequence in this request stream up to which a run has begun, or one has dealt with requests. 0 where
  // that was another stream, or this one has lost its end since (a restored backup).
  std::uint64_t begun(const nats::StreamState& requests) const;
  std::uint64_t done(const nats::StreamState& requests) const;
  // Something was asked for that no run has dealt with.
  bool is_pending(const nats::StreamState& requests) const { return requests.last > done(requests); }
};

}  // namespace ghboot::regen
