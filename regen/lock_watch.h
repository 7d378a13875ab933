// SPDX-License-Identifier: Apache-2.0
// Whether anybody is there who will regenerate: who works under an organisation's lock, or waits for it.
// Always holds: a dead holder's lock is told from a living one's by what comes, never by another machine's
// clock. It acquires nothing. It cannot tell of a lease above 40 s within its patience: it then believes
// what the lock says. Threads: one. What it borrows outlives it.
#pragma once

#include <chrono>
#include <optional>

#include "nats/lock_contender.h"
#include "nats/lock_sight.h"

namespace ghboot::regen {

class LockWatch {
 public:
  static constexpr std::chrono::seconds proof_max{40};    // Longer than the usual lease.
  static constexpr std::chrono::seconds handover_max{5};  // For the 16 who may be listed, and the way.

  LockWatch(nats::SightPlace place, nats::LockParts parts);

  // The lock's message as it was when somebody was seen to be there; nothing: nobody is. ErrorKind::missing:
  // the lock was never begun. ErrorKind::invalid: its last message is not ours. Any other: no answer.
  nats::Result<std::optional<nats::LockMessage>> who_is_there(const nats::Wait& wait);

 private:
  nats::Result<nats::LockSight::Change> look(const nats::Wait& wait);
  nats::Result<bool> is_anything_heard(const nats::Wait& wait);

  nats::LockParts parts_;
  nats::LockSight sight_;
};

}  // namespace ghboot::regen
