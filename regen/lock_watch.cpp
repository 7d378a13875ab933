// SPDX-License-Identifier: Apache-2.0
#include "regen/lock_watch.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace ghboot::regen {

using nats::ErrorKind, nats::LockMessage, nats::LockState, nats::Result, nats::Wait;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

LockWatch::LockWatch(nats::SightPlace place, nats::LockParts parts)
    : parts_(parts), sight_(std::move(place), nats::lease_min, parts.lock_clock, parts.files) {}

Result<nats::LockSight::Change> LockWatch::look(const Wait& wait) {
  const auto last = parts_.stream.last(wait);
  if (!last) return std::unexpected(last.error());
  if (!*last) return nats::fail(ErrorKind::missing, "the lock's log is empty: it was never begun");
  auto change = sight_.see(**last, nats::LockSight::Source::read);
  if (!change)
    return nats::fail(ErrorKind::invalid, fmt::format("message {} of the lock's stream is {}",
                                                      (*last)->sequence, change.error().message));
  return change;
}

// A message that was not the last one when it was looked first; or a waiter.
Result<bool> LockWatch::is_anything_heard(const Wait& wait) {
  for (;;) {
    const auto news = parts_.stream.news(wait);
    if (!news) return std::unexpected(news.error());
    if (std::holds_alternative<nats::Announced>(*news)) return true;
    const auto* entry = std::get_if<nats::LockEntry>(&*news);
    if (entry == nullptr) return false;
    const auto change = sight_.see(*entry, nats::LockSight::Source::followed);
    if (change && *change == nats::LockSight::Change::newer) return true;
  }
}

Result<std::optional<LockMessage>> LockWatch::who_is_there(const Wait& wait) {
  const Wait patience = wait.at_most(parts_.clock.now(), proof_max);
  auto seen = look(patience);
  while (seen) {
    const LockMessage message = sight_.message();
    // Of one that was taken away the holder is gone, or about to be: only who waits is somebody.
    const bool is_held = message.state == LockState::held;
    if (!is_held && message.next.empty()) return std::optional<LockMessage>();
    const nanoseconds left = sight_.ready_at() - parts_.lock_clock.read().boot;
    if (is_held && left <= nanoseconds(0)) return std::optional<LockMessage>();  // Its holder is dead.
    const auto longest = is_held ? std::chrono::ceil<milliseconds>(left) : milliseconds(handover_max);
    const auto heard = is_anything_heard(patience.at_most(parts_.clock.now(), longest));
    const bool is_over = parts_.clock.now() >= patience.until || wait.stop.stop_requested();
    if (heard && *heard) {
      if (sight_.message().state == LockState::held || sight_.message().nonce == message.nonce)
        return std::optional(sight_.message());
      continue;  // It was given back, or taken away: who is next?
    }
    if (is_over) return std::optional(message);
    if (heard && !is_held) return std::optional<LockMessage>();  // Who was listed has gone.
    if (!heard) parts_.clock.sleep(nats::LockWriter::retry_pause, patience);
    seen = look(patience);
  }
  return std::unexpected(seen.error());
}

}  // namespace ghboot::regen
