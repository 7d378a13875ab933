// SPDX-License-Identifier: Apache-2.0
// The claims of an activation: one account lets another import a private export of it. They lie in the
// importer's claims, as the import's token. Source: nats-io/jwt v2, activation_claims.go. Threads: as any
// value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "nats/error.h"
#include "nats/nkey.h"

namespace ghboot::nats {

struct ActivationClaims {
  std::string importer;  // "A…"
  std::string
      issuer;  // The exporter or a signing key of it. Set by decode(); encode() sets it to the signer.
  std::string issuer_account;                  // The exporter when a signing key signs, else empty.
  std::string subject;                         // What may be imported; an import may take a part of it.
  std::string kind;                            // "stream" or "service".
  std::int64_t issued_at = 0, expires_at = 0;  // Unix seconds; 0: never.

  static Result<ActivationClaims> decode(std::string_view token);
  std::string encode(const KeyPair& signer, std::int64_t issued) const;
};

}  // namespace ghboot::nats
