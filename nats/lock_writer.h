// SPDX-License-Identifier: Apache-2.0
// One message's way into a lock's log. A LockDraft is a message with its id and the sequence that it expects,
// from its making until its fate is known; it may be sent many times, and is the same each time. Always
// holds: `mine` is said only where an acknowledgement or the log itself proves it, `not_mine` only where no
// copy can be stored any more while the log does not go back. Threads: one. What it borrows outlives it.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "nats/environment.h"
#include "nats/lock_message.h"
#include "nats/lock_stream.h"
#include "nats/lock_time.h"

namespace ghboot::nats {

enum class LeaseError : std::uint8_t {
  held,     // Somebody else has it; nothing of ours is stored. Wait, or give up.
  lost,     // It was ours and is no longer. Stop the work; never renew or release again.
  unknown,  // No answer in time: a write may land later, and is then a ghost that passes with its lease.
  refused,  // Such a request can never work. Fix the configuration.
};

struct LeaseFailure {
  LeaseError error;
  std::string message;
};
template <class T>
using LeaseResult = std::expected<T, LeaseFailure>;

inline std::unexpected<LeaseFailure> fail(LeaseError error, std::string message) {
  return std::unexpected(LeaseFailure{error, std::move(message)});
}

struct LockDraft {
  LockAppend append{};
  std::string nonce{};
  std::optional<Instant> first_sent{};
};

enum class Verdict : std::uint8_t { mine, not_mine, unknown };

struct Settled {
  Verdict verdict = Verdict::unknown;
  std::optional<LockEntry> last{};  // Of the log where it was read. Nothing of not_mine: the log is empty.
  std::string text{};               // Of unknown: what was said.
};

class LockWriter {
 public:
  static constexpr std::chrono::milliseconds answer_max{1000};  // What an append, and a read, wait at most.
  static constexpr std::chrono::milliseconds retry_pause{1000};

  LockWriter(LockStream& stream, Clock& clock, LockClock& lock_clock, Random& random);

  const std::string& id() const { return id_; }  // What all its nonces begin with.
  // Its nonce becomes a new one. Its `prev` is the nonce of the message at `expected_last`.
  LockDraft draft(LockMessage message, std::uint64_t expected_last);

  // Sends once (again without expected_last_id where the server does not know that and the log does), and
  // reads where the answer proves nothing. LeaseError::refused: another JetStream domain has stored it, or
  // the user has no right to append.
  LeaseResult<Settled> send(LockDraft& draft, const Wait& wait);
  // Sends until the fate is known, with pauses; unknown once the Wait has ended.
  LeaseResult<Settled> settle(LockDraft& draft, const Wait& wait);
  bool is_in(const LockDraft& draft, const LockEntry& entry) const;  // The very message.

 private:
  Appended append(const LockDraft& draft, const Wait& wait);
  Settled read_back(const LockDraft& draft, std::string text, const Wait& wait);

  LockStream& stream_;
  Clock& clock_;
  LockClock& lock_clock_;
  std::string id_;
  std::uint64_t count_ = 0;
};

}  // namespace ghboot::nats
