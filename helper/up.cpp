// SPDX-License-Identifier: Apache-2.0
// ghboot up: starts the embedded NATS and returns when it takes connections. 0: it runs, or ran already. 1:
// it did not come up, or a port is taken. 2: the folder or a port cannot be meant. 3: no nats-server. 4:
// another ghboot is starting it.
#include <fmt/format.h>

#include "helper/nats_program.h"
#include "helper/operator_files.h"
#include "helper/provider_mirror.h"
#include "helper/run_state.h"
#include "helper/supervisor.h"
#include "helper/verbs.h"

namespace ghboot::helper {

namespace {

constexpr std::chrono::seconds ready_max{30};  // Of a server that has crashed and is started again.

bool differs(const std::optional<std::uint16_t>& wanted, std::uint16_t port) {
  return wanted && *wanted != 0 && *wanted != port;  // 0: any is right.
}

bool differs(const WantedPorts& wanted, const DevSettings& settings) {
  return differs(wanted.port, settings.port) || differs(wanted.monitoring_port, settings.monitoring_port);
}

Result<UpOutcome> what_runs(const DataFolder& folder, const WantedPorts& wanted) {
  const auto now = running(folder);
  const auto state = now ? wait_until_ready(folder, *now, ready_max) : std::nullopt;
  if (!state)
    return fail(ExitCode::in_progress,
                fmt::format("NATS is being started on {} by another process; look again with "
                            "ghboot status",
                            folder.root().string()));
  auto settings = DevSettings::load(folder);
  if (!settings) return std::unexpected(settings.error());
  if (differs(wanted, *settings))
    return fail(ExitCode::failed,
                fmt::format("NATS is running at {} already: ghboot down first, then up with the "
                            "other port",
                            settings->url()));
  return UpOutcome{.settings = *std::move(settings),
                   .version = {},
                   .note = {},
                   .server = state->server,
                   .ran_already = true};
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

}  // namespace

Result<UpOutcome> bring_up(const DataFolder& folder, const UpArgs& args, const Environment& environment) {
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
    auto runs = what_runs(folder, args.ports);
    if (runs || running(folder)) return runs;
    // Its supervisor has ended meanwhile.
    lock = try_run_lock(folder);
    if (!lock || !*lock) return runs;
    bury(folder);
  }

  auto chosen = choose_settings(folder, args.ports);
  if (!chosen) return std::unexpected(chosen.error());
  const DevSettings& settings = chosen->settings;
  const auto files = operator_files(folder.operator_folder(), {.name = settings.operator_name});
  if (!files) return std::unexpected(files.error());
  ok = write_server_config(folder, settings, *files,
                           {.sync_always = program->knows_sync_interval, .debug = nats_debug(environment)});
  if (ok) ok = write_whole(folder.settings_file(), settings.json());
  if (!ok) return std::unexpected(ok.error());

  const auto state = start_supervisor(folder, program->path, *std::move(*lock));
  if (!state) return std::unexpected(state.error());
  return UpOutcome{.settings = std::move(chosen->settings),
                   .version = program->version,
                   .note = std::move(chosen->note),
                   .server = state->server};
}

Result<ExitCode> up(const DataFolder& folder, const UpArgs& args, const Environment& environment) {
  const auto outcome = bring_up(folder, args, environment);
  if (!outcome) return std::unexpected(outcome.error());
  if (outcome->ran_already) {
    fmt::print("NATS is running already: {}, process {}\n", outcome->settings.url(), outcome->server);
  } else {
    fmt::print("{}NATS runs: {}, nats-server {}, process {}; ghboot down stops it\n", outcome->note,
               outcome->settings.url(), outcome->version, outcome->server);
  }
  return ExitCode::done;
}

}  // namespace ghboot::helper
