// SPDX-License-Identifier: Apache-2.0
// What is chosen once for a data folder and kept: names and ports. One JSON file, dev.json, has it. It holds
// no secret. Threads: as any value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helper/data_folder.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

struct DevServer {
  std::string name = "ghboot-dev";
  std::uint16_t port = 4222, monitoring_port = 8222;
  std::uint16_t route_port = 0;  // For the other servers of its cluster; 0: it is alone.

  std::string url() const;             // "nats://127.0.0.1:4222"
  std::string monitoring_url() const;  // "http://127.0.0.1:8222"
  bool operator==(const DevServer&) const = default;
};

struct DevGithub {  // The stand-in.
  std::uint16_t port = 4280, tls_port = 4243;

  std::string url() const;      // "http://127.0.0.1:4280"
  std::string tls_url() const;  // "https://127.0.0.1:4243"
  bool operator==(const DevGithub&) const = default;
};

struct DevSettings {
  std::string operator_name = "ghboot-dev";
  std::vector<DevServer> servers{DevServer{}};
  std::optional<DevGithub> github{};  // Nothing: a ghboot that had none chose the rest.

  std::vector<std::string> urls() const;
  std::string url() const;  // All of them, with commas: as NATS_URL has them.
  std::string json() const;
  static Result<DevSettings> parse(std::string_view json);
  static Result<DevSettings> load(const DataFolder& folder);
  bool operator==(const DevSettings&) const = default;
};

struct WantedServers {  // As flags said it.
  std::optional<std::size_t> count{};
  // Of the first server, those of the others follow. 0: any free ones.
  std::optional<std::uint16_t> port{}, monitoring_port{};
  // Of the GitHub stand-in, over HTTP. 0: any free ones, for HTTPS too.
  std::optional<std::uint16_t> github_port{};
};

// A cluster needs three: two that are left still agree.
inline constexpr std::size_t cluster_size = 3;

struct ChosenSettings {
  DevSettings settings;
  std::string note;  // What a person should be told of the choice; empty: nothing.
};

// On the first run: what was wanted, else the default, else (when that is taken) a free port, which the note
// names together with the owner of the default. Later: what is written down, but for what is wanted now.
// Nothing is written. ExitCode::failed: a port that was wanted or written down is taken; the message names
// its owner. ExitCode::wrong_use: another number of servers is wanted than is written down.
Result<ChosenSettings> choose_settings(const DataFolder& folder, const WantedServers& wanted);
// The second half of that alone: for servers that run.
Result<void> check_count(const DataFolder& folder, const WantedServers& wanted, const DevSettings& settings);

}  // namespace ghboot::helper
