// SPDX-License-Identifier: Apache-2.0
// The text of a nats-server's configuration in operator mode. Always holds: it listens on 127.0.0.1 alone,
// and no secret is in it but the routes' password. It cannot judge what it is given: the server does, when it
// starts. Threads: as any value. Source: docs.nats.io, "Configuration"; server/opts.go.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nats/secret.h"

namespace ghboot::nats {

enum class ResolverKind : std::uint8_t {
  full,    // Keeps every account in a folder; takes pushes, lists and deletes.
  cache,   // Keeps what it was asked for; a push of another account is answered 200 and not stored.
  memory,  // Knows the preload alone.
};

struct ResolverConfig {
  ResolverKind kind = ResolverKind::full;
  std::filesystem::path dir;              // Not for memory.
  bool allow_delete = true;               // Full alone.
  std::optional<int> accounts_max{};      // Above it: "jwt store is full".
  std::optional<std::string> interval{};  // Between two merges with other servers, as "2s". Full alone.
};

struct ClusterConfig {
  std::string name;
  int port = 6222;
  std::vector<int> routes;  // Ports of the others.
  // Whoever has it may join the cluster, and then sees the messages of every account. Empty: anybody who
  // reaches the port.
  Secret password{};
};

struct GatewayConfig {  // Joins this server's cluster with others.
  std::string cluster;  // This server's own.
  int port = 7222;
  std::map<std::string, std::vector<int>> others;  // By cluster, ports of its servers.
};

struct ServerConfig {
  std::string name;
  int port = 4222;
  std::optional<int> monitoring_port{};
  std::string operator_jwt;
  std::string system_account;                  // "A…"
  std::map<std::string, std::string> preload;  // JWTs by account; the system account's at least.
  ResolverConfig resolver;
  std::filesystem::path jetstream_dir{};  // Empty: JetStream is off.
  bool sync_always = false;  // Each write is on disk before its ack. Servers before 2.10 refuse the key.
  std::optional<ClusterConfig> cluster{};
  std::optional<GatewayConfig> gateway{};
  std::optional<std::int64_t> max_payload{};  // Bytes; the server's own default is 1 MiB.
  std::filesystem::path log_file{};
  bool debug = false;  // The log then has the server's debug lines; they hold no secret.
};

std::string server_config_text(const ServerConfig& config);

}  // namespace ghboot::nats
