// SPDX-License-Identifier: Apache-2.0
// The state of the log of an organisation's regenerations up to one of its events, as it is kept beside it,
// so that nobody has to read all of the log: proto/ghboot/v1/regeneration.proto. Always holds: any state up
// to any event is a right one; whoever reads it compares that event's hash before it goes by it. Threads: as
// any value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "nats/event_stream.h"
#include "regen/log_state.h"

namespace ghboot::regen {

struct LogSnapshot {
  static constexpr std::size_t size_max = 512 * 1024;  // Of its bytes: some thousand targets.

  // Of how events are folded. Raised with whatever changes that, or what a state has: of another version it
  // is none.
  static constexpr std::uint32_t version = 1;

  std::string created{};           // When the log's stream was made, as its server writes it.
  std::uint64_t sequence = 0;      // Of the last event in it.
  std::string sha256{};            // Of that event's bytes.
  std::uint64_t run_sequence = 0;  // Of the last event of a run, which the state has; 0: there is none.
  LogState state{};

  void take(const nats::EventEntry& entry, const RegenerationEvent& event);
  bool is_of(const nats::EventEntry& entry) const;  // Its last event is this very one.

  std::string encode() const;
  // Its state lacks the event, which stands in the log. ErrorKind::invalid: not a message of ours.
  static Result<LogSnapshot> decode(std::string_view bytes);
};

}  // namespace ghboot::regen
