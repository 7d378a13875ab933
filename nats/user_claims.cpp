// SPDX-License-Identifier: Apache-2.0
#include "nats/user_claims.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "nats/claim_members.h"
#include "nats/jwt.h"

namespace ghboot::nats {

using nlohmann::json;

Result<UserClaims> UserClaims::decode(std::string_view jwt) {
  const auto payload = decode_claims(jwt, "user");
  if (!payload) return std::unexpected(payload.error());
  ClaimFault fault;
  const ClaimMembers claim(*payload, "", fault);
  const ClaimMembers body = claim.object("nats");
  UserClaims claims{.subject = claim.key("sub", KeyKind::user),
                    .name = claim.text("name"),
                    .issuer = claim.key("iss", KeyKind::account),
                    .issuer_account = body.key("issuer_account", KeyKind::account),
                    .issued_at = claim.number("iat"),
                    .expires_at = claim.number("exp"),
                    .rights = read_rights(body),
                    .tags = body.texts("tags")};
  if (claims.subject.empty()) claim.expect("sub", "the user's public key (U…)");
  if (fault) return std::unexpected(*std::move(fault));
  return claims;
}

std::string UserClaims::encode(const KeyPair& signer, std::int64_t issued) const {
  json body{{"type", "user"}, {"version", 2}};
  write_rights(rights, body);
  if (!issuer_account.empty()) body["issuer_account"] = issuer_account;
  if (!tags.empty()) body["tags"] = tags;
  json claim{{"sub", subject}, {"nats", std::move(body)}};
  if (!name.empty()) claim["name"] = name;
  if (expires_at != 0) claim["exp"] = expires_at;
  return encode_jwt(std::move(claim), signer, issued);
}

Result<UserClaims> claims_of(const Result<Creds>& creds) {
  if (!creds) return std::unexpected(creds.error());
  return UserClaims::decode(creds->jwt.reveal());
}

}  // namespace ghboot::nats
