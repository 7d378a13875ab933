// SPDX-License-Identifier: Apache-2.0
#include "regen/regeneration_log.h"

#include <utility>

#include <fmt/format.h>

#include "nats/random_hex.h"

namespace ghboot::regen {

using nats::Wait;

RegenerationLog::RegenerationLog(nats::EventStream& stream, nats::RegenerationNames names, nats::Clock& clock,
                                 nats::Random& random)
    : stream_(stream), names_(std::move(names)), clock_(clock), random_(random) {}

Result<RegenerationEvent> RegenerationLog::decoded(const nats::EventEntry& entry) const {
  const auto kind = kind_of(entry.subject, names_);
  auto event = kind ? RegenerationEvent::decode(*kind, entry.bytes)
                    : fail(ErrorKind::invalid, fmt::format("on {}, which is none of its", entry.subject));
  if (event) return event;
  return fail(
      ErrorKind::invalid,
      fmt::format("message {} of {} is {}. Remove it if it is nobody's: nats stream rmm {} {}",
                  entry.sequence, stream_.name(), event.error().message, stream_.name(), entry.sequence));
}

Result<std::uint64_t> RegenerationLog::walk(const std::function<bool(const RegenerationEvent&)>& take,
                                            const Wait& wait) {
  const auto state = stream_.state(wait);
  if (!state) return std::unexpected(state.error());
  bool is_enough = false;
  for (std::uint64_t sequence = state->last; !is_enough && sequence >= state->first && sequence > 0;
       --sequence) {
    const auto entry = stream_.at(sequence, wait);
    if (!entry) return std::unexpected(entry.error());
    if (!*entry) continue;  // Removed by hand.
    const auto event = decoded(**entry);
    if (!event) return std::unexpected(event.error());
    is_enough = take(*event);
  }
  return state->last;
}

Result<LogView> RegenerationLog::read(const Wait& wait) {
  LogView view;
  const auto last = walk([&](const RegenerationEvent& event) { return view.take_earlier(event); }, wait);
  if (!last) return std::unexpected(last.error());
  view.last = *last;
  return view;
}

Result<bool> RegenerationLog::append(RegenerationEvent& event, const LogView& seen, const Wait& wait) {
  event.nonce = nats::random_hex(random_, 16);
  event.at = clock_.unix_seconds();
  const nats::Publication publication{.subject = subject_of(event.kind, names_),
                                      .id = event.nonce,
                                      .bytes = event.encode(),
                                      .expected_last = seen.last};
  for (;;) {
    const nats::Appended appended = stream_.publish(publication, wait);
    if (appended.fate == nats::Fate::denied) return fail(ErrorKind::refused, appended.text);
    const bool is_new = appended.fate == nats::Fate::stored && !appended.duplicate;
    if (is_new && appended.sequence == seen.last + 1) return true;
    const Fate fate = look_up(event, seen.last, wait);
    if (fate != Fate::unknown) return fate == Fate::stored;
    if (!clock_.sleep(retry_pause, wait))
      return fail(ErrorKind::unknown,
                  fmt::format("whether {} was stored is not known: {}", publication.subject,
                              appended.text.empty() ? "no answer" : appended.text));
  }
}

// Whatever is next after what it expects tells: while there is nothing, a copy may still be under way.
RegenerationLog::Fate RegenerationLog::look_up(const RegenerationEvent& event, std::uint64_t expected_last,
                                               const Wait& wait) {
  const auto next = stream_.at(expected_last + 1, wait);
  if (!next) return Fate::unknown;
  if (*next) {
    const auto stored = decoded(**next);
    return stored && stored->nonce == event.nonce ? Fate::stored : Fate::not_stored;
  }
  const auto state = stream_.state(wait);
  if (!state || state->last == expected_last) return Fate::unknown;
  return Fate::not_stored;  // The next was removed, or the log is not the one that was read.
}

}  // namespace ghboot::regen
