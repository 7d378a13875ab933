// SPDX-License-Identifier: Apache-2.0
// One run of the operations that wait for an account: read, apply, encode once, push once, read back from
// every server; again from the start when another writer came in between. And the removal of an account, by
// the same means. Always holds: no ticket is settled as done before a server was read that stores its effect,
// or has said so; what another writer pushed and we replaced unseen is put back, though that writer, who saw
// it stand, has gone on. Threads: one. What Writing holds is borrowed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nats/account_queue.h"
#include "nats/account_watch.h"
#include "nats/environment.h"
#include "nats/nkey.h"
#include "nats/resolver.h"

namespace ghboot::nats {

struct Writing {
  Resolver& resolver;
  const KeyPair& signer;
  Clock& clock;
  Random& random;
  OwnPushes& own;
};

class AccountChange {
 public:
  AccountChange(const Writing& writing, std::string_view account, AccountQueue::Batch& batch,
                const Wait& wait)
      : writing_(writing), account_(account), batch_(batch), wait_(wait) {}
  void run();

 private:
  enum class Step : std::uint8_t { ended, again };
  Step attempt();
  Step write(const std::string& jwt, AccountWatch& watch);
  Step disturbed(const AccountWatch& watch, Disturbance how);
  void owe(const AccountWatch& watch);
  void pay(AccountClaims& claims) const;
  std::optional<AccountClaims> apply(const std::optional<AccountState>& stored);
  Result<bool> needs_writing(const AccountState& stored, const AccountClaims& wanted);
  Step succeed(const AccountState& state);
  Step fail_all(const Error& error);

  Writing writing_;
  std::string account_;
  AccountQueue::Batch& batch_;
  Wait wait_;
  bool seen_ = false;                  // The account was there at some time of this run.
  bool pushed_ = false;                // Something was sent.
  std::optional<AccountClaims> read_;  // What this attempt began with.
  bool replaced_ = false;  // This attempt has pushed: what others pushed since it read may be gone.
  struct Debt {
    AccountClaims before, after;
  };
  std::vector<Debt> owed_;  // What others made, and our pushes may have replaced.
};

// Warnings, once no connected server has the account.
Result<std::vector<std::string>> remove_account(const Writing& writing, std::string_view account,
                                                const Wait& wait);

}  // namespace ghboot::nats
