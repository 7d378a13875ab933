// SPDX-License-Identifier: Apache-2.0
// What was read of the log of an organisation's regenerations, for whoever asks for a run or begins one.
// Threads: as any value.
#pragma once

#include <cstdint>
#include <string_view>

#include "nats/event_stream.h"
#include "regen/log_state.h"

namespace ghboot::regen {

struct LogView {
  std::uint64_t last = 0;  // The log's last sequence, which the next append expects.
  LogState state{};
  std::uint64_t events_read = 0;

  // The sequence in this request stream up to which a run has begun; up to which one of this target has
  // completed; or has completed or was parked. 0 where that was another stream, or this one has lost its end
  // since (a restored backup).
  std::uint64_t begun(const nats::StreamState& requests) const;
  std::uint64_t completed(std::string_view target, const nats::StreamState& requests) const;
  std::uint64_t settled(std::string_view target, const nats::StreamState& requests) const;
  // Something was asked for that no run of this target has dealt with.
  bool is_pending(std::string_view target, const nats::StreamState& requests) const {
    return requests.last > settled(target, requests);
  }
};

}  // namespace ghboot::regen
