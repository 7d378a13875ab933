// SPDX-License-Identifier: Apache-2.0
// The AccountWriter changes accounts by operations, not by documents: all operations on one account wait in
// one queue, are applied to what is stored now, encoded once and pushed once, and then read back from every
// server. Pushes know no compare-and-set, so it watches for other writers meanwhile and applies its
// operations again on top of theirs. Always holds: success means that the operation's effect stood on every
// server that answered; a claim equal to the stored one is not written. It cannot order two writers that both
// stop watching, as tools without this habit do. Threads: any, each call blocks until its own operation has
// ended. All that is borrowed outlives it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "nats/account_claims.h"
#include "nats/account_queue.h"
#include "nats/account_state.h"
#include "nats/account_watch.h"
#include "nats/environment.h"
#include "nats/error.h"
#include "nats/nkey.h"
#include "nats/resolver.h"

namespace ghboot::nats {

class AccountWriter {
 public:
  // `signer`: the operator's key or one of its signing keys.
  AccountWriter(Resolver& resolver, KeyPair signer, Clock& clock, Random& random);
  AccountWriter(const AccountWriter&) = delete;
  AccountWriter& operator=(const AccountWriter&) = delete;

  // Where the account is absent, stores `made`. Where it is there, applies `if_there` to what is stored (an
  // error of it ends the call: the place to say that something different is in the way).
  Result<Change> create(const AccountClaims& made, Operation if_there, const Wait& wait);
  // ErrorKind::missing: the account is not there.
  Result<Change> update(std::string_view account, Operation operation, const Wait& wait);
  // Done, with warnings, when no connected server has it any more; also when none had it before.
  Result<std::vector<std::string>> remove(std::string_view account, const Wait& wait);
  // Errors of all three. invalid: the signer is not trusted, the claims are wrong or too large; refused: no
  // server stored it; conflict: other writers never let it stand, or deleted the account meanwhile; unknown:
  // it was sent, and no server could be read since; unreachable: nothing was sent.

 private:
  void submit(std::string_view account, AccountTicket& ticket);
  std::shared_ptr<AccountQueue> queue_of(std::string_view account);

  Resolver& resolver_;
  const KeyPair signer_;
  Clock& clock_;
  Random& random_;
  OwnPushes own_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<AccountQueue>, std::less<>> queues_;  // Those in use.
};

}  // namespace ghboot::nats
