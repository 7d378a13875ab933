// SPDX-License-Identifier: Apache-2.0
// An account as it is signed, where it goes to no server: for the preload of one that does not exist yet.
// Always holds: what is signed anew is younger than what it replaces, and claims that are equal are not
// signed anew. It cannot tell whether a server will trust the signer. Threads: as any value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nats/account_claims.h"
#include "nats/environment.h"
#include "nats/error.h"
#include "nats/nkey.h"

namespace ghboot::nats {

struct SignedAccount {
  AccountClaims claims;
  std::string jwt;  // Its text.
};

// ErrorKind::invalid: not an account's JWT, signed wrongly, or of another account.
Result<SignedAccount> parse_signed_account(std::string_view jwt, std::string_view account);

// ErrorKind::invalid: the claims are wrong, in more than what is wrong in `before` already (none: null).
Result<SignedAccount> sign_account(const AccountClaims& wanted, const SignedAccount* before,
                                   const KeyPair& signer, Clock& clock);

// ErrorKind::invalid, with each problem of `claims` that is not among the known ones. Others' mistakes do not
// stop a change: a revocation must go through.
Result<void> check_problems(const AccountClaims& claims, const std::vector<std::string>& known);

}  // namespace ghboot::nats
