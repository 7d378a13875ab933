// SPDX-License-Identifier: Apache-2.0
// Accounts by what they are called. Names are no keys: several accounts may have one, so every account is
// looked at. Threads: any.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "nats/account_state.h"
#include "nats/environment.h"
#include "nats/error.h"
#include "nats/resolver.h"

namespace ghboot::nats {

// Public keys of all accounts that any server which answers stores. Errors: as Resolver::list().
Result<std::set<std::string>> all_accounts(Resolver& resolver, const Wait& wait);

// ErrorKind::missing: no account is called so. invalid: several are; the message has their public keys.
Result<AccountState> read_account_named(Resolver& resolver, std::string_view name, const Wait& wait);

}  // namespace ghboot::nats
