// SPDX-License-Identifier: Apache-2.0
#include "acceptance/lock_place.h"

#include <stdexcept>

#include <fmt/format.h>

#include "acceptance/nats_manager.h"
#include "nats/jetstream_lock_stream.h"
#include "nats/lock_hand.h"
#include "nats/lock_writer.h"

namespace ghboot::acceptance {

namespace {

std::string ask_as(const nats::ConnectOptions& options, const std::string& what, const std::string& body) {
  const auto connection = nats::Connection::open(options, nats::system_clock(), within());
  if (!connection) throw std::runtime_error(connection.error().message);
  const auto reply = (*connection)->request("$JS.API." + what, body, within());
  if (!reply) throw std::runtime_error(reply.error().message);
  return reply->body;
}

void make_stream_as(const nats::ConnectOptions& options, const nats::LockNames& names, std::size_t replicas) {
  const std::string reply =
      ask_as(options, "STREAM.CREATE." + names.stream,
             fmt::format(R"({{"name":"{}","subjects":["{}"],"max_msgs_per_subject":8,"num_replicas":{},)"
                         R"("allow_direct":{}}})",
                         names.stream, names.subject, replicas, replicas > 1));
  if (reply.contains(R"("error")")) throw std::runtime_error("the lock's stream was not made: " + reply);
}

}  // namespace

nats::KeyPair make_lock(NatsServer& server, std::string_view host, std::size_t replicas) {
  auto account = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
  nats::AccountClaims claims(account.public_key(), "acme");
  nats::AccountLimits limits;
  limits.jetstream = {.mem_storage = -1, .disk_storage = -1, .streams = -1, .consumer = -1};
  claims.set_limits(limits);
  server.push(claims);
  const nats::LockNames names = nats::BusNames::make("acme", host).value().lock();
  const nats::ConnectOptions options{.servers = {server.url()}, .creds = new_user(account)};
  make_stream_as(options, names, replicas);
  nats::Clock& clock = nats::system_clock();
  nats::Connector connector(options, clock);
  nats::JetStreamLockStream stream(names, connector, clock);
  nats::LockWriter writer(stream, clock, nats::system_lock_clock(), nats::system_random());
  if (const auto begun = nats::begin_lock(writer, 1, within()); !begun || !*begun)
    throw std::runtime_error("the lock's log was not begun");
  return account;
}

LockPlace::LockPlace(const NatsOptions& servers, std::size_t replica_count)
    : replicas(replica_count), server(servers) {
  for (std::size_t index = 0; index < servers.servers; ++index) options.servers.push_back(server.url(index));
  options.creds = new_user(account);
}

void LockPlace::make_stream() { make_stream_as(options, names, replicas); }

std::string LockPlace::ask(const std::string& what, const std::string& body) {
  return ask_as(options, what, body);
}

void LockPlace::publish(std::string_view bytes) {
  const auto connection = nats::Connection::open(options, nats::system_clock(), within());
  if (!connection) throw std::runtime_error(connection.error().message);
  const auto stored = (*connection)->request(names.subject, bytes, within());
  if (!stored) throw std::runtime_error(stored.error().message);
}

}  // namespace ghboot::acceptance
