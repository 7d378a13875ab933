// SPDX-License-Identifier: Apache-2.0
// A server, or a cluster, with an account whose lock of the organisation acme is there and free. Throws as
// its parts do. Threads: one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "acceptance/nats_server.h"
#include "nats/bus_names.h"
#include "nats/connection.h"

namespace ghboot::acceptance {

// A new account of the servers, which has the lock of acme, free. The key signs its users. `replicas`: of the
// lock's stream.
nats::KeyPair make_lock(NatsServer& server, std::string_view host = "github.com", std::size_t replicas = 1);

class LockPlace {
 public:
  explicit LockPlace(const NatsOptions& servers = {}, std::size_t replicas = 1);

  void make_stream();  // Again, with nothing in it.
  // Asks "$JS.API.<what>", as a user who may do all in the account.
  std::string ask(const std::string& what, const std::string& body);
  void publish(std::string_view bytes);  // On the lock's subject, against all rules.

  const nats::LockNames names = nats::BusNames::make("acme", "github.com").value().lock();
  const std::size_t replicas;
  NatsServer server;
  const nats::KeyPair account = make_lock(server, "github.com", replicas);
  nats::ConnectOptions options;  // That user's.
};

}  // namespace ghboot::acceptance
