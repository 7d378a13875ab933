// SPDX-License-Identifier: Apache-2.0
// ghboot up: starts the embedded NATS and the GitHub stand-in, and returns when they take connections. 0:
// they run, or ran already. 1: one did not come up, or a port is taken. 2: the folder, a port or the number
// of servers cannot be meant. 3: no nats-server, or a NATS type that is not built yet. 4: another ghboot is
// starting it. 5: the servers of a cluster run and have not found one another.
#include <chrono>

#include <fmt/format.h>

#include "helper/dev_github.h"
#include "helper/nats_program.h"
#include "helper/operator_files.h"
#include "helper/provider_mirror.h"
#include "helper/run_state.h"
#include "helper/server_greeting.h"
#include "helper/supervisor.h"
#include "helper/verbs.h"
#include "nats/environment.h"

namespace ghboot::helper {

namespace {

constexpr std::chrono::seconds ready_max{30};  // Of a server that has crashed and is started again.
constexpr int start_tries_max = 3;

bool differs(const std::optional<std::uint16_t>& wanted, std::uint16_t port) {
  return wanted && *wanted != 0 && *wanted != port;  // 0: any is right.
}

bool differs(const WantedServers& wanted, const DevSettings& settings) {
  const DevServer& first = settings.servers.front();
  return differs(wanted.port, first.port) || differs(wanted.monitoring_port, first.monitoring_port) ||
         differs(wanted.github_port, settings.github->port);
}

Result<UpOutcome> what_runs(const DataFolder& folder, const WantedServers& wanted) {
  const auto now = running(folder);
  const auto state = now ? wait_until_ready(folder, *now, ready_max) : std::nullopt;
  if (!state)
    return fail(ExitCode::in_progress,
                fmt::format("NATS is being started on {} by another process; look again with "
                            "ghboot status",
                            folder.root().string()));
  auto settings = DevSettings::load(folder);
  if (!settings) return std::unexpected(settings.error());
  if (const auto same = check_count(folder, wanted, *settings); !same) return std::unexpected(same.error());
  if (!state->github || !settings->github)
    return fail(ExitCode::failed,
                "what runs was started by an older ghboot, which had no GitHub stand-in: ghboot down first");
  if (differs(wanted, *settings))
    return fail(ExitCode::failed,
                fmt::format("NATS is running at {} already: ghboot down first, then up with the "
                            "other port",
                            settings->url()));
  return UpOutcome{
      .settings = *std::move(settings), .version = {}, .note = {}, .state = *state, .ran_already = true};
}

// What keeps the servers from being one cluster.
std::optional<std::string> rift(const DevSettings& settings) {
  constexpr std::chrono::seconds answer_max{5};
  for (const DevServer& server : settings.servers) {
    const auto greeting = greet(server.port, answer_max);
    if (!greeting) return fmt::format("{}: {}", server.url(), greeting.error().message);
    if (greeting->servers < settings.servers.size())
      return fmt::format("{} knows {} of {} servers", server.name, greeting->servers,
                         settings.servers.size());
    if (const auto ails = ailment(server.monitoring_port, answer_max))
      return fmt::format("{} says of its health: {}", server.name, *ails);
  }
  return std::nullopt;
}

// Nothing announces that servers have found one another: they are asked again and again.
Result<void> wait_until_joined(const DataFolder& folder, const DevSettings& settings) {
  if (settings.servers.size() == 1) return {};
  nats::Clock& clock = nats::system_clock();
  const nats::Wait wait{clock.now() + ready_max};
  while (const auto found = rift(settings)) {
    if (!clock.sleep(std::chrono::milliseconds(50), wait))
      return fail(ExitCode::unknown,
                  fmt::format("the servers run and are no cluster within {} s: {}; logs: {}",
                              ready_max.count(), *found, folder.logs().string()));
  }
  return {};
}

SupervisedCommands commands_of(const DataFolder& folder, const DevSettings& settings,
                               const NatsProgram& program, const Environment& environment) {
  SupervisedCommands commands{.nats = {}, .github = github_command(folder, *settings.github, environment)};
  for (const DevServer& server : settings.servers)
    commands.nats.push_back({.name = server.name,
                             .argv = {program.path, "-c", folder.server_config(server.name),
                                      "--ports_file_dir", ports_folder(folder)}});
  return commands;
}

// A supervisor that was killed a moment ago has the lock until the kernel is done with it.
Result<std::optional<Descriptor>> take_run_lock(const DataFolder& folder) {
  auto lock = try_run_lock(folder);
  if (!lock || *lock) return lock;
  const auto state = running(folder);
  if (state && !wait_until_ready(folder, *state, ready_max)) return try_run_lock(folder);
  return lock;
}

// Only for who holds the lock: another `up` would be making what is removed here.
Result<void> start_over(const DataFolder& folder) {
  if (auto cleared = folder.clear(); !cleared) return cleared;
  return folder.make();
}

Result<UpOutcome> start_or_find(const DataFolder& folder, const UpArgs& args,
                                const Environment& environment) {
  const auto count = wanted_servers(args.nats_type, environment);
  if (!count) return std::unexpected(count.error());
  const WantedServers wanted{.count = *count,
                             .port = args.port,
                             .monitoring_port = args.monitoring_port,
                             .github_port = args.github_port};
  const auto program = find_nats_program(environment);
  if (!program) return std::unexpected(program.error());
  Result<void> ok = folder.make();
  if (const auto state = running(folder); ok && args.fresh && state) ok = stop(*state);
  if (!ok) return std::unexpected(ok.error());
  auto lock = take_run_lock(folder);
  if (!lock) return std::unexpected(lock.error());
  if (*lock) {
    bury(folder);
    if (args.fresh) ok = start_over(folder);
  }
  if (ok) ok = provide(folder, built_provider());
  if (!ok) return std::unexpected(ok.error());
  if (!*lock) {
    auto runs = what_runs(folder, wanted);
    if (runs || running(folder)) return runs;
    // Its supervisor has ended meanwhile.
    lock = try_run_lock(folder);
    if (!lock || !*lock) return runs;
    bury(folder);
  }

  auto chosen = choose_settings(folder, wanted);
  if (!chosen) return std::unexpected(chosen.error());
  const DevSettings& settings = chosen->settings;
  const auto files = operator_files(folder.operator_folder(), {.name = settings.operator_name});
  if (!files) return std::unexpected(files.error());
  ok = write_server_configs(folder, settings, *files,
                            {.sync_always = program->knows_sync_interval, .debug = nats_debug(environment)});
  if (ok) ok = make_github_files(folder);
  if (ok) ok = write_whole(folder.settings_file(), settings.json());
  if (!ok) return std::unexpected(ok.error());

  const auto state =
      start_supervisor(folder, commands_of(folder, settings, *program, environment), *std::move(*lock));
  if (!state) return std::unexpected(state.error());
  return UpOutcome{.settings = std::move(chosen->settings),
                   .version = program->version,
                   .note = std::move(chosen->note),
                   .state = *state};
}

// As both servers say it.
bool was_port_taken(const Result<UpOutcome>& outcome) {
  return !outcome && outcome.error().message.contains("ddress already in use");
}

std::string processes(const RunState& state) {
  std::string text = state.servers.size() == 1 ? "process " : "processes ";
  for (const RunningProcess& server : state.servers)
    text += fmt::format("{}{}", &server == &state.servers.front() ? "" : ", ", server.id);
  return text;
}

}  // namespace

Result<UpOutcome> bring_up(const DataFolder& folder, const UpArgs& args, const Environment& environment) {
  auto outcome = start_or_find(folder, args, environment);
  // Who wants any free ports wants others where one was taken between its choice and its use.
  const bool wants_any = args.port == std::uint16_t{0} && args.monitoring_port == std::uint16_t{0} &&
                         args.github_port == std::uint16_t{0};
  for (int tries = 1; wants_any && tries < start_tries_max && was_port_taken(outcome); ++tries)
    outcome = start_or_find(folder, args, environment);
  if (!outcome) return outcome;
  if (const auto joined = wait_until_joined(folder, outcome->settings); !joined)
    return std::unexpected(joined.error());
  return outcome;
}

Result<ExitCode> up(const DataFolder& folder, const UpArgs& args, const Environment& environment) {
  const auto outcome = bring_up(folder, args, environment);
  if (!outcome) return std::unexpected(outcome.error());
  if (outcome->ran_already) {
    fmt::print("NATS is running already: {}, {}; a GitHub stand-in at {}\n", outcome->settings.url(),
               processes(outcome->state), outcome->settings.github->url());
  } else {
    fmt::print(
        "{}NATS runs: {}, nats-server {}, {}\nGitHub stand-in runs: {}, process {}; ghboot down stops all\n",
        outcome->note, outcome->settings.url(), outcome->version, processes(outcome->state),
        outcome->settings.github->url(), outcome->state.github->id);
  }
  return ExitCode::done;
}

}  // namespace ghboot::helper
