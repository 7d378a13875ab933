// SPDX-License-Identifier: Apache-2.0
#include "nats/new_operator.h"

#include <nlohmann/json.hpp>

#include "nats/account_claims.h"
#include "nats/jwt.h"
#include "nats/operator_claims.h"
#include "nats/user_claims.h"

namespace ghboot::nats {

NewOperator make_operator(const NewOperatorOptions& options, Clock& clock, Random& random) {
  const std::int64_t now = clock.unix_seconds();
  auto key = KeyPair::generate(KeyKind::operator_key, random);
  auto signing_key = KeyPair::generate(KeyKind::operator_key, random);
  auto system = KeyPair::generate(KeyKind::account, random);
  auto system_signing_key = KeyPair::generate(KeyKind::account, random);
  auto user = KeyPair::generate(KeyKind::user, random);

  const OperatorClaims claims{.subject = key.public_key(),
                              .name = std::string(options.name),
                              .issuer = key.public_key(),
                              .issued_at = now,
                              .signing_keys = {signing_key.public_key()},
                              .system_account = system.public_key(),
                              .strict_signing_key_usage = options.strict};
  nlohmann::json account = AccountClaims(system.public_key(), "SYS").document();
  account["nats"]["signing_keys"] = {system_signing_key.public_key()};
  const UserClaims user_claims{.subject = user.public_key(),
                               .name = "sys",
                               .issuer = system_signing_key.public_key(),
                               .issuer_account = system.public_key(),
                               .issued_at = now,
                               .rights = {},
                               .tags = {}};
  return {.key = key,
          .signing_key = signing_key,
          .jwt = claims.encode(key, now),
          .system_account = system,
          .system_signing_key = system_signing_key,
          .system_account_jwt = encode_jwt(std::move(account), signing_key, now),
          .system_creds = {.jwt = Secret(user_claims.encode(system_signing_key, now)), .key = user}};
}

}  // namespace ghboot::nats
