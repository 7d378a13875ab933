// SPDX-License-Identifier: Apache-2.0
#include "nats/user_claims.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "nats/claim_members.h"
#include "nats/jwt.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

SubjectRules read_rules(const ClaimMembers& from) {
  return {.allow = from.texts("allow"), .deny = from.texts("deny")};
}

json rules_json(const SubjectRules& rules) {
  json object = json::object();
  if (!rules.allow.empty()) object["allow"] = rules.allow;
  if (!rules.deny.empty()) object["deny"] = rules.deny;
  return object;
}

// 0 is left out: a user signed by a scoped key must not have limits of its own, not even as zeros of another
// form.
void set_number(json& object, const char* name, std::int64_t number) {
  if (number != 0) object[name] = number;
}

}  // namespace

Result<UserClaims> UserClaims::decode(std::string_view jwt) {
  const auto payload = decode_claims(jwt, "user");
  if (!payload) return std::unexpected(payload.error());
  ClaimFault fault;
  const ClaimMembers claim(*payload, "", fault);
  const ClaimMembers body = claim.object("nats");
  const ClaimMembers responses = body.object("resp");
  UserClaims claims{.subject = claim.key("sub", KeyKind::user),
                    .name = claim.text("name"),
                    .issuer = claim.key("iss", KeyKind::account),
                    .issuer_account = body.key("issuer_account", KeyKind::account),
                    .issued_at = claim.number("iat"),
                    .expires_at = claim.number("exp"),
                    .publish = read_rules(body.object("pub")),
                    .subscribe = read_rules(body.object("sub")),
                    .allow_responses_max = responses.number("max"),
                    .allow_responses_ttl_ns = responses.number("ttl"),
                    .tags = body.texts("tags"),
                    .subs = body.number("subs"),
                    .data = body.number("data"),
                    .payload = body.number("payload")};
  if (claims.subject.empty()) claim.expect("sub", "the user's public key (U…)");
  if (fault) return std::unexpected(*std::move(fault));
  return claims;
}

std::string UserClaims::encode(const KeyPair& signer, std::int64_t issued) const {
  json body{{"type", "user"}, {"version", 2}, {"pub", rules_json(publish)}, {"sub", rules_json(subscribe)}};
  if (allow_responses_max != 0 || allow_responses_ttl_ns != 0)
    body["resp"] = {{"max", allow_responses_max}, {"ttl", allow_responses_ttl_ns}};
  if (!issuer_account.empty()) body["issuer_account"] = issuer_account;
  if (!tags.empty()) body["tags"] = tags;
  set_number(body, "subs", subs);
  set_number(body, "data", data);
  set_number(body, "payload", payload);
  json claim{{"sub", subject}, {"nats", std::move(body)}};
  if (!name.empty()) claim["name"] = name;
  set_number(claim, "exp", expires_at);
  return encode_jwt(std::move(claim), signer, issued);
}

}  // namespace ghboot::nats
