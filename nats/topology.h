// SPDX-License-Identifier: Apache-2.0
// Which servers there are, as one of them knows it: connected ones by ROUTEZ and GATEWAYZ, absent ones by
// JetStream's group (JSZ), and clusters that are away as a whole by the gateways that the asked server is
// configured with (VARZ). A route to a frozen server stays for minutes, so "connected" means: ought to
// answer. It cannot name an absent server where JetStream is off: nobody knows of it then. Threads: any.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nats/connection.h"
#include "nats/environment.h"
#include "nats/error.h"
#include "nats/server_reply.h"

namespace ghboot::nats {

struct Away {
  enum class What : std::uint8_t { server, cluster } what = What::server;  // A cluster: as a whole.
  std::string name;  // Of a server and of a cluster any text, so they may be the same.
  auto operator<=>(const Away&) const = default;
};

struct Cluster {
  std::vector<Server>
      present;  // Connected with each other now: each of them ought to answer. The asked one first.
  std::vector<Away> away;  // Servers that JetStream's group knows and that are not connected, and clusters.
};

// ErrorKind::refused: the creds are not of the system account. Three small requests, 2 to 3 ms on a local
// network; with gateways one more, and one for each other cluster.
Result<Cluster> ask_cluster(Connection& connection, Clock& clock, const Wait& wait);

std::string named(const Away& away);  // "n3", "every server of cluster east".
std::string shown(const Away& away);  // As the subject of a sentence: "server n3", and the same.

// One server's answer to one of the system's requests: "ROUTEZ", "VARZ", … ErrorKind::refused as above.
Result<nlohmann::json> ask_server(Connection& connection, std::string_view server_id, std::string_view what,
                                  std::string_view body, const Wait& wait);

}  // namespace ghboot::nats
