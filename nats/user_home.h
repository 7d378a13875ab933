// SPDX-License-Identifier: Apache-2.0
// What a user's creds rest on: its account, as servers store it, and the operator that signed that; and
// whether servers still take creds that were made earlier. Threads: as any value.
// Source: server/auth.go, server/accounts.go (checkUserRevoked).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nats/account_state.h"
#include "nats/environment.h"
#include "nats/error.h"
#include "nats/resolver.h"
#include "nats/user_claims.h"

namespace ghboot::nats {

struct UserHome {
  AccountState account;
  std::string operator_name;
  bool strict = false;  // Users must be signed by a signing key of their account.
};

// Kinds of error: as read_account().
Result<UserHome> read_user_home(Resolver& resolver, std::string_view account, const Wait& wait);

// Until when creds of the user are void; nothing when none are.
std::optional<std::int64_t> revoked_until(const AccountClaims& account, std::string_view user);

// ErrorKind::refused: whenever they expire, servers refuse creds with these claims, for a reason that signing
// them anew must not mend in silence: the key that signed them is no key of the account any more, or the
// user was revoked.
Result<void> check_standing(const UserClaims& user, const AccountClaims& account);

}  // namespace ghboot::nats
