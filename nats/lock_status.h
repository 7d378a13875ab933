// SPDX-License-Identifier: Apache-2.0
// What the last message of a lock's log tells people and programs that only look. Always holds: times are the
// server's and the holder's, and nothing is concluded from a clock. It cannot say whether a holder lives:
// look again after a third of the lease. Threads: as any value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nats/bus_names.h"
#include "nats/lock_contender.h"
#include "nats/lock_message.h"
#include "nats/lock_stream.h"

namespace ghboot::nats {

struct LockStatus {
  LockMessage message{};
  std::uint64_t sequence = 0;        // Of that message.
  std::optional<LockToken> token{};  // Of who holds the lock, or had it taken away, where that can be told.
  std::optional<std::int64_t> since{};   // Unix seconds, by the holder's clock; likewise.
  std::optional<std::int64_t> stored{};  // Unix seconds, by the server's clock: when that message was.

  // ErrorKind::invalid: the message is not of the protocol.
  static Result<LockStatus> of(const LockEntry& entry);
  // Of the last message's age; nothing where the server did not tell. Never below zero.
  std::optional<std::int64_t> age(std::int64_t now) const;
};

std::string_view to_string(LockState state);

// The log's last message. ErrorKind::missing: there is no such stream, or its log was never begun. refused:
// the user, or the account, has no right to it. Others: no answer.
Result<LockEntry> last_of(LockStream& stream, const LockNames& names, const Wait& wait);

// The sequence of the message by which a lock was acquired whose message `message` at `sequence` is. 0:
// nobody has it, or it does not say.
std::uint64_t acquired_by(const LockMessage& message, std::uint64_t sequence);

}  // namespace ghboot::nats
