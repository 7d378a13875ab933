// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_hand.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "nats/lock_message.h"
#include "nats/lock_status.h"

namespace ghboot::nats {
namespace {

LeaseResult<LockMessage> read(const LockEntry& shown) {
  auto message = LockMessage::decode(shown.bytes);
  if (!message)
    return fail(LeaseError::refused, fmt::format("message {} of the lock's stream is {}", shown.sequence,
                                                 message.error().message));
  return *std::move(message);
}

// Whose lock it was, and who waits, stay to be read.
LeaseResult<void> follow_by_hand(LockWriter& writer, const LockEntry& shown, LockMessage message,
                                 const LockHand& hand, const Wait& wait) {
  if (const std::string wrong = problem_of_lock_text(hand.why); !wrong.empty())
    return fail(LeaseError::refused, fmt::format("the text that says why {}", wrong));
  message.prev = std::exchange(message.nonce, "");
  message.by = hand.by;
  message.why = hand.why;
  auto draft = writer.draft(std::move(message), shown.sequence);
  const auto settled = writer.settle(draft, wait);
  if (!settled) return std::unexpected(settled.error());
  switch (settled->verdict) {
    case Verdict::mine:
      return {};
    case Verdict::not_mine:
      return fail(LeaseError::held, "the lock has changed since it was shown: look again, then decide");
    case Verdict::unknown:
      break;
  }
  return fail(LeaseError::unknown,
              fmt::format("no answer: it may be done later; look again ({})", settled->text));
}

LeaseResult<LockMessage> read_taken(const LockEntry& shown) {
  auto message = read(shown);
  if (message && message->state == LockState::free) return fail(LeaseError::refused, "the lock is free");
  return message;
}

}  // namespace

LeaseResult<bool> begin_lock(LockWriter& writer, std::uint64_t generation, const Wait& wait,
                             std::chrono::milliseconds closed_for) {
  if (closed_for > lock_lease_max)
    return fail(LeaseError::refused, "a lock cannot be closed for longer than 24 h");
  LockMessage first{.generation = generation, .state = LockState::free};
  if (closed_for > std::chrono::milliseconds(0)) {
    first.state = LockState::revoked;
    first.lease = closed_for;
    first.by = "ghboot";
    first.why = "its log was lost and has begun anew";
  }
  auto draft = writer.draft(std::move(first), 0);
  const auto settled = writer.settle(draft, wait);
  if (!settled) return std::unexpected(settled.error());
  if (settled->verdict == Verdict::unknown)
    return fail(LeaseError::unknown,
                fmt::format("the lock's first message was not answered: {}", settled->text));
  return settled->verdict == Verdict::mine;
}

LeaseResult<void> revoke_lock(LockWriter& writer, const LockEntry& shown, const LockHand& hand,
                              const Wait& wait) {
  auto message = read_taken(shown);
  if (!message) return std::unexpected(message.error());
  message->acquired = acquired_by(*message, shown.sequence);
  message->state = LockState::revoked;
  return follow_by_hand(writer, shown, *std::move(message), hand, wait);
}

LeaseResult<void> free_lock_now(LockWriter& writer, const LockEntry& shown, const LockHand& hand,
                                const Wait& wait) {
  auto message = read_taken(shown);
  if (!message) return std::unexpected(message.error());
  message->state = LockState::free;
  message->forced = true;
  return follow_by_hand(writer, shown, *std::move(message), hand, wait);
}

LeaseResult<void> raise_generation(LockWriter& writer, const LockEntry& shown, std::uint64_t above,
                                   std::chrono::milliseconds lease, const LockHand& hand, const Wait& wait) {
  if (above == std::numeric_limits<std::uint64_t>::max())
    return fail(LeaseError::refused, "there is no generation above that");
  auto message = LockMessage::decode(shown.bytes).value_or(LockMessage{.generation = 0});
  // One that has begun closed, or whose generation was raised, nobody holds either.
  const bool is_held = message.state != LockState::free && !message.holder.empty();
  if (is_held)
    return fail(LeaseError::refused, "the lock is not free: its generation is raised between two holders");
  if (message.generation > above) return {};
  message.generation = above + 1;
  message.state = LockState::revoked;
  message.lease = std::max(message.lease, lease);
  message.acquired = 0;  // Nobody's any more.
  message.acquired_at.reset();
  message.forced = false;
  return follow_by_hand(writer, shown, std::move(message), hand, wait);
}

}  // namespace ghboot::nats
