// SPDX-License-Identifier: Apache-2.0
#include "nats/operator_claims.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "nats/claim_members.h"
#include "nats/jwt.h"

namespace ghboot::nats {

using nlohmann::json;

Result<OperatorClaims> OperatorClaims::decode(std::string_view jwt) {
  const auto payload = decode_claims(jwt, "operator");
  if (!payload) return std::unexpected(payload.error());
  ClaimFault fault;
  const ClaimMembers claim(*payload, "", fault);
  const ClaimMembers body = claim.object("nats");
  OperatorClaims claims{.subject = claim.key("sub", KeyKind::operator_key),
                        .name = claim.text("name"),
                        .issuer = claim.key("iss", KeyKind::operator_key),
                        .issued_at = claim.number("iat"),
                        .signing_keys = body.texts("signing_keys"),
                        .system_account = body.key("system_account", KeyKind::account),
                        .strict_signing_key_usage = body.flag("strict_signing_key_usage")};
  if (claims.subject.empty()) claim.expect("sub", "the operator's public key (O…)");
  for (const std::string& key : claims.signing_keys)
    if (parse_public_key(key) != KeyKind::operator_key)
      body.expect("signing_keys", "a list of operators' public keys (O…)");
  if (fault) return std::unexpected(*std::move(fault));
  return claims;
}

std::string OperatorClaims::encode(const KeyPair& signer, std::int64_t issued) const {
  json body{{"type", "operator"}, {"version", 2}};
  if (!signing_keys.empty()) body["signing_keys"] = signing_keys;
  if (!system_account.empty()) body["system_account"] = system_account;
  if (strict_signing_key_usage) body["strict_signing_key_usage"] = true;
  json payload{{"sub", subject}, {"nats", std::move(body)}};
  if (!name.empty()) payload["name"] = name;
  return encode_jwt(std::move(payload), signer, issued);
}

bool OperatorClaims::trusts(std::string_view public_key) const {
  if (std::ranges::find(signing_keys, public_key) != signing_keys.end()) return true;
  return !strict_signing_key_usage && public_key == subject;
}

std::string encode_delete_request(const std::vector<std::string>& accounts, const KeyPair& signer,
                                  std::int64_t issued) {
  return encode_jwt(
      {{"sub", signer.public_key()}, {"nats", {{"type", "generic"}, {"version", 2}, {"accounts", accounts}}}},
      signer, issued);
}

}  // namespace ghboot::nats
