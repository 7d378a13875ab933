// SPDX-License-Identifier: Apache-2.0
#include "acceptance/bus_place.h"

#include <stdexcept>

#include "acceptance/nats_manager.h"
#include "nats/event_bus.h"
#include "nats/jetstream_lock_stream.h"

namespace ghboot::acceptance {

BusPlace::BusPlace(std::string_view host) : names(nats::BusNames::make("acme", host).value()) {
  nats::AccountClaims claims(account.public_key(), "acme");
  nats::AccountLimits limits;
  limits.jetstream = {.mem_storage = -1, .disk_storage = -1, .streams = -1, .consumer = -1};
  claims.set_limits(limits);
  server.push(claims);
  options.servers = {server.url()};
  options.creds = new_user(account);
  write_file(creds_file(), options.creds->format().reveal());
  nats::Connector connector(options, nats::system_clock());
  nats::JetStreamLockStream lock(names.lock(), connector, nats::system_clock());
  nats::LockWriter writer(lock, nats::system_clock(), nats::system_lock_clock(), nats::system_random());
  nats::EventBus bus({.names = names, .organization_id = 1}, connector, nats::system_clock());
  const auto cluster = NatsManager(server).resolver.described_servers(within()).value();
  if (const auto made = bus.create(cluster, writer, 1, within()); !made)
    throw std::runtime_error(made.error().message);
}

std::string BusPlace::ask(const std::string& what, const std::string& body) const {
  nats::Connector connector(options, nats::system_clock());
  const auto connection = connector.get(within()).value();
  return connection->request("$JS.API." + what, body, within()).value().body;
}

}  // namespace ghboot::acceptance
