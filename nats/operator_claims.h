// SPDX-License-Identifier: Apache-2.0
// The operator's own JWT, which a server's configuration holds, and the generic claim that asks servers to
// delete accounts. Source: nats-io/jwt v2, operator_claims.go; server/accounts.go for the delete.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nats/error.h"
#include "nats/nkey.h"

namespace ghboot::nats {

struct OperatorClaims {
  std::string subject, name;  // "O…"
  std::string issuer;
  std::int64_t issued_at = 0;
  std::vector<std::string> signing_keys;  // "O…"
  std::string system_account;             // "A…"
  bool strict_signing_key_usage = false;

  static Result<OperatorClaims> decode(std::string_view jwt);
  std::string encode(const KeyPair& signer, std::int64_t issued) const;
  // Whether servers of this operator take what `public_key` signs (strict operators: signing keys alone).
  bool trusts(std::string_view public_key) const;
};

// The body of $SYS.REQ.CLAIMS.DELETE: self-signed, as servers want it.
std::string encode_delete_request(const std::vector<std::string>& accounts, const KeyPair& signer,
                                  std::int64_t issued);

}  // namespace ghboot::nats
