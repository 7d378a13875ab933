// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_contender.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "nats/lease.h"

namespace ghboot::nats {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

std::string seconds_text(nanoseconds duration) {
  return fmt::format("{} s", std::chrono::ceil<std::chrono::seconds>(duration).count());
}

std::string shown(const LockMessage& message) {
  const std::string who = message.holder.empty() ? "somebody" : message.holder;
  std::string text = fmt::format("{} on {} (process {})", who, message.host, message.pid);
  if (!message.reason.empty()) text += fmt::format(", for \"{}\"", message.reason);
  return text;
}

}  // namespace

std::string LockToken::text() const { return fmt::format("{}.{}", generation, sequence); }

struct LockContender::Attempt {
  nanoseconds began;
  std::optional<LockDraft> draft{};  // Sent, and its fate not known.
  LockMessage message{};             // What the draft says.
  nanoseconds announce_at{0};
  std::string announced_under{};  // Whose lock it was then.
  bool is_short_wait_said = false;
  std::string silence{};  // Why nothing is known of the log; empty: something is.
};

LockContender::LockContender(LockTerms terms, SightPlace place, LockParts parts)
    : terms_(std::move(terms)),
      parts_(parts),
      writer_(parts.stream, parts.clock, parts.lock_clock, parts.random),
      queue_(writer_.id(), parts.random),
      sight_(std::move(place), terms_.lease, parts.lock_clock, parts.files) {}

LeaseResult<Lease> LockContender::acquire(const Wait& wait) {
  if (terms_.lease > lock_lease_max || (terms_.lease < lease_min && !terms_.is_short_lease_allowed))
    return fail(LeaseError::refused,
                fmt::format("a lease of {:g} s: give one from {} s to 24 h",
                            std::chrono::duration<double>(terms_.lease).count(), lease_min.count()));
  for (const auto& [what, text] : {std::pair("holder", &terms_.holder), std::pair("host", &terms_.host),
                                   std::pair("reason", &terms_.reason)})
    if (const std::string wrong = problem_of_lock_text(*text); !wrong.empty())
      return fail(LeaseError::refused, fmt::format("the lock's {} {}", what, wrong));
  Attempt attempt{.began = boot_now()};
  while (!wait.stop.stop_requested() && parts_.clock.now() < wait.until) {
    const auto is_ours = step(attempt, wait);
    if (!is_ours) return std::unexpected(is_ours.error());
    if (!*is_ours) continue;
    Lease lease(*this, attempt.message, *attempt.draft);
    if (lease.held()) return lease;
    // It was stored too late to be believed in: a ghost, which passes with its lease.
    attempt.draft.reset();
  }
  return std::unexpected(not_acquired(attempt));
}

// True: the attempt's draft is the log's last message.
LeaseResult<bool> LockContender::step(Attempt& attempt, const Wait& wait) {
  // From cold the last message is enough; who has to wait follows.
  Result<void> known;
  if (sight_.has_seen()) known = take_news({parts_.clock.now(), wait.stop});
  if (!known || !sight_.has_seen() || boot_now() >= read_at_) known = look(wait);
  if (!foreign_.empty()) return fail(LeaseError::refused, foreign_);
  attempt.silence = known ? "" : known.error().message;
  if (!known || !sight_.has_seen()) {
    parts_.clock.sleep(LockWriter::retry_pause, wait);
    return false;
  }
  if (attempt.draft && is_settled_by_sight(attempt)) return true;
  if (boot_now() >= try_at()) return try_once(attempt, wait);
  announce(attempt, wait);
  const nanoseconds next = std::min({try_at(), attempt.announce_at, read_at_});
  if (!take_news(until(wait, next))) parts_.clock.sleep(LockWriter::retry_pause, wait);
  return false;
}

// The log itself may tell what no answer told; a log that has moved on ends the draft.
bool LockContender::is_settled_by_sight(Attempt& attempt) const {
  const LockDraft& draft = *attempt.draft;
  if (sight_.message().nonce == draft.nonce) return true;
  if (sight_.sequence() != draft.append.expected_last ||
      sight_.message().nonce != draft.append.expected_last_id)
    attempt.draft.reset();
  return false;
}

LeaseResult<bool> LockContender::try_once(Attempt& attempt, const Wait& wait) {
  if (!attempt.draft) {
    drop_who_let_it_pass();
    attempt.message = acquiring_message();
    attempt.draft = writer_.draft(attempt.message, sight_.sequence());
  }
  auto settled = writer_.send(*attempt.draft, wait);
  if (!settled) return std::unexpected(settled.error());
  if (settled->verdict == Verdict::mine) return true;
  retry_at_ = boot_now() + LockWriter::retry_pause;
  if (settled->last || settled->verdict == Verdict::not_mine)
    take_in_read(settled->last);
  else
    attempt.silence = settled->text;
  return false;
}

void LockContender::drop_who_let_it_pass() {
  const auto& next = sight_.message().next;
  for (std::size_t before = 0; before < std::min(place_, next.size()); ++before) queue_.drop(next[before]);
}

