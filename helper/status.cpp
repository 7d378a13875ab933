// SPDX-License-Identifier: Apache-2.0
// ghboot status: what runs on the data folder, and how it is reached. 0: it could be told, also that nothing
// runs. 1: it runs and cannot be reached, or does not tell its accounts. 4: a server is being started. 5: one
// takes connections and says nothing.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "helper/account_list.h"
#include "helper/run_state.h"
#include "helper/server_greeting.h"
#include "helper/verbs.h"

namespace ghboot::helper {

namespace {

constexpr std::chrono::milliseconds greeting_max{5000};

struct Found {
  DevSettings settings;
  std::optional<RunState> state;
  std::vector<std::string> versions{};  // Of each server.
  std::vector<ListedAccount> accounts{};
};

nlohmann::ordered_json id_json(const RunningProcess& process) {  // Null: it is being started.
  return process.id == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(process.id);
}

nlohmann::ordered_json servers_json(const Found& found) {
  auto json = nlohmann::ordered_json::array();
  for (std::size_t at = 0; at < found.settings.servers.size(); ++at) {
    const DevServer& server = found.settings.servers[at];
    json.push_back(
        {{"name", server.name},
         {"pid", id_json(found.state->servers[at])},
         {"url", server.url()},
         {"monitoring_url", server.monitoring_url()},
         {"version", at < found.versions.size() ? found.versions[at] : ""}});  // "": not asked yet.
  }
  return json;
}

nlohmann::ordered_json github_json(const Found& found) {
  if (!found.settings.github || !found.state->github) return nullptr;
  return {{"pid", id_json(*found.state->github)},
          {"url", found.settings.github->url()},
          {"tls_url", found.settings.github->tls_url()}};
}

void print_json(const DataFolder& folder, const Found& found) {
  nlohmann::ordered_json json{{"running", found.state.has_value()}, {"data_dir", folder.root().string()}};
  if (found.state) {
    json["supervisor_pid"] = found.state->supervisor.id;
    json["restarts"] = found.state->restarts;
    json["url"] = found.settings.url();
    json["servers"] = servers_json(found);
    json["github"] = github_json(found);
    json["accounts"] = nlohmann::ordered_json::array();
    for (const ListedAccount& account : found.accounts)
      json["accounts"].push_back({{"name", account.name}, {"public_key", account.public_key}});
  }
  fmt::print("{}\n", json.dump(2));
}

void print_text(const DataFolder& folder, const Found& found) {
  fmt::print("NATS        running (supervisor {}, {} restarts)\n", found.state->supervisor.id,
             found.state->restarts);
  for (std::size_t at = 0; at < found.settings.servers.size(); ++at) {
    const DevServer& server = found.settings.servers[at];
    fmt::print(
        "server      {}, nats-server {}, process {}\n  url         {}\n  monitoring  {}\n  log         {}\n",
        server.name, found.versions[at], found.state->servers[at].id, server.url(), server.monitoring_url(),
        folder.server_log(server.name).string());
  }
  if (found.settings.github && found.state->github)
    fmt::print(
        "GitHub      a stand-in, {}\n  url         {}\n  over TLS    {}, certificate {}\n  log         {}\n",
        found.state->github->id == 0 ? "which is being started"
                                     : fmt::format("process {}", found.state->github->id),
        found.settings.github->url(), found.settings.github->tls_url(), folder.github_certificate().string(),
        folder.server_log(standin_verb).string());
  fmt::print("data        {}\n", folder.root().string());
  for (const ListedAccount& account : found.accounts)
    fmt::print("account     {} {}\n", account.public_key, account.name);
}

Result<ExitCode> print_that_nothing_runs(const DataFolder& folder, bool as_json) {
  if (as_json) {
    print_json(folder, {});
  } else {
    fmt::print("NATS        not running; ghboot up starts it\ndata        {}{}\n", folder.root().string(),
               folder.set_up() ? "" : " (not made yet)");
  }
  return ExitCode::done;
}

}  // namespace

Result<ExitCode> status(const DataFolder& folder, bool as_json) {
  Found found{.settings = {}, .state = running(folder)};
  if (!found.state) return print_that_nothing_runs(folder, as_json);
  auto settings = DevSettings::load(folder);
  if (!settings) return std::unexpected(settings.error());
  found.settings = *std::move(settings);
  const auto& servers = found.settings.servers;
  if (found.state->servers.size() != servers.size())
    return fail(ExitCode::failed,
                fmt::format("{} servers run, and {} names {}: ghboot down, then up",
                            found.state->servers.size(), folder.settings_file().string(), servers.size()));
  for (std::size_t at = 0; at < servers.size(); ++at) {
    const int process = found.state->servers[at].id;
    const std::string log = folder.server_log(servers[at].name);
    if (process == 0) {
      if (as_json) print_json(folder, found);
      return fail(ExitCode::in_progress,
                  fmt::format("{} is being started (supervisor {}, {} restarts); log: {}", servers[at].name,
                              found.state->supervisor.id, found.state->restarts, log));
    }
    const auto greeting = greet(servers[at].port, greeting_max);
    if (!greeting)
      return fail(greeting.error().code,
                  fmt::format("nats-server {} runs as process {} and {}: {}; log: {}", servers[at].name,
                              process, servers[at].url(), greeting.error().message, log));
    found.versions.push_back(greeting->version);
  }
  auto accounts = list_accounts(folder, found.settings);
  if (!accounts)
    return fail(accounts.error().code,
                fmt::format("nats-server runs and does not tell its accounts: {}; logs: {}",
                            accounts.error().message, folder.logs().string()));
  found.accounts = *std::move(accounts);
  if (as_json) {
    print_json(folder, found);
  } else {
    print_text(folder, found);
  }
  return ExitCode::done;
}

}  // namespace ghboot::helper
