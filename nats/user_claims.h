// SPDX-License-Identifier: Apache-2.0
// The claims of a user. They live in creds alone: no server stores them.
// Source: nats-io/jwt v2, user_claims.go.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nats/error.h"
#include "nats/nkey.h"

namespace ghboot::nats {

struct SubjectRules {
  std::vector<std::string> allow, deny;
  bool operator==(const SubjectRules&) const = default;
};

struct UserClaims {
  std::string subject;  // "U…"
  std::string name;
  std::string issuer;  // Set by decode(); encode() sets it to the signer.
  std::string
      issuer_account;  // "A…" when a signing key of the account signs; empty when the account's own key does.
  std::int64_t issued_at = 0, expires_at = 0;  // Unix seconds; 0: never.
  SubjectRules publish, subscribe;
  std::int64_t allow_responses_max = 0, allow_responses_ttl_ns = 0;  // 0: no response permission.
  std::vector<std::string> tags;
  std::int64_t subs = -1, data = -1, payload = -1;

  static Result<UserClaims> decode(std::string_view jwt);
  std::string encode(const KeyPair& signer, std::int64_t issued) const;
};

}  // namespace ghboot::nats
