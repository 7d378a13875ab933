// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_status.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "nats/time_text.h"

namespace ghboot::nats {

std::string_view to_string(LockState state) {
  switch (state) {
    case LockState::free:
      return "free";
    case LockState::held:
      return "held";
    case LockState::revoked:
      return "revoked";
  }
  std::unreachable();
}

std::uint64_t acquired_by(const LockMessage& message, std::uint64_t sequence) {
  if (message.state == LockState::free) return 0;
  if (message.acquired != 0) return message.acquired;
  // What acquires says when; a renewal that does not say by what is of a holder that knows neither.
  return message.state == LockState::held && message.acquired_at ? sequence : 0;
}

Result<LockStatus> LockStatus::of(const LockEntry& entry) {
  auto message = LockMessage::decode(entry.bytes);
  if (!message)
    return nats::fail(ErrorKind::invalid, fmt::format("message {} of the lock's stream is {}", entry.sequence,
                                                      message.error().message));
  LockStatus status{.sequence = entry.sequence, .stored = parse_time(entry.stored)};
  if (const std::uint64_t acquired = acquired_by(*message, entry.sequence); acquired != 0)
    status.token = {.generation = message->generation, .sequence = acquired};
  if (message->state != LockState::free) status.since = message->acquired_at;
  status.message = *std::move(message);
  return status;
}

std::optional<std::int64_t> LockStatus::age(std::int64_t now) const {
  if (!stored) return std::nullopt;
  return std::max<std::int64_t>(now - *stored, 0);
}

Result<LockEntry> last_of(LockStream& stream, const LockNames& names, const Wait& wait) {
  auto last = stream.last(wait);
  if (!last && last.error().kind == ErrorKind::unknown)
    last.error().kind = ErrorKind::unreachable;  // A read.
  if (!last) return std::unexpected(last.error());
  if (!*last)
    return nats::fail(ErrorKind::missing,
                      fmt::format("{} has no message: the lock was never begun", names.stream));
  return **std::move(last);
}

}  // namespace ghboot::nats
