// SPDX-License-Identifier: Apache-2.0
// The log of an organisation's regenerations: read as far as it matters, and appended to under its last
// sequence. Always holds: true is said of an append only where an acknowledgement or the log itself proves
// it, false only where no copy of it can be stored any more while the log does not go back. Threads: one.
// What it borrows outlives it.
#pragma once

#include <functional>

#include "nats/environment.h"
#include "nats/event_stream.h"
#include "regen/log_snapshot.h"
#include "regen/log_view.h"

namespace ghboot::regen {

class RegenerationLog {
 public:
  static constexpr std::chrono::milliseconds retry_pause{1000};
  // Where there is no snapshot no more is read back: what came before may be anything then, and runs again.
  static constexpr std::uint64_t events_max = 500;
  static constexpr std::uint64_t snapshot_every = 16;  // Events.
  static constexpr std::uint64_t asks_after = 4;       // Events that were read: fewer say enough mostly.

  // `bucket`: the stream that has the snapshots.
  RegenerationLog(nats::EventStream& stream, nats::EventStream& bucket, nats::RegenerationNames names,
                  nats::Clock& clock, nats::Random& random);

  // As far as it says something of this target, or of the last run. ErrorKind::missing: there is no such
  // stream. ErrorKind::invalid: a message in it is not ours. Any other: no answer.
  Result<LogView> read(std::string_view target, const nats::Wait& wait);
  // The state of what it returns has the last event of a run, and nothing else.
  Result<LogView> read_last_run(const nats::Wait& wait);
  // From the last event back, until `take` says that it is enough. The log's last sequence; errors as above.
  Result<std::uint64_t> walk(const std::function<bool(const RegenerationEvent&)>& take,
                             const nats::Wait& wait);
  // True: it is the log's next after what was `seen`. False: something else is, and it is not stored: read
  // again, then decide again. ErrorKind::refused: no right to publish; unknown: the Wait ended without an
  // answer. Its nonce and time become new ones.
  Result<bool> append(RegenerationEvent& event, const LogView& seen, const nats::Wait& wait);
  // Stores what all events so far say, or as many as can be read in time; nothing, where fewer than `every`
  // have come since, or it was not to be had: it only spares who reads after that. Anybody may do it at any
  // time.
  void keep_snapshot(const nats::Wait& wait, std::uint64_t every = snapshot_every);

 private:
  using Take = std::function<bool(const nats::EventEntry&, const RegenerationEvent&)>;
  enum class Fate : std::uint8_t { stored, not_stored, unknown };
  Fate look_up(const RegenerationEvent& event, std::uint64_t expected_last, const nats::Wait& wait);
  Result<RegenerationEvent> decoded(const nats::EventEntry& entry) const;
  Result<void> walk_back(const nats::StreamState& state, const Take& take, const nats::Wait& wait);
  // Its state has the event.
  std::optional<LogSnapshot> snapshot(const nats::StreamState& state, const nats::Wait& wait);
  bool complete(LogSnapshot& snapshot, const nats::Wait& wait);

  nats::EventStream& stream_;
  nats::EventStream& bucket_;
  const nats::RegenerationNames names_;
  nats::Clock& clock_;
  nats::Random& random_;
};

}  // namespace ghboot::regen
