// SPDX-License-Identifier: Apache-2.0
// A Lease is an organisation's lock in JetStream, had by one holder until it gives it back, or stops renewing
// it for as long as the lease. It orders holders; it cannot stop a stalled one: give token() to every guarded
// write, and let the far side refuse a lower one. Always holds: held() ends before anybody else may acquire,
// as far as clocks run equally fast and the log's end is not lost (design: "The lock is a log").
// Threads: held(), left() and token() from any; the rest from one at a time. What LockParts borrows and the
// LockContender that acquired it outlive it.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "nats/lock_contender.h"
#include "nats/lock_writer.h"

namespace ghboot::nats {

class [[nodiscard]] Lease {
 public:
  // Of a contender that has just acquired: `draft` is stored.
  Lease(LockContender& contender, LockMessage message, const LockDraft& draft);
  Lease(Lease&&) noexcept;  // The source then holds and releases nothing.
  Lease& operator=(Lease&&) = delete;
  ~Lease();  // If held(): sends one release and ignores its fate.

  bool held() const noexcept;                      // No I/O. False early, never late.
  std::chrono::nanoseconds left() const noexcept;  // Of the trust, not of the lease.
  LockToken token() const noexcept;  // Above every earlier holder's, and the same until the end.

  // Once it returns, the lock was held at some moment of this call. LeaseError::unknown: call again in a
  // second; the same message is sent again. LeaseError::lost, refused: for good.
  LeaseResult<void> renew(const Wait& wait);
  // Renews every third of the lease, and each second where there was no answer, until the Wait ends; calls
  // `renewed` after each renewal that was stored. LeaseError::lost, refused: before that.
  LeaseResult<void> keep(const Wait& wait, const std::function<void()>& renewed = [] {});
  // held() is false from its beginning on. LeaseError::unknown: the lock is free after a lease at the latest.
  LeaseResult<void> release(const Wait& wait);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ghboot::nats
