// SPDX-License-Identifier: Apache-2.0
#include "acceptance/nats_server.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include "acceptance/held_port.h"
#include "acceptance/nats_program.h"
#include "nats/resolver.h"

namespace ghboot::acceptance {

namespace fs = std::filesystem;

struct NatsServer::One {
  HeldPort client_port, cluster_port, gateway_port;
  std::optional<Process> process;
};

namespace {

nats::Wait patience() { return {nats::system_clock().now() + std::chrono::seconds(30)}; }

template <class T>
T value_of(nats::Result<T> result) {
  if (!result) {
    throw std::runtime_error(result.error().message);
  }
  return *std::move(result);
}

nats::Creds creds_of(std::string_view text) { return value_of(nats::Creds::parse(text)); }

nats::ConnectOptions options_for(const std::string& url, nats::Creds creds) {
  nats::ConnectOptions options;
  options.servers = {url};
  options.creds = std::move(creds);
  options.client_name = "acceptance";
  return options;
}

// How many servers are there by the word of the leader of JetStream's group, who alone knows who is away; 0:
// nobody leads.
std::size_t counted_by_leader(nats::Connection& connection, const nats::Wait& wait) {
  std::size_t count = 0;
  const auto asked =
      connection.gather("$SYS.REQ.SERVER.PING.JSZ", "", wait, [&](const std::vector<nats::Message>& replies) {
        const auto reply = nlohmann::json::parse(replies.back().body, nullptr, false);
        if (reply.is_discarded()) return false;
        const auto others = reply.value("/data/meta_cluster/replicas"_json_pointer, nlohmann::json::array());
        if (others.empty()) return false;
        count = 1 + static_cast<std::size_t>(std::ranges::count_if(
                        others, [](const auto& one) { return !one.value("offline", false); }));
        return true;
      });
  return asked ? count : 0;
}

}  // namespace

NatsServer::NatsServer(const NatsOptions& options)
    : options_(options),
      operator_(options.issuer ? *options.issuer
                               : nats::make_operator({.name = "acceptance", .strict = options.strict},
                                                     nats::system_clock(), nats::system_random())),
      servers_(options.servers * options.clusters) {
  write_file(operator_seed_file(), operator_.signing_key.seed().reveal());
  write_file(system_creds_file(), operator_.system_creds.format().reveal());
  for (const fs::path& secret : {operator_seed_file(), system_creds_file()}) {
    fs::permissions(secret, fs::perms::owner_read | fs::perms::owner_write);
  }
  if (options.has_relays) {
    std::vector<RouteRelays::Server> behind;
    for (std::size_t index = 0; index < servers_.size(); ++index)
      behind.push_back(
          {.name = fmt::format("n{}", index + 1), .route_port = servers_[index].cluster_port.number()});
    relays_ = std::make_unique<RouteRelays>(behind);
  }
  for (std::size_t index = 0; index < servers_.size(); ++index) {
    launch(index);
  }
  for (std::size_t index = 0; index < servers_.size(); ++index) {
    wait_until_whole(index);
  }
}

NatsServer::~NatsServer() = default;

std::uint16_t NatsServer::port(std::size_t index) const { return servers_.at(index).client_port.number(); }
std::string NatsServer::url(std::size_t index) const {
  return fmt::format("nats://127.0.0.1:{}", port(index));
}
fs::path NatsServer::operator_seed_file() const { return folder_.path() / "operator.nk"; }
fs::path NatsServer::system_creds_file() const { return folder_.path() / "system.creds"; }

fs::path NatsServer::jetstream_folder(std::size_t index) const {
  return folder_.path() / fmt::format("n{}", index + 1) / "js";
}

nats::ServerConfig NatsServer::config_of(std::size_t index) const {
  const One& server = servers_[index];
  const fs::path data = folder_.path() / fmt::format("n{}", index + 1);
  nats::ServerConfig config{
      .name = fmt::format("n{}", index + 1),
      .port = server.client_port.number(),
      .operator_jwt = operator_.jwt,
      .system_account = operator_.system_account.public_key(),
      .preload = {{operator_.system_account.public_key(), operator_.system_account_jwt}},
      .resolver = {.kind = options_.resolver,
                   .dir = data / "jwt",
                   .allow_delete = options_.allow_delete,
                   .accounts_max = options_.accounts_max,
                   .interval = options_.merge_interval},
      .max_payload = options_.max_payload,
  };
  config.preload.insert(options_.preload.begin(), options_.preload.end());
  if (options_.jetstream) {
    config.jetstream_dir = jetstream_folder(index);
  }
  const std::size_t mine = index / options_.servers;
  const auto cluster_name = [this](std::size_t cluster) {
    return options_.clusters > 1 ? fmt::format("c{}", cluster + 1) : std::string("c");
  };
  if (options_.servers > 1) {
    config.cluster =
        nats::ClusterConfig{.name = cluster_name(mine), .port = server.cluster_port.number(), .routes = {}};
  }
  if (options_.clusters > 1) {
    config.gateway = nats::GatewayConfig{
        .cluster = cluster_name(mine), .port = server.gateway_port.number(), .others = {}};
  }
  for (std::size_t other = 0; other < servers_.size(); ++other) {
    if (other / options_.servers != mine) {
      config.gateway->others[cluster_name(other / options_.servers)].push_back(
          servers_[other].gateway_port.number());
    } else if (other != index) {
      config.cluster->routes.push_back(relays_ ? relays_->port(other)
                                               : servers_[other].cluster_port.number());
    }
  }
  return config;
}

void NatsServer::launch(std::size_t index) {
  One& server = servers_[index];
  const fs::path file = folder_.path() / fmt::format("n{}.conf", index + 1);
  std::string text = nats::server_config_text(config_of(index));
  if (relays_) {  // Else servers would tell each other the way around the relays.
    const std::string_view cluster = "cluster {\n";
    text.insert(text.find(cluster) + cluster.size(),
                fmt::format("  advertise: \"127.0.0.1:{}\"\n", relays_->port(index)));
  }
  write_file(file, text);
  server.process.emplace(Command{{nats_program(), "-c", file.string()}, folder_.path(), {}});
  if (!server.process->wait_for_output("Server is ready")) {
    throw std::runtime_error("nats-server did not start: " + server.process->output());
  }
}

void NatsServer::wait_until_whole(std::size_t index) {
  nats::Clock& clock = nats::system_clock();
  const nats::Wait wait = patience();
  const std::size_t running = running_servers();
  nats::Connector connector(options_for(url(index), operator_.system_creds), clock);
  nats::Resolver resolver(connector, clock);
  std::string seen;
  // A cluster tells nobody that it is whole: one asks.
  while (true) {
    auto connection = connector.get(wait);
    auto cluster =
        connection ? nats::ask_cluster(**connection, clock, wait) : std::unexpected(connection.error());
    if (cluster && cluster->present.size() >= running && cluster->away.empty()) {
      break;
    }
    if (clock.now() >= wait.until) {
      throw std::runtime_error(
          fmt::format("the cluster did not come together: {} saw {}\n{}", url(index), seen,
                      cluster ? servers_[index].process->output() : cluster.error().message));
    }
    seen =
        cluster ? fmt::format("{} of {} servers", cluster->present.size(), running) : cluster.error().message;
    if (cluster)
      for (const nats::Away& absent : cluster->away) seen += ", and away: " + nats::named(absent);
    clock.sleep(std::chrono::milliseconds(20), wait);
  }
  wait_until_counted(index);
}

// One who comes back before the leader has noticed that it was away would be taken for away later.
void NatsServer::wait_until_counted(std::size_t asked) {
  const std::size_t running = running_servers();
  if (!options_.jetstream || servers_.size() == 1 || running <= servers_.size() / 2) return;
  nats::Clock& clock = nats::system_clock();
  const nats::Wait wait = patience();
  nats::Connector connector(options_for(url(asked), operator_.system_creds), clock);
  while (true) {
    const auto connection = connector.get(wait);
    if (connection &&
        counted_by_leader(**connection, wait.at_most(clock.now(), std::chrono::seconds(1))) == running)
      return;
    if (clock.now() >= wait.until) {
      std::string logs;
      for (const One& one : servers_) {
        if (one.process) logs += one.process->output() + "\n";
      }
      throw std::runtime_error(
          fmt::format("no leader of JetStream's group counts the {} servers that run: {}", running, logs));
    }
    clock.sleep(std::chrono::milliseconds(20), wait);
  }
}

std::size_t NatsServer::running_servers() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(servers_, [](const One& one) { return one.process && one.process->running(); }));
}

