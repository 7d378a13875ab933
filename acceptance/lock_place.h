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

class LockPlace {
 public:
  LockPlace();

  // Asks "$JS.API.<what>", as a user who may do all in the account.
  std::string ask(const std::string& what, const std::string& body);
  void publish(std::string_view bytes);  // On the lock's subject, against all rules.

  const nats::LockNames names = nats::BusNames::make("acme", "github.com").value().lock();
  NatsServer server;
  nats::ConnectOptions options;  // That user's.
};

}  // namespace ghboot::acceptance