LockMessage LockContender::acquiring_message() const {
  return {.generation = sight_.message().generation,
          .state = LockState::held,
          .holder = terms_.holder,
          .host = terms_.host,
          .pid = terms_.pid,
          .reason = terms_.reason,
          .prev = sight_.message().nonce,
          .lease = terms_.lease,
          .next = queue_.next(boot_now(), terms_.lease),
          .attempt_deadline = terms_.attempt_deadline,
          .acquired_at = parts_.clock.unix_seconds()};
}

void LockContender::announce(Attempt& attempt, const Wait& wait) {
  const nanoseconds now = boot_now();
  const std::string holder(contender_of(sight_.message().nonce));
  if (now >= attempt.announce_at || holder != attempt.announced_under) {
    attempt.announce_at = now + terms_.lease / 3;
    attempt.announced_under = holder;
    const LockWaiter waiter{.id = writer_.id(),
                            .holder = terms_.holder,
                            .waited = duration_cast<milliseconds>(now - attempt.began)};
    parts_.stream.announce(waiter.encode());
  }
  const nanoseconds left = wait.until - parts_.clock.now();
  if (std::exchange(attempt.is_short_wait_said, true) || !terms_.say || now + left >= try_at()) return;
  terms_.say(
      fmt::format("{} has the lock; should that one be dead, it is to be had in {}, and this wait ends in {}",
                  shown(sight_.message()), seconds_text(try_at() - now), seconds_text(left)));
}

LeaseFailure LockContender::not_acquired(const Attempt& attempt) const {
  if (!attempt.silence.empty() || !sight_.has_seen())
    return {LeaseError::unknown, fmt::format("the lock's log did not answer: {}",
                                             attempt.silence.empty() ? "it is empty" : attempt.silence)};
  if (attempt.draft)
    return {LeaseError::unknown,
            "the lock was free, and no answer came in time: what was sent may be stored "
            "later, and passes with its lease"};
  return {LeaseError::held, seen_text()};
}

std::string LockContender::seen_text() const {
  if (!foreign_.empty()) return foreign_;
  if (!sight_.has_seen()) return "its log is empty";
  if (sight_.went_back())
    return fmt::format("its log went back, as after a restored backup: nobody may have it for {}",
                       seconds_text(sight_.ready_at() - boot_now()));
  const LockMessage& last = sight_.message();
  switch (last.state) {
    case LockState::free:
      return last.by.empty() ? "it is free, and others were first"
                             : fmt::format("{} freed it by hand: {}", last.by, last.why);
    case LockState::revoked:
      return fmt::format("{} revoked it: {}", last.by, last.why);
    case LockState::held:
      break;
  }
  return fmt::format("{} has it", shown(last));
}

Result<void> LockContender::follow(const Wait& wait) {
  if (!sight_.has_seen())
    if (auto seen = look(wait); !seen) return seen;
  while (!wait.stop.stop_requested() && parts_.clock.now() < wait.until) {
    if (boot_now() >= read_at_)
      if (auto seen = look(wait); !seen) return seen;
    if (auto taken = take_news(until(wait, read_at_)); !taken) return taken;
  }
  return {};
}

Result<void> LockContender::look(const Wait& wait) {
  auto last = parts_.stream.last(wait.at_most(parts_.clock.now(), LockWriter::answer_max));
  if (!last) return std::unexpected(last.error());
  take_in_read(*last);
  return {};
}

Result<void> LockContender::take_news(Wait wait) {
  for (;;) {
    auto news = parts_.stream.news(wait);
    if (!news) return std::unexpected(news.error());
    if (const auto* entry = std::get_if<LockEntry>(&*news))
      take_in(*entry, LockSight::Source::followed);
    else if (const auto* announced = std::get_if<Announced>(&*news))
      queue_.hear(announced->bytes, boot_now());
    else
      return {};
    wait.until = std::min(wait.until, parts_.clock.now());
  }
}

void LockContender::take_in(const LockEntry& entry, LockSight::Source source) {
  const bool is_first = !sight_.has_seen();
  const auto change = sight_.see(entry, source);
  foreign_ =
      change ? ""
             : fmt::format("message {} of the lock's stream is {}", entry.sequence, change.error().message);
  if (!change) return;
  read_at_ = boot_now() + terms_.lease / 3;
  if (*change == LockSight::Change::none && !is_first) return;
  // Who has got it waits no more: each that the list has in vain costs all others a pause.
  if (sight_.message().state == LockState::held) queue_.drop(contender_of(sight_.message().nonce));
  place_ = queue_.place_in(sight_.message().next);
  retry_at_ = nanoseconds(0);
}

void LockContender::take_in_read(const std::optional<LockEntry>& last) {
  if (last)
    take_in(*last, LockSight::Source::read);
  else
    sight_.see_nothing();
}

void LockContender::take_in_own(const LockDraft& draft) {
  take_in(
      {.created = sight_.created(), .sequence = draft.append.expected_last + 1, .bytes = draft.append.bytes},
      LockSight::Source::followed);
}

nanoseconds LockContender::try_at() const {
  return std::max(sight_.ready_at() + static_cast<int>(place_) * lock_place_pause, retry_at_);
}

Wait LockContender::until(const Wait& wait, nanoseconds boot) const {
  const nanoseconds left = std::max(boot - boot_now(), nanoseconds(0));
  return wait.at_most(parts_.clock.now(), std::chrono::ceil<milliseconds>(left));
}

}  // namespace ghboot::nats
