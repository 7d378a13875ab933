// SPDX-License-Identifier: Apache-2.0
#include "nats/lease.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "nats/lock_trust.h"

namespace ghboot::nats {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

struct Lease::State {
  State(LockContender& from, LockMessage acquiring, const LockDraft& draft)
      : contender(from),
        message(std::move(acquiring)),
        trust(from.parts_.lock_clock, message.lease - trust_margin(message.lease)),
        token{.generation = message.generation, .sequence = draft.append.expected_last + 1} {
    message.acquired = token.sequence;
    adopt(draft);
  }

  void adopt(const LockDraft& draft);  // It is stored.
  LockDraft following(LockMessage next) const;
  LeaseResult<void> lose(std::string_view how);
  LeaseResult<void> check(const Wait& wait);
  LeaseResult<void> renew(const Wait& wait);
  LeaseResult<void> release(const Wait& wait);
  LockDraft releasing() const;
  nanoseconds due_in() const;

  LockContender& contender;
  LockMessage message;  // What each renewal says, but for nonce, prev and next.
  LockTrust trust;
  const LockToken token;
  std::uint64_t sequence = 0;        // Of the last message that is known to be stored,
  std::string nonce;                 // its nonce,
  nanoseconds first_sent{0};         // and when it was first sent, by CLOCK_BOOTTIME.
  std::optional<LockDraft> pending;  // A renewal whose fate is not known.
};

void Lease::State::adopt(const LockDraft& draft) {
  sequence = draft.append.expected_last + 1;
  nonce = draft.nonce;
  first_sent = draft.first_sent->boot;
  trust.count_from(*draft.first_sent);
  contender.take_in_own(draft);
}

LockDraft Lease::State::following(LockMessage next) const {
  next.prev = nonce;
  next.next = contender.queue_.next(contender.boot_now(), message.lease);
  return contender.writer_.draft(std::move(next), sequence);
}

LeaseResult<void> Lease::State::lose(std::string_view how) {
  trust.end();
  return fail(LeaseError::lost, fmt::format("the lock was lost: {}", how));
}

// Takes in what came, and for as long as the Wait what comes; then looks whether the log still ends with what
// this holder wrote. A stream that cannot be followed is no loss: the trust ends by itself.
LeaseResult<void> Lease::State::check(const Wait& wait) {
  const bool is_followed = contender.take_news(wait).has_value();
  if (!is_followed) contender.parts_.clock.sleep(LockWriter::retry_pause, wait);
  if (!trust.holds()) return lose("it was not renewed in time");
  if (!contender.foreign_.empty()) return lose(contender.foreign_);
  const std::string last = contender.sight_.message().nonce;
  if (pending && last == pending->nonce) {
    adopt(*pending);
    pending.reset();
  }
  if (last != nonce) return lose(contender.seen_text());
  return {};
}

LeaseResult<void> Lease::State::renew(const Wait& wait) {
  if (auto ours = check({contender.parts_.clock.now(), wait.stop}); !ours) return ours;
  if (!pending) pending = following(message);
  auto settled = contender.writer_.send(*pending, wait);
  if (!settled) {
    static_cast<void>(lose(settled.error().message));
    return std::unexpected(settled.error());
  }
  if (settled->verdict == Verdict::unknown)
    return fail(LeaseError::unknown, fmt::format("the renewal was not answered: {}", settled->text));
  if (settled->verdict == Verdict::not_mine) {
    contender.take_in_read(settled->last);
    return lose(contender.seen_text());
  }
  adopt(*pending);
  pending.reset();
  if (!trust.holds()) return lose("it was not renewed in time");
  return {};
}

LockDraft Lease::State::releasing() const {
  LockMessage free = message;
  free.state = LockState::free;
  return following(std::move(free));
}

// Sent for no longer than the trust would have lasted: whoever comes after that may have the same sequence,
// where the log has gone back.
LeaseResult<void> Lease::State::release(const Wait& wait) {
  const Wait trusted = wait.at_most(contender.parts_.clock.now(), duration_cast<milliseconds>(trust.left()));
  const bool was_held = trust.holds();
  trust.end();  // Before it is sent: nobody may work on while another acquires.
  while (was_held) {
    static_cast<void>(contender.take_news({contender.parts_.clock.now(), wait.stop}));
    auto draft = releasing();
    auto settled = contender.writer_.settle(draft, trusted);
    if (!settled) return std::unexpected(settled.error());
    if (settled->verdict == Verdict::unknown)
      return fail(LeaseError::unknown, fmt::format("the release was not answered: {}", settled->text));
    if (settled->verdict == Verdict::mine) {
      contender.take_in_own(draft);
      return {};
    }
    contender.take_in_read(settled->last);
    // A renewal of ours that was not answered may be what came before it.
    if (!pending || !settled->last || !contender.writer_.is_in(*pending, *settled->last)) break;
    sequence = settled->last->sequence;
    nonce = pending->nonce;
    pending.reset();
  }
  return lose("it was not ours any more when it was to be released");
}

nanoseconds Lease::State::due_in() const {
  return std::max(first_sent + message.lease / 3 - contender.boot_now(), nanoseconds(0));
}

Lease::Lease(LockContender& contender, LockMessage message, const LockDraft& draft)
    : state_(std::make_unique<State>(contender, std::move(message), draft)) {}
Lease::Lease(Lease&&) noexcept = default;

Lease::~Lease() {
  if (!held()) return;
  state_->trust.end();
  Clock& clock = state_->contender.parts_.clock;
  auto draft = state_->releasing();
  static_cast<void>(state_->contender.writer_.send(draft, {clock.now() + LockWriter::answer_max}));
}

bool Lease::held() const noexcept { return state_ && state_->trust.holds(); }
nanoseconds Lease::left() const noexcept { return state_->trust.left(); }
LockToken Lease::token() const noexcept { return state_->token; }
LeaseResult<void> Lease::renew(const Wait& wait) { return state_->renew(wait); }
LeaseResult<void> Lease::release(const Wait& wait) { return state_->release(wait); }

LeaseResult<void> Lease::keep(const Wait& wait, const std::function<void()>& renewed) {
  Clock& clock = state_->contender.parts_.clock;
  nanoseconds pause = state_->due_in();
  for (;;) {
    const Wait due = wait.at_most(clock.now(), std::chrono::ceil<milliseconds>(pause));
    while (clock.now() < due.until && !wait.stop.stop_requested())
      if (auto ours = state_->check(due); !ours) return ours;
    if (wait.stop.stop_requested() || clock.now() >= wait.until) return {};
    auto stored = state_->renew(wait);
    if (!stored && stored.error().error != LeaseError::unknown) return stored;
    pause = stored ? state_->due_in() : LockWriter::retry_pause;
    if (stored) renewed();
  }
}

}  // namespace ghboot::nats
