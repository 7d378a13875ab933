// SPDX-License-Identifier: Apache-2.0
// What is stored of an account, in one view: the claims, whether all servers agree, and who was not there to
// be asked. Threads: as any value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nats/account_claims.h"
#include "nats/environment.h"
#include "nats/error.h"
#include "nats/resolver.h"

namespace ghboot::nats {

struct AccountState {
  AccountClaims claims;               // The newest, where the servers differ.
  std::string jwt;                    // Its text.
  std::int64_t newest_issued_at = 0;  // Of all that is stored; a claim that shall stand must be above it.
  bool in_sync = true;  // False only when a server that answers stores something else, or nothing.
  std::vector<std::string> warnings;  // Servers that were silent or are away.
};

// ErrorKind::missing is certain: every connected server was asked and has none. ErrorKind::invalid: a server
// stores something that is no account's JWT.
Result<AccountState> read_account(Resolver& resolver, std::string_view account, const Wait& wait);

// For people, a sentence each.
std::vector<std::string> absence_warnings(const std::vector<Server>& silent, const std::vector<Away>& away);

}  // namespace ghboot::nats
