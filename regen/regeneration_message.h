// SPDX-License-Identifier: Apache-2.0
// What is written of regenerations, as proto/ghboot/v1/regeneration.proto has it: a request, and the events
// of the log. Always holds: decode() takes any bytes and refuses what is not ours in words; encode() writes
// what decode() takes, and of an event what its kind has. Threads: as any value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nats/bus_names.h"
#include "nats/error.h"

namespace ghboot::regen {

using nats::ErrorKind, nats::fail, nats::Result;

// A place in the request stream. Sequences of two streams are not comparable.
struct RequestPlace {
  std::string created{};  // When that stream was made, as its server writes it.
  std::uint64_t sequence = 0;
  bool operator==(const RequestPlace&) const = default;
};

struct RegenerationRequest {
  std::string nonce{}, reason{};
  std::string asker{}, host{};
  std::optional<std::int64_t> at{};  // Unix seconds, by the asker's clock; for people. Likewise below.

  std::string encode() const;
  // ErrorKind::invalid: not a message of ours. Likewise below.
  static Result<RegenerationRequest> decode(std::string_view bytes);
};

enum class EventKind : std::uint8_t { started, asked, completed, failed };

struct RegenerationEvent {
  EventKind kind = EventKind::started;
  std::string nonce{};
  std::string run{};                  // Of completed and failed: the nonce of `started`.
  std::string token{};                // Of started.
  RequestPlace place{};               // `through`; of asked: the request.
  std::string person{}, host{};       // Of started: who holds the lock; of asked: who asks.
  std::string reason{};               // Of started.
  std::string target{};               // Likewise: what it writes to, as "acme/.github main".
  std::string error{};                // Of failed.
  bool lost = false, parked = false;  // Of failed.
  std::optional<std::int64_t> at{};

  std::string encode() const;
  static Result<RegenerationEvent> decode(EventKind kind, std::string_view bytes);
};

const std::string& subject_of(EventKind kind, const nats::RegenerationNames& names);
// Nothing: none of the log's.
std::optional<EventKind> kind_of(std::string_view subject, const nats::RegenerationNames& names);

}  // namespace ghboot::regen
