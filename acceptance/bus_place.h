// SPDX-License-Identifier: Apache-2.0
// A server with an account that has the whole event bus of the organisation acme, and a user of it. Throws as
// its parts do. Threads: one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "acceptance/nats_server.h"
#include "acceptance/temp_folder.h"
#include "nats/bus_names.h"
#include "nats/connection.h"

namespace ghboot::acceptance {

class BusPlace {
 public:
  explicit BusPlace(std::string_view host = "github.com");

  // Asks "$JS.API.<what>", as that user; JSON.
  std::string ask(const std::string& what, const std::string& body = "") const;
  std::filesystem::path creds_file() const { return folder_.path() / "bus.creds"; }

  const nats::BusNames names;
  const nats::KeyPair account = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
  NatsServer server;
  nats::ConnectOptions options;  // That user's.

 private:
  TempFolder folder_;
};

}  // namespace ghboot::acceptance
