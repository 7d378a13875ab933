// SPDX-License-Identifier: Apache-2.0
// The queue of one account in this process. Callers put tickets in; one of them, the leader, takes all that
// wait and runs them in one go, the others wait for their outcome. No thread of its own. Always holds: each
// ticket that was put in has an outcome when its caller returns. A leader whose own time is over gives back
// what it took: operations bear being run again, and the next caller leads. Threads: any.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "nats/account_claims.h"
#include "nats/account_state.h"
#include "nats/environment.h"
#include "nats/error.h"

namespace ghboot::nats {

// Changes the claims that it is given, or says why not. May be called several times, each time on fresh
// claims, from another thread than the caller's; it must bear finding its effect there already.
using Operation = std::function<Result<void>(AccountClaims&)>;

struct Change {
  AccountState state;
  bool written = false;  // False: all was as wanted.
};

struct AccountTicket {
  std::optional<AccountClaims> made{};  // What an absent account becomes; without it, absence is an error.
  Operation operation{};                // Empty: the account is to be removed.
  Wait wait{};
  std::optional<Result<Change>> changed{};                    // Outcome of an operation,
  std::optional<Result<std::vector<std::string>>> removed{};  // or of a removal: warnings.

  bool released =
      false;  // The queue's: the leader is done with it. Read before that, an outcome may be half written.

  bool removes() const { return !operation; }
  bool settled() const { return changed || removed; }
  void settle(const Error& error) {
    if (removes())
      removed = std::unexpected(error);
    else
      changed = std::unexpected(error);
  }
};

bool is_over(const Wait& wait, Clock& clock);

class AccountQueue {
 public:
  using Batch = std::vector<AccountTicket*>;  // Either operations, at least one, or a single removal.
  // Runs the batch within the leader's wait. Tickets that it leaves unsettled go back to the head of the
  // queue: it may do so only where the ticket's own wait is not over.
  using Run = std::function<void(Batch&, const Wait&)>;

  explicit AccountQueue(Clock& clock) : clock_(clock) {}

  // Returns with the ticket settled.
  void submit(AccountTicket& ticket, const Run& run);

 private:
  bool is_next(const AccountTicket& ticket) const;
  Batch take_batch();
  bool withdraw(AccountTicket& ticket);
  void lead(std::unique_lock<std::mutex>& lock, const Wait& wait, const Run& run);

  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<AccountTicket*> waiting_;
  bool led_ = false;
};

}  // namespace ghboot::nats