void NatsServer::start(std::initializer_list<std::size_t> indices) {
  for (const std::size_t index : indices) launch(index);
  for (const std::size_t index : indices) wait_until_whole(index);
}

void NatsServer::stop(std::size_t index) {
  servers_.at(index).process->signal(SIGTERM);
  servers_.at(index).process->wait(std::chrono::seconds(30));
  const auto other =
      std::ranges::find_if(servers_, [](const One& one) { return one.process && one.process->running(); });
  if (other != servers_.end()) wait_until_counted(static_cast<std::size_t>(other - servers_.begin()));
}

void NatsServer::kill(std::size_t index) {
  servers_.at(index).process->signal(SIGKILL);
  servers_.at(index).process->wait(std::chrono::seconds(30));
}

void NatsServer::freeze(std::size_t index) {
  Process& process = *servers_.at(index).process;
  process.signal(SIGSTOP);
  // Its threads stop one after the other: on a busy machine it would answer one question more.
  siginfo_t stopped{};
  waitid(P_PID, static_cast<id_t>(process.id()), &stopped, WSTOPPED | WNOWAIT);
}
void NatsServer::thaw(std::size_t index) { servers_.at(index).process->signal(SIGCONT); }
void NatsServer::cut_off(std::size_t index) { relays_->cut_off(index); }
void NatsServer::mend() { relays_->mend(); }

