// SPDX-License-Identifier: Apache-2.0
// One program that manages the accounts of a server, with all that it needs in nats/: what the provider is,
// without Terraform. Two of them are two programs: neither knows what the other pushed. Threads: any.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "acceptance/nats_server.h"
#include "nats/account_writer.h"
#include "nats/connection.h"
#include "nats/environment.h"
#include "nats/resolver.h"

namespace ghboot::acceptance {

struct NatsManager {
  explicit NatsManager(const NatsServer& server) : NatsManager(server, server.url()) {}
  NatsManager(const NatsServer& server, const std::string& url)  // By a proxy, say, or another of a cluster.
      : NatsManager(url, server.issuer().system_creds, server.issuer().signing_key) {}
  NatsManager(const std::string& url, nats::Creds creds, const nats::KeyPair& signer);

  nats::Connector connector;
  nats::Resolver resolver;
  nats::AccountWriter writer;
};

nats::Wait within(std::chrono::milliseconds longest = std::chrono::seconds(30), std::stop_token stop = {});

// A new account without a key of its own: nothing here signs its users.
nats::AccountClaims new_account(std::string_view name = "acme");

// Creds of a new user who may do all in the account of this key, or what is said.
nats::Creds new_user(const nats::KeyPair& account_key, nats::Permissions permissions = {});

// Operations, for writers.
nats::Operation describe(std::string text);
nats::Operation limit_connections(std::int64_t most);

// What went wrong, or "no error": for EXPECT_THAT.
template <class T>
std::string error_of(const nats::Result<T>& result) {
  return result ? "no error" : result.error().message;
}

}  // namespace ghboot::acceptance
