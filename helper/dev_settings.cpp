// SPDX-License-Identifier: Apache-2.0
#include "helper/dev_settings.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "helper/port.h"

namespace ghboot::helper {

namespace {

constexpr int format_version = 2;

std::optional<std::string> text_of(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string() || found->get<std::string>().empty()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::uint16_t> port_of(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto number = found->get<std::uint64_t>();
  if (number == 0 || number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

std::vector<std::uint16_t> ports_of(const DevSettings& settings) {
  std::vector<std::uint16_t> ports;
  for (const DevServer& server : settings.servers)
    ports.insert(ports.end(), {server.port, server.monitoring_port, server.route_port});
  if (settings.github) ports.insert(ports.end(), {settings.github->port, settings.github->tls_port});
  return ports;
}

// Free may be one that a server has already and does not listen on yet.
std::uint16_t another_port(const DevSettings& settings) {
  const auto taken = ports_of(settings);
  while (true) {
    const std::uint16_t port = free_port();
    if (std::ranges::find(taken, port) == taken.end()) return port;
  }
}

struct Use {
  std::string_view what;  // For people.
  std::string_view flag;  // Of `up`; empty: none chooses it.
};
constexpr Use for_clients{"for clients", "--port"}, for_monitoring{"for monitoring", "--monitoring-port"},
    for_github{"of the GitHub stand-in", "--github-port"},
    for_github_tls{"of the GitHub stand-in, for HTTPS", ""};

std::string another_way(const Use& use) {
  if (use.flag.empty()) return "or ghboot up --github-port 0 chooses others";
  return fmt::format("or choose another port (ghboot up {} N; 0 is any free one)", use.flag);
}

// One port's choice. `port`, which is one of the settings', holds what is written down or the default, and
// then what was chosen.
Result<void> choose(std::uint16_t& port, const std::optional<std::uint16_t>& wanted, bool first_run,
                    const Use& use, ChosenSettings& chosen) {
  if (wanted == std::uint16_t{0}) {
    port = another_port(chosen.settings);
    return {};
  }
  const std::uint16_t before = port;
  port = wanted.value_or(port);
  const auto owner = owner_of(port);
  if (!owner) return {};
  if (wanted || !first_run)
    return fail(ExitCode::failed,
                fmt::format("port {} of 127.0.0.1, {}, is taken by {}: end that program, {}", port, use.what,
                            *owner, another_way(use)));
  port = another_port(chosen.settings);
  chosen.note += fmt::format("port {} ({}) is taken by {}: chose {}, kept from now on\n", before, use.what,
                             *owner, port);
  return {};
}

Result<void> choose_github(const WantedServers& wanted, bool first_run, ChosenSettings& chosen) {
  auto& github = chosen.settings.github;
  first_run = first_run || !github;
  if (!github) github = DevGithub{};
  const auto ok = choose(github->port, wanted.github_port, first_run, for_github, chosen);
  if (!ok) return ok;
  const bool any = wanted.github_port == std::uint16_t{0};
  return choose(github->tls_port, any ? wanted.github_port : std::nullopt, first_run, for_github_tls, chosen);
}

std::optional<std::uint16_t> after(const std::optional<std::uint16_t>& first, std::size_t steps) {
  if (!first || *first == 0) return first;
  return static_cast<std::uint16_t>(*first + steps);
}

// Of a first run, with the ports that each has when they are free.
std::vector<DevServer> default_servers(std::size_t count) {
  if (count == 1) return {DevServer{}};
  constexpr std::uint16_t route_port = 6222;
  std::vector<DevServer> servers(count);
  for (std::size_t at = 0; at < count; ++at) {
    const auto step = static_cast<std::uint16_t>(at);
    DevServer& server = servers[at];
    server.name += fmt::format("-{}", at + 1);
    server.port += step;
    server.monitoring_port += step;
    server.route_port = route_port + step;
  }
  return servers;
}

Result<void> check_range(const std::optional<std::uint16_t>& first, std::size_t count) {
  constexpr std::size_t port_max = 65535;
  if (!first || *first + count - 1 <= port_max) return {};
  return fail(ExitCode::wrong_use,
              fmt::format("{} servers have no ports from {} on: the last is {}", count, *first, port_max));
}

Result<void> check_distinct(const DevSettings& settings) {
  std::set<std::uint16_t> seen;
  for (const std::uint16_t port : ports_of(settings)) {
    if (port != 0 && !seen.insert(port).second)
      return fail(ExitCode::wrong_use, fmt::format("port {} cannot be for two uses", port));
  }
  return {};
}

std::optional<DevServer> server_in(const nlohmann::json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto name = text_of(json, "name");
  const auto port = port_of(json, "port"), monitoring = port_of(json, "monitoring_port");
  if (!name || !port || !monitoring) return std::nullopt;
  return DevServer{*name, *port, *monitoring, port_of(json, "route_port").value_or(0)};
}

std::optional<DevGithub> github_in(const nlohmann::json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto port = port_of(json, "port"), tls_port = port_of(json, "tls_port");
  if (!port || !tls_port) return std::nullopt;
  return DevGithub{*port, *tls_port};
}

}  // namespace

std::string DevServer::url() const { return fmt::format("nats://127.0.0.1:{}", port); }
std::string DevGithub::url() const { return fmt::format("http://127.0.0.1:{}", port); }
std::string DevGithub::tls_url() const { return fmt::format("https://127.0.0.1:{}", tls_port); }
std::string DevServer::monitoring_url() const { return fmt::format("http://127.0.0.1:{}", monitoring_port); }

std::vector<std::string> DevSettings::urls() const {
  std::vector<std::string> all;
  for (const DevServer& server : servers) all.push_back(server.url());
  return all;
}

std::string DevSettings::url() const { return fmt::format("{}", fmt::join(urls(), ",")); }

std::string DevSettings::json() const {
  nlohmann::ordered_json json{{"format", format_version},
                              {"operator_name", operator_name},
                              {"servers", nlohmann::ordered_json::array()}};
  for (const DevServer& server : servers) {
    nlohmann::ordered_json one{
        {"name", server.name}, {"port", server.port}, {"monitoring_port", server.monitoring_port}};
    if (server.route_port != 0) one["route_port"] = server.route_port;
    json["servers"].push_back(std::move(one));
  }
  if (github) json["github"] = {{"port", github->port}, {"tls_port", github->tls_port}};
  return json.dump(2) + "\n";
}

Result<DevSettings> DevSettings::parse(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return fail(ExitCode::failed, "no JSON object");
  if (json.value("format", nlohmann::json()) != format_version)
    return fail(ExitCode::failed, fmt::format("not of format {}, which this ghboot knows", format_version));
  const auto by = text_of(json, "operator_name");
  const auto servers = json.find("servers");
  if (!by || servers == json.end() || !servers->is_array() || servers->empty())
    return fail(ExitCode::failed, "operator_name or servers is missing or wrong");
  DevSettings settings{*by, {}, {}};
  for (const nlohmann::json& one : *servers) {
    const auto server = server_in(one);
    if (!server)
      return fail(ExitCode::failed, "a server's name, port or monitoring_port is missing or wrong");
    settings.servers.push_back(*server);
  }
  if (json.contains("github")) {
    settings.github = github_in(json["github"]);
    if (!settings.github) return fail(ExitCode::failed, "github's port or tls_port is missing or wrong");
  }
  return settings;
}

Result<DevSettings> DevSettings::load(const DataFolder& folder) {
  const auto text = read_whole(folder.settings_file());
  if (!text) return std::unexpected(text.error());
  auto settings = parse(*text);
  if (!settings)
    return fail(ExitCode::failed, fmt::format("{}: {}; ghboot up --fresh starts over without it",
                                              folder.settings_file().string(), settings.error().message));
  return settings;
}

Result<void> check_count(const DataFolder& folder, const WantedServers& wanted, const DevSettings& settings) {
  const std::size_t there = settings.servers.size();
  if (!wanted.count || *wanted.count == there) return {};
  return fail(
      ExitCode::wrong_use,
      fmt::format("{} was made with {}, and {} wanted: ghboot up --fresh --nats-type {} starts over "
                  "without its accounts; --data-dir takes another folder",
                  folder.root().string(), there == 1 ? "one server" : fmt::format("{} servers", there),
                  *wanted.count == 1 ? "one is" : fmt::format("{} are", *wanted.count),
                  *wanted.count == 1 ? "self_hosted" : "self_hosted_cluster"));
}

Result<ChosenSettings> choose_settings(const DataFolder& folder, const WantedServers& wanted) {
  ChosenSettings chosen;
  const bool first_run = !folder.set_up();
  DevSettings& settings = chosen.settings;
  settings.servers = default_servers(wanted.count.value_or(1));
  if (!first_run) {
    auto written = DevSettings::load(folder);
    if (!written) return std::unexpected(written.error());
    settings = *std::move(written);
  }
  const std::size_t count = settings.servers.size();
  auto ok = check_count(folder, wanted, settings);
  for (const auto& port : {wanted.port, wanted.monitoring_port})
    if (ok) ok = check_range(port, count);
  for (std::size_t at = 0; ok && at < count; ++at) {
    DevServer& server = settings.servers[at];
    ok = choose(server.port, after(wanted.port, at), first_run, for_clients, chosen);
    if (ok)
      ok = choose(server.monitoring_port, after(wanted.monitoring_port, at), first_run, for_monitoring,
                  chosen);
    // Nobody but the other servers knows it. Who wants any free ports may start two clusters at once: both
    // would find the default free.
    const bool any = wanted.port == std::uint16_t{0};
    if (server.route_port != 0 && (any || owner_of(server.route_port)))
      server.route_port = another_port(settings);
  }
  if (ok) ok = choose_github(wanted, first_run, chosen);
  if (ok) ok = check_distinct(settings);
  if (!ok) return std::unexpected(ok.error());
  return chosen;
}

}  // namespace ghboot::helper