std::map<std::string, std::string> NatsServer::stored(std::size_t index) const {
  std::map<std::string, std::string> found;
  std::error_code ignored;
  for (const auto& entry :
       fs::directory_iterator(folder_.path() / fmt::format("n{}/jwt", index + 1), ignored)) {
    if (entry.path().extension() == ".jwt" && entry.path().stem() != operator_.system_account.public_key()) {
      found[entry.path().stem()] = read_file(entry.path());
    }
  }
  return found;
}

fs::path NatsServer::file_of(std::string_view account, std::size_t index) const {
  return folder_.path() / fmt::format("n{}/jwt/{}.jwt", index + 1, account);
}

void NatsServer::overwrite(std::string_view account, std::string_view jwt, std::size_t index) const {
  write_file(file_of(account, index), jwt);
}

void NatsServer::remove_file(std::string_view account, std::size_t index) const {
  fs::remove(file_of(account, index));
}

std::optional<nats::AccountClaims> NatsServer::account(std::string_view public_key, std::size_t index) const {
  const nats::Wait wait = patience();
  for (;;) {
    const auto all = stored(index);
    const auto found = all.find(std::string(public_key));
    if (found == all.end()) {
      return std::nullopt;
    }
    auto claims = nats::AccountClaims::decode(found->second);
    // The server writes in place: while another pushes, a file may be caught with a part of its text.
    if (claims || !nats::system_clock().sleep(std::chrono::milliseconds(1), wait)) {
      return value_of(std::move(claims));
    }
  }
}

nats::AccountClaims NatsServer::only_account(std::size_t index) const {
  const auto all = stored(index);
  if (all.size() != 1) {
    throw std::runtime_error(fmt::format("the server keeps {} accounts, not one", all.size()));
  }
  return value_of(nats::AccountClaims::decode(all.begin()->second));
}

std::string NatsServer::sign(const nats::AccountClaims& claims) const {
  const auto there = account(claims.subject());
  const std::int64_t now = nats::system_clock().unix_seconds();
  return claims.encode(operator_.signing_key, there ? std::max(now, there->issued_at() + 1) : now);
}

void NatsServer::push(const nats::AccountClaims& claims) { push_text(sign(claims)); }

void NatsServer::push_text(std::string_view jwt) {
  nats::Connector connector(options_for(url(), operator_.system_creds), nats::system_clock());
  nats::Resolver resolver(connector, nats::system_clock());
  const auto answers = value_of(resolver.push(jwt, patience()));
  if (!answers.refused.empty()) {
    throw std::runtime_error(answers.refused.front().error.message);
  }
}

void NatsServer::erase(std::string_view account) {
  nats::Clock& clock = nats::system_clock();
  nats::Connector connector(options_for(url(), operator_.system_creds), clock);
  nats::Resolver resolver(connector, clock);
  const auto answers = value_of(
      resolver.remove({std::string(account)}, operator_.signing_key, clock.unix_seconds(), patience()));
  if (!answers.refused.empty()) {
    throw std::runtime_error(answers.refused.front().error.message);
  }
}

nats::Result<std::shared_ptr<nats::Connection>> NatsServer::connect(std::string_view creds,
                                                                    std::size_t index) const {
  return nats::Connection::open(options_for(url(index), creds_of(creds)), nats::system_clock(), patience());
}

}  // namespace ghboot::acceptance
