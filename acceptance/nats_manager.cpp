// SPDX-License-Identifier: Apache-2.0
#include "acceptance/nats_manager.h"

#include <utility>

#include "nats/user_claims.h"

namespace ghboot::acceptance {
namespace {

nats::ConnectOptions options_of(const std::string& url, nats::Creds creds) {
  nats::ConnectOptions options;
  options.servers = {url};
  options.creds = std::move(creds);
  return options;
}

}  // namespace

NatsManager::NatsManager(const std::string& url, nats::Creds creds, const nats::KeyPair& signer)
    : connector(options_of(url, std::move(creds)), nats::system_clock()),
      resolver(connector, nats::system_clock()),
      writer(resolver, signer, nats::system_clock(), nats::system_random()) {}

nats::Wait within(std::chrono::milliseconds longest, std::stop_token stop) {
  return {nats::system_clock().now() + longest, std::move(stop)};
}

nats::AccountClaims new_account(std::string_view name) {
  return {nats::KeyPair::generate(nats::KeyKind::account, nats::system_random()).public_key(), name};
}

nats::Creds new_user(const nats::KeyPair& account_key, nats::Permissions permissions) {
  auto key = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random());
  nats::UserClaims claims{.subject = key.public_key(), .name = "u"};
  claims.rights.permissions = std::move(permissions);
  return {.jwt = nats::Secret(claims.encode(account_key, nats::system_clock().unix_seconds())),
          .key = std::move(key)};
}

nats::Operation describe(std::string text) {
  return [text = std::move(text)](nats::AccountClaims& claims) -> nats::Result<void> {
    claims.set_description(text);
    return {};
  };
}

nats::Operation limit_connections(std::int64_t most) {
  return [most](nats::AccountClaims& claims) -> nats::Result<void> {
    auto limits = claims.limits();
    limits.conn = most;
    claims.set_limits(limits);
    return {};
  };
}

}  // namespace ghboot::acceptance
