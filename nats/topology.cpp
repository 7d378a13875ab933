// SPDX-License-Identifier: Apache-2.0
#include "nats/topology.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

using nlohmann::json;

// Through a gateway that has just come up a question may be lost. Who is not told of the neighbour's cluster
// still counts the neighbour, as silent.
constexpr std::chrono::milliseconds neighbour_wait_max{2000};
constexpr std::chrono::milliseconds leader_wait_max{300};  // Only names of absent servers depend on it.

void add(std::vector<Server>& servers, Server server) {
  if (server.id.empty()) return;
  const auto at = std::ranges::find(servers, server.id, &Server::id);
  if (at == servers.end())
    servers.push_back(std::move(server));
  else if (at->name.empty())
    *at = std::move(server);
}

// Servers from 2.10 on have several routes to one neighbour; each counts once.
void add_routes(std::vector<Server>& servers, const json& reply) {
  const json& routes = member(member(reply, "data"), "routes");
  if (!routes.is_array()) return;
  for (const json& route : routes)
    add(servers,
        {.id = text_member(route, "remote_id"), .name = text_member(route, "remote_name"), .version = {}});
}

// Ids of one server in each other cluster of a supercluster.
std::set<std::string> gateway_neighbours(const json& reply) {
  std::set<std::string> ids;
  const json& gateways = member(member(reply, "data"), "outbound_gateways");
  if (gateways.is_object())
    for (const auto& [cluster, gateway] : gateways.items())
      if (std::string id = text_member(member(gateway, "connection"), "name"); !id.empty())
        ids.insert(std::move(id));
  return ids;
}

// What the asked server is told to connect with and is not: names of clusters.
Result<std::vector<std::string>> ask_clusters_away(Connection& connection, const json& gateways,
                                                   const Wait& wait) {
  std::vector<std::string> away;
  if (text_member(member(gateways, "data"), "name").empty()) return away;  // It has no gateway.
  const auto configured = ask_server(connection, connection.server_id(), "VARZ", "", wait);
  if (!configured) return std::unexpected(configured.error());
  const json& connected = member(member(gateways, "data"), "outbound_gateways");
  const json& wanted = member(member(member(*configured, "data"), "gateway"), "gateways");
  if (!wanted.is_array()) return away;
  for (const json& gateway : wanted) {
    const std::string name = text_member(gateway, "name");
    if (name != text_member(member(gateways, "data"), "name") && !connected.contains(name))
      away.push_back(name);
  }
  return away;
}

// Only the leader of JetStream's group lists its members.
std::vector<std::string> ask_away(Connection& connection, std::size_t present, Clock& clock,
                                  const Wait& wait) {
  std::vector<std::string> away;
  bool leader_answered = false;
  std::size_t answers = 0;
  auto asked = connection.gather("$SYS.REQ.SERVER.PING.JSZ", "", wait.at_most(clock.now(), leader_wait_max),
                                 [&](const std::vector<Message>& replies) {
                                   ++answers;
                                   const json reply = json::parse(replies.back().body, nullptr, false);
                                   const json& members =
                                       member(member(member(reply, "data"), "meta_cluster"), "replicas");
                                   if (!members.is_array() || members.empty()) return answers >= present;
                                   leader_answered = true;
                                   for (const json& peer : members)
                                     if (member(peer, "offline") == json(true))
                                       away.push_back(text_member(peer, "name"));
                                   return true;
                                 });
  static_cast<void>(asked);  // No names is what is left when it fails.
  return leader_answered ? away : std::vector<std::string>();
}

}  // namespace

std::string named(const Away& away) {
  return away.what == Away::What::server ? away.name : fmt::format("every server of cluster {}", away.name);
}

std::string shown(const Away& away) {
  return away.what == Away::What::server ? fmt::format("server {}", away.name) : named(away);
}

Result<json> ask_server(Connection& connection, std::string_view server_id, std::string_view what,
                        std::string_view body, const Wait& wait) {
  const auto replies = connection.gather(fmt::format("$SYS.REQ.SERVER.{}.{}", server_id, what), body, wait,
                                         [](const std::vector<Message>&) { return true; });
  if (!replies) return std::unexpected(replies.error());
  if (replies->end == RepliesEnd::nobody)
    return fail(
        ErrorKind::refused,
        fmt::format("{} does not answer questions about itself to these creds: they are not of its system "
                    "account",
                    connection.url()));
  if (replies->messages.empty())
    return fail(ErrorKind::unreachable,
                fmt::format("{} (server {}) did not answer {} in time", connection.url(), server_id, what));
  json reply = json::parse(replies->messages.front().body, nullptr, false);
  if (!reply_server(reply))
    return fail(ErrorKind::unreachable,
                fmt::format("server {} answered {} with something that is no answer of a NATS server",
                            server_id, what));
  return reply;
}

Result<Cluster> ask_cluster(Connection& connection, Clock& clock, const Wait& wait) {
  const auto routes = ask_server(connection, connection.server_id(), "ROUTEZ", "", wait);
  if (!routes) return std::unexpected(routes.error());
  Cluster cluster;
  add(cluster.present, *reply_server(*routes));
  add_routes(cluster.present, *routes);

  const auto gateways = ask_server(connection, connection.server_id(), "GATEWAYZ", "", wait);
  if (!gateways) return std::unexpected(gateways.error());
  for (const std::string& id : gateway_neighbours(*gateways)) {
    add(cluster.present, Server{.id = id});
    const auto theirs =
        ask_server(connection, id, "ROUTEZ", "", wait.at_most(clock.now(), neighbour_wait_max));
    if (!theirs) continue;  // It is counted, and will be the silent one.
    add(cluster.present, *reply_server(*theirs));
    add_routes(cluster.present, *theirs);
  }

  const auto clusters_away = ask_clusters_away(connection, *gateways, wait);
  if (!clusters_away) return std::unexpected(clusters_away.error());

  const auto jetstream = ask_server(connection, connection.server_id(), "JSZ", "", wait);
  if (!jetstream) return std::unexpected(jetstream.error());
  const json& size = member(member(member(*jetstream, "data"), "meta_cluster"), "cluster_size");
  for (const std::string& name : *clusters_away)
    cluster.away.push_back({.what = Away::What::cluster, .name = name});
  if (size.is_number_integer() && size.get<std::int64_t>() > 1)
    for (std::string& name : ask_away(connection, cluster.present.size(), clock, wait))
      cluster.away.push_back({.what = Away::What::server, .name = std::move(name)});
  return cluster;
}

}  // namespace ghboot::nats
