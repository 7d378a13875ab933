// SPDX-License-Identifier: Apache-2.0
// What is done to a lock by hand, and by who makes its stream: the first message, forced release, a higher
// generation. Always holds: each is appended under the very message that was shown to the person, so that a
// lock that has changed hands since is left alone. It cannot end a holder's work: a revoked holder learns of
// it when it next renews, and nobody overlaps it because the lease is waited out; free_lock_now() waits for
// nothing and is safe only where the holder is known to be dead. Threads: one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "nats/environment.h"
#include "nats/lock_stream.h"
#include "nats/lock_writer.h"

namespace ghboot::nats {

struct LockHand {  // For people, and kept in the log: as problem_of_lock_text() lets them.
  std::string by, why;
};

// False: the log has begun already, and nothing was written. `closed_for` above 0: nobody has the lock for so
// long, as somebody may have it by a log that is lost.
LeaseResult<bool> begin_lock(LockWriter& writer, std::uint64_t generation, const Wait& wait,
                             std::chrono::milliseconds closed_for = std::chrono::milliseconds(0));

// Each of these: LeaseError::held: `shown` is not the log's last message any more; look again. refused: it
// can't be done to such a message. unknown: no answer; it may be done later.
LeaseResult<void> revoke_lock(LockWriter& writer, const LockEntry& shown, const LockHand& hand,
                              const Wait& wait);
LeaseResult<void> free_lock_now(LockWriter& writer, const LockEntry& shown, const LockHand& hand,
                                const Wait& wait);
// Tokens are of generation `above` + 1 from then on, at least. Of a lock that is free, or whose last message
// is not one of ours: nothing else is written over such a one. Nobody has the lock until `lease`, the longest
// that is in use, has passed: who held it in a stream that was lost may still be at work.
LeaseResult<void> raise_generation(LockWriter& writer, const LockEntry& shown, std::uint64_t above,
                                   std::chrono::milliseconds lease, const LockHand& hand, const Wait& wait);

}  // namespace ghboot::nats
