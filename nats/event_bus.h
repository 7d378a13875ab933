// SPDX-License-Identifier: Apache-2.0
// The streams of one organisation and the bucket of it, in JetStream: read, made, changed and removed. Always
// holds: nothing is written before all of them were read, and found to be of this organisation; what a server
// echoes is compared with what was asked. It cannot keep others from changing a stream between reading and
// writing: the server's answer tells. Every function may be called again after an error, and does then what
// is left. Threads: one at a time. The Connector and the Clock outlive it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "nats/bus_config.h"
#include "nats/connection.h"
#include "nats/lock_writer.h"
#include "nats/stream_api.h"

namespace ghboot::nats {

class EventBus {
 public:
  static constexpr std::chrono::milliseconds answer_max{5000};  // What one request waits at most.

  // `domain`: JetStream's; empty: the server's own.
  EventBus(BusSettings settings, Connector& connector, Clock& clock, std::string domain = "");

  const BusSettings& settings() const { return settings_; }

  // ErrorKind::refused names the right that the user lacks; likewise below.
  Result<BusFound> read(const Wait& wait);
  // All of them are there then, and the lock's log is begun by `lock`, which writes to the lock's stream. Of
  // a bus that has lost its lock it begins closed for `longest_lease`: who had it may still be at work. A
  // stream that is there and differs is ErrorKind::conflict, with all differences, and nothing is made.
  // ErrorKind::invalid, refused: the settings, or the servers, can't have it.
  Result<void> create(const Cluster& cluster, LockWriter& lock, std::uint64_t generation, const Wait& wait,
                      std::chrono::milliseconds longest_lease = std::chrono::hours(1));
  // Those that are there are as they ought to be. ErrorKind::invalid names the fields that can't be changed
  // in place; where no server can, nothing is changed.
  Result<void> update(const Cluster& cluster, const Wait& wait);
  // None of them is there, nor what they held; the lock is not asked for. ErrorKind::conflict: one is not
  // known to be of this organisation, and nothing is removed.
  Result<void> remove(const Wait& wait);

 private:
  // The servers where streams are made, or one gets more copies than it has.
  Result<void> check_settings(const Cluster& cluster, const BusFound& found, bool makes_missing) const;
  Result<BusFound> read_ours(const Wait& wait);
  Result<JetStreamReply> ask(std::string_view what, BusStream which, std::string_view body, const Wait& wait);
  Result<JetStreamReply> ask_about(BusStream which, const Wait& wait);
  Result<void> write(std::string_view what, BusStream which, const std::string& config, const Wait& wait);
  Result<void> begin(LockWriter& lock, std::uint64_t generation, std::chrono::milliseconds closed_for,
                     const Wait& wait);
  std::string stream_on(BusStream which, const Wait& wait);

  const BusSettings settings_;
  Connector& connector_;
  Clock& clock_;
  const std::string prefix_;  // Of JetStream's API.
};

}  // namespace ghboot::nats
