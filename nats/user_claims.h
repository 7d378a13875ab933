// SPDX-License-Identifier: Apache-2.0
// The claims of a user. They live in creds alone: no server stores them.
// Source: nats-io/jwt v2, user_claims.go.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nats/creds.h"
#include "nats/error.h"
#include "nats/nkey.h"
#include "nats/user_rights.h"

namespace ghboot::nats {

struct UserClaims {
  std::string subject;  // "U…"
  std::string name;
  std::string issuer;  // Set by decode(); encode() sets it to the signer.
  std::string
      issuer_account;  // "A…" when a signing key of the account signs; empty when the account's own key does.
  std::int64_t issued_at = 0, expires_at = 0;  // Unix seconds; 0: never.
  UserRights rights;
  std::vector<std::string> tags;

  // The user's account, whoever signed.
  const std::string& account() const { return issuer_account.empty() ? issuer : issuer_account; }
  static Result<UserClaims> decode(std::string_view jwt);
  std::string encode(const KeyPair& signer, std::int64_t issued) const;
};

// Of creds that may not have been found or read: their error then.
Result<UserClaims> claims_of(const Result<Creds>& creds);

}  // namespace ghboot::nats
