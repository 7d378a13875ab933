// SPDX-License-Identifier: Apache-2.0
// ghboot status: what runs on the data folder, and how it is reached. 0: it could be told, also that nothing
// runs. 1: it runs and cannot be reached, or does not tell its accounts. 4: its server is being started. 5:
// it takes connections and says nothing.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "helper/account_list.h"
#include "helper/run_state.h"
#include "helper/server_greeting.h"
#include "helper/verbs.h"

namespace ghboot::helper {

namespace {

constexpr std::chrono::milliseconds greeting_max{5000};

using Accounts = std::vector<ListedAccount>;

void print_json(const DataFolder& folder, const DevSettings& settings, const std::optional<RunState>& state,
                const std::string& version, const Accounts& accounts) {
  nlohmann::ordered_json json{{"running", state.has_value()}, {"data_dir", folder.root().string()}};
  if (state) {
    json["supervisor_pid"] = state->supervisor;
    json["pid"] = state->server == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(state->server);
    json["restarts"] = state->restarts;
    json["url"] = settings.url();
    json["monitoring_url"] = settings.monitoring_url();
    json["server_version"] = version;
    json["accounts"] = nlohmann::ordered_json::array();
    for (const ListedAccount& account : accounts)
      json["accounts"].push_back({{"name", account.name}, {"public_key", account.public_key}});
  }
  fmt::print("{}\n", json.dump(2));
}

void print_text(const DataFolder& folder, const DevSettings& settings, const RunState& state,
                const std::string& version, const Accounts& accounts) {
  fmt::print("NATS        running, nats-server {}, process {} (supervisor {}, {} restarts)\n", version,
             state.server, state.supervisor, state.restarts);
  fmt::print("url         {}\nmonitoring  {}\ndata        {}\nlog         {}\n", settings.url(),
             settings.monitoring_url(), folder.root().string(), folder.server_log().string());
  for (const ListedAccount& account : accounts)
    fmt::print("account     {} {}\n", account.public_key, account.name);
}

Result<ExitCode> print_that_nothing_runs(const DataFolder& folder, bool as_json) {
  if (as_json) {
    print_json(folder, {}, std::nullopt, {}, {});
  } else {
    fmt::print("NATS        not running; ghboot up starts it\ndata        {}{}\n", folder.root().string(),
               folder.set_up() ? "" : " (not made yet)");
  }
  return ExitCode::done;
}

}  // namespace

Result<ExitCode> status(const DataFolder& folder, bool as_json) {
  const auto state = running(folder);
  if (!state) return print_that_nothing_runs(folder, as_json);
  const auto settings = DevSettings::load(folder);
  if (!settings) return std::unexpected(settings.error());
  if (state->server == 0) {
    if (as_json) print_json(folder, *settings, state, {}, {});
    return fail(ExitCode::in_progress,
                fmt::format("nats-server is being started (supervisor {}, {} restarts); log: {}",
                            state->supervisor, state->restarts, folder.server_log().string()));
  }
  const auto greeting = greet(settings->port, greeting_max);
  if (!greeting)
    return fail(greeting.error().code,
                fmt::format("nats-server runs as process {} and {}: {}; log: {}", state->server,
                            settings->url(), greeting.error().message, folder.server_log().string()));
  const auto accounts = list_accounts(folder, *settings);
  if (!accounts)
    return fail(accounts.error().code,
                fmt::format("nats-server runs as process {} and does not tell its accounts: {}; log: {}",
                            state->server, accounts.error().message, folder.server_log().string()));
  if (as_json) {
    print_json(folder, *settings, state, greeting->version, *accounts);
  } else {
    print_text(folder, *settings, *state, greeting->version, *accounts);
  }
  return ExitCode::done;
}

}  // namespace ghboot::helper
