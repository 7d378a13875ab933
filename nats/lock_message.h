// SPDX-License-Identifier: Apache-2.0
// A message of the lock's log, and what a waiter says of itself, as proto/ghboot/v1/lock.proto has them: in
// proto3's JSON form, so that any NATS client reads them. Always holds: decode() takes any bytes, leaves out
// members that it does not know, and refuses a known one of a wrong type in words; encode() writes what
// decode() takes. Written without protobuf, whose descriptors every start of the provider would pay for.
// Threads: as any value.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nats/error.h"

namespace ghboot::nats {

constexpr std::size_t lock_next_max = 16;
constexpr std::chrono::hours lock_lease_max{24};

enum class LockState : std::uint8_t { free, held, revoked };

struct LockMessage {
  std::uint64_t generation = 1;
  LockState state = LockState::free;
  std::string holder{}, host{};
  std::uint32_t pid = 0;
  std::string reason{};
  std::string nonce{}, prev{};
  std::chrono::milliseconds lease{0};  // Never 0 but in `free`.
  std::vector<std::string> next{};
  std::optional<std::int64_t> attempt_deadline{};  // Unix seconds.
  std::string by{}, why{};
  bool forced = false;
  std::uint64_t acquired = 0;                 // Of what follows the message that acquired: its sequence.
  std::optional<std::int64_t> acquired_at{};  // Unix seconds; of the message that acquired too.

  std::string encode() const;
  // ErrorKind::invalid: not a message of ours.
  static Result<LockMessage> decode(std::string_view bytes);
};

struct LockWaiter {
  std::string id{}, holder{};
  std::chrono::milliseconds waited{0};

  std::string encode() const;
  static Result<LockWaiter> decode(std::string_view bytes);
};

// Of `holder`, `host`, `reason`, `by` or `why`: what no reader takes, or a terminal would be led astray by,
// as "has 2000 bytes; 1000 are the most"; empty: nothing.
std::string problem_of_lock_text(std::string_view text);

// "<contender>/<n>": the part before the slash.
std::string_view contender_of(std::string_view nonce);

}  // namespace ghboot::nats
