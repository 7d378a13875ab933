// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_writer.h"

#include <utility>

#include <fmt/format.h>

#include "nats/random_hex.h"

namespace ghboot::nats {
namespace {

std::string nonce_of(const LockEntry& entry) {  // Empty: not a message of ours.
  const auto message = LockMessage::decode(entry.bytes);
  return message ? message->nonce : "";
}

// Whether the log ends with the very message that the draft is to follow.
bool is_followed(const LockDraft& draft, const std::optional<LockEntry>& last) {
  if (!last) return draft.append.expected_last == 0;
  return last->sequence == draft.append.expected_last && nonce_of(*last) == draft.append.expected_last_id;
}

}  // namespace

LockWriter::LockWriter(LockStream& stream, Clock& clock, LockClock& lock_clock, Random& random)
    : stream_(stream), clock_(clock), lock_clock_(lock_clock), id_(random_hex(random, 16)) {}

LockDraft LockWriter::draft(LockMessage message, std::uint64_t expected_last) {
  message.nonce = fmt::format("{}/{}", id_, ++count_);
  return {.append = {.expected_last = expected_last,
                     .expected_last_id = message.prev,
                     .id = message.nonce,
                     .bytes = message.encode()},
          .nonce = message.nonce};
}

bool LockWriter::is_in(const LockDraft& draft, const LockEntry& entry) const {
  return entry.sequence == draft.append.expected_last + 1 && nonce_of(entry) == draft.nonce;
}

// A server that does not know the last message's id is not asked to compare it, once the log itself has shown
// which message that is.
Appended LockWriter::append(const LockDraft& draft, const Wait& wait) {
  Appended appended = stream_.append(draft.append, wait.at_most(clock_.now(), answer_max));
  if (appended.fate != Fate::id_unknown) return appended;
  const auto last = stream_.last(wait.at_most(clock_.now(), answer_max));
  if (!last || !is_followed(draft, *last)) return appended;
  LockAppend uncompared = draft.append;
  uncompared.expected_last_id.clear();
  return stream_.append(uncompared, wait.at_most(clock_.now(), answer_max));
}

LeaseResult<Settled> LockWriter::send(LockDraft& draft, const Wait& wait) {
  if (!draft.first_sent) draft.first_sent = lock_clock_.read();
  const Appended appended = append(draft, wait);
  if (appended.fate == Fate::stored && appended.domain != stream_.domain())
    return fail(
        LeaseError::refused,
        fmt::format("JetStream domain \"{}\" stored what was meant for \"{}\": two have a stream on the "
                    "lock's subject; leave it to one",
                    appended.domain, stream_.domain()));
  if (appended.fate == Fate::denied) return fail(LeaseError::refused, appended.text);
  const bool is_new = appended.fate == Fate::stored && !appended.duplicate;
  if (is_new && appended.sequence == draft.append.expected_last + 1) return Settled{.verdict = Verdict::mine};
  return read_back(draft, appended.text, wait.at_most(clock_.now(), answer_max));
}

Settled LockWriter::read_back(const LockDraft& draft, std::string text, const Wait& wait) {
  auto last = stream_.last(wait);
  if (!last) return {.text = text.empty() ? last.error().message : std::move(text)};
  if (*last && is_in(draft, **last)) return {.verdict = Verdict::mine};
  // Nothing new: the copy may still be under way. Else no copy can pass its check any more.
  const Verdict verdict = is_followed(draft, *last) ? Verdict::unknown : Verdict::not_mine;
  return {.verdict = verdict, .last = *std::move(last), .text = std::move(text)};
}

LeaseResult<Settled> LockWriter::settle(LockDraft& draft, const Wait& wait) {
  for (;;) {
    auto settled = send(draft, wait);
    if (!settled || settled->verdict != Verdict::unknown) return settled;
    if (!clock_.sleep(retry_pause, wait)) return settled;
  }
}

}  // namespace ghboot::nats
