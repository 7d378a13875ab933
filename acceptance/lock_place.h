// SPDX-License-Identifier: Apache-2.0
// A server with an account whose lock of the organisation acme is there and free. Throws as its parts do.
// Threads: one.
#pragma once

#include <string>
#include <string_view>

#include "acceptance/nats_server.h"
#include "nats/bus_names.h"
#include "nats/connection.h"

namespace ghboot::acceptance {

// A new account of the server, which has the lock of acme, free. The key signs its users.
nats::KeyPair make_lock(NatsServer& server, std::string_view host = "github.com");

class LockPlace {
 public:
  LockPlace();

  // Asks "$JS.API.<what>", as a user who may do all in the account.
  std::string ask(const std::string& what, const std::string& body);
  void publish(std::string_view bytes);  // On the lock's subject, against all rules.

  const nats::LockNames names = nats::BusNames::make("acme", "github.com").value().lock();
  NatsServer server;
  const nats::KeyPair account = make_lock(server);
  nats::ConnectOptions options;  // That user's.
};

}  // namespace ghboot::acceptance
