// SPDX-License-Identifier: Apache-2.0
// A LockContender follows one organisation's lock and may acquire it: when it is free, or when its lease has
// passed on this machine's own clock since this machine first saw its last message. Always holds: it appends
// only under the sequence of the message that it judged, and waits a lease after a log that went back, even
// if it says free. It cannot hurry a dead holder: that takes the holder's lease. Threads: one at a time. What
// LockParts borrows outlives it; it outlives each Lease.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "nats/lock_queue.h"
#include "nats/lock_sight.h"
#include "nats/lock_writer.h"

namespace ghboot::nats {

class Lease;

struct LockParts {  // Borrowed.
  LockStream& stream;
  Clock& clock;
  LockClock& lock_clock;
  Random& random;
  FileSystem& files;
};

constexpr std::chrono::seconds lease_min{15};  // An election of a stream's leader takes up to 9.

struct LockTerms {
  std::string holder{}, host{};
  std::uint32_t pid = 0;
  std::string reason{};
  std::chrono::milliseconds lease{30'000};
  std::optional<std::int64_t> attempt_deadline{};  // Unix seconds; for people.
  bool is_short_lease_allowed = false;             // Of tests alone.
  std::function<void(const std::string&)> say{};   // What a person should know while it waits.
};

struct LockToken {  // "<generation>.<sequence>" of the message that acquired; only grows.
  std::uint64_t generation = 0, sequence = 0;
  auto operator<=>(const LockToken&) const = default;
  std::string text() const;
};

class LockContender {
 public:
  LockContender(LockTerms terms, SightPlace place, LockParts parts);

  // LeaseError::held: the Wait ended first, and its message says who has it. LeaseError::unknown: it ended
  // without an answer.
  LeaseResult<Lease> acquire(const Wait& wait);
  // Takes in what is stored and announced until the Wait ends: who does so beforehand acquires a free lock in
  // one round trip. ErrorKind::unreachable: the stream could not be followed; call again.
  Result<void> follow(const Wait& wait);

 private:
  friend class Lease;
  struct Attempt;  // Of one acquire().

  LeaseResult<bool> step(Attempt& attempt, const Wait& wait);
  LeaseResult<bool> try_once(Attempt& attempt, const Wait& wait);
  void announce(Attempt& attempt, const Wait& wait);
  bool is_settled_by_sight(Attempt& attempt) const;
  void drop_who_let_it_pass();
  LockMessage acquiring_message() const;
  LeaseFailure not_acquired(const Attempt& attempt) const;

  Result<void> look(const Wait& wait);  // Reads the last message.
  // What is there already, and else the first that comes. Any error: the stream could not be followed.
  Result<void> take_news(Wait wait);
  void take_in(const LockEntry& entry, LockSight::Source source);
  void take_in_read(const std::optional<LockEntry>& last);  // Nothing: the log is empty.
  void take_in_own(const LockDraft& draft);                 // Stored: seen before its echo comes.
  std::string seen_text() const;                            // The last message, for people.
  std::chrono::nanoseconds try_at() const;
  std::chrono::nanoseconds boot_now() const { return parts_.lock_clock.read().boot; }
  Wait until(const Wait& wait, std::chrono::nanoseconds boot) const;  // Not longer than the Wait.

  const LockTerms terms_;
  LockParts parts_;
  LockWriter writer_;
  LockQueue queue_;
  LockSight sight_;
  std::size_t place_ = 0;
  std::chrono::nanoseconds retry_at_{0};  // After a refusal that told nothing new.
  std::chrono::nanoseconds read_at_{0};   // When the log is read again unless something comes.
  std::string foreign_;                   // What is wrong with the log's last message; empty: nothing.
};

}  // namespace ghboot::nats
