// SPDX-License-Identifier: Apache-2.0
#include "nats/activation_claims.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "nats/claim_members.h"
#include "nats/jwt.h"

namespace ghboot::nats {

using nlohmann::json;

Result<ActivationClaims> ActivationClaims::decode(std::string_view token) {
  const auto payload = decode_claims(token, "activation");
  if (!payload) return std::unexpected(payload.error());
  ClaimFault fault;
  const ClaimMembers claim(*payload, "", fault);
  const ClaimMembers body = claim.object("nats");
  ActivationClaims claims{.importer = claim.key("sub", KeyKind::account),
                          .issuer = claim.key("iss", KeyKind::account),
                          .issuer_account = body.key("issuer_account", KeyKind::account),
                          .subject = body.text("subject"),
                          .kind = body.text("kind"),
                          .issued_at = claim.number("iat"),
                          .expires_at = claim.number("exp")};
  if (claims.importer.empty()) claim.expect("sub", "the importer's public key (A…)");
  if (claims.subject.empty()) body.expect("subject", "the exported subject");
  if (claims.kind != "stream" && claims.kind != "service") body.expect("kind", "\"stream\" or \"service\"");
  if (fault) return std::unexpected(*std::move(fault));
  return claims;
}

std::string ActivationClaims::encode(const KeyPair& signer, std::int64_t issued) const {
  json body{{"type", "activation"}, {"version", 2}, {"subject", subject}, {"kind", kind}};
  if (!issuer_account.empty()) body["issuer_account"] = issuer_account;
  json claim{{"sub", importer}, {"nats", std::move(body)}};
  if (expires_at != 0) claim["exp"] = expires_at;
  return encode_jwt(std::move(claim), signer, issued);
}

}  // namespace ghboot::nats
