// SPDX-License-Identifier: Apache-2.0
// ghboot lock hold: runs a command while it holds an organisation's lock. It ends as the command does; or
// with 1: the lock was lost and the command ended for it, or the command could not be guarded; 2: there is no
// such command, a lease that is too short, no creds, no servers; 4: somebody else had the lock all the time;
// 5: no answer in time, and nothing was run.
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "helper/child.h"
#include "helper/guard.h"
#include "helper/interrupts.h"
#include "helper/lock_access.h"
#include "helper/verbs.h"
#include "nats/environment.h"
#include "nats/held_locks.h"
#include "nats/lease.h"
#include "nats/person.h"

extern char** environ;

namespace ghboot::helper {
namespace {

using std::chrono::seconds;

Result<GuardedCommand> guarded(const LockArgs& args, const Environment& environment) {
  if (args.command.empty())
    return fail(ExitCode::wrong_use,
                "what shall run under the lock? ghboot lock hold --org ORG -- COMMAND …");
  const auto program = find_program(args.command.front(), environment("PATH").value_or(""));
  if (!program)
    return fail(ExitCode::wrong_use, fmt::format("there is no program {} on the PATH", args.command.front()));
  GuardedCommand command{.argv = args.command, .environment = {}};
  command.argv.front() = program->string();
  const auto is_ours = [](std::string_view setting) {
    const std::string_view name = setting.substr(0, setting.find('='));
    return name == nats::HeldLocks::token_variable || name == nats::HeldLocks::keys_variable;
  };
  for (char** setting = environ; *setting != nullptr; ++setting)
    if (!is_ours(*setting)) command.environment.emplace_back(*setting);
  return command;
}

// Deadlines are read before what is left of the trust: a pause between the two makes them earlier.
nats::Instant deadline_of(const nats::Lease& lease) {
  const nats::Instant now = nats::system_lock_clock().read();
  const auto left = lease.left();
  return {.boot = now.boot + left, .real = now.real + left};
}

// Until the command has ended, or has to.
struct Held {
  std::string lost;  // Why it had to; empty: it had not, or was asked to by a signal or the time.
  Result<GuardOutcome> outcome;
};

Held run_under(nats::Lease& lease, Guard& guard, std::stop_source& stop, seconds longest) {
  guard.start(lease.token().text(), deadline_of(lease));
  Held held{.lost = {}, .outcome = fail(ExitCode::failed, "")};
  std::stop_source over;
  const std::stop_callback on_interrupt(stop.get_token(), [&guard] { guard.end(); });
  std::jthread waiter([&] {
    held.outcome = guard.wait();
    over.request_stop();
  });
  nats::Clock& clock = nats::system_clock();
  const auto renewed = [&] { guard.extend(deadline_of(lease)); };
  auto kept = lease.keep({clock.now() + longest, over.get_token()}, renewed);
  const bool is_too_long = kept && !over.stop_requested();
  if (!over.stop_requested()) guard.end();
  if (is_too_long) {
    fmt::print(stderr, "ghboot: the command has run for {} s (--max-hold) and is ended\n", longest.count());
    kept = lease.keep({clock.now() + 2 * Guard::farewell, over.get_token()}, renewed);
  }
  if (!kept && !over.stop_requested()) held.lost = kept.error().message;
  waiter.join();
  const bool was_asked_to_end = is_too_long || stop.stop_requested();
  if (held.lost.empty() && held.outcome && held.outcome->was_told && !was_asked_to_end)
    held.lost = "the lock was lost: it was not renewed in time";  // The guard was the first to see it.
  return held;
}

}  // namespace

Result<ExitCode> lock_hold(const DataFolder& folder, const LockArgs& args, const Environment& environment) {
  auto command = guarded(args, environment);
  if (!command) return std::unexpected(command.error());
  auto access = LockAccess::make(folder, args, environment);
  if (!access) return std::unexpected(access.error());
  const std::string& key = (*access)->names().key();
  const auto outer = nats::HeldLocks::of(environment);
  if (outer.have(key))
    return fail(ExitCode::in_progress,
                fmt::format("this runs under the lock of {} already (token {}): it would wait for itself",
                            key, outer.token_of(key)));
  command->environment.push_back(fmt::format("{}={}", nats::HeldLocks::keys_variable, outer.keys_with(key)));
  auto guard = Guard::make(*command);  // Before anything makes threads.
  if (!guard) return std::unexpected(guard.error());
  Interrupts interrupts;
  // What waiting does not mend: no such stream, no right to read it, no server.
  if (const auto last = (*access)->last(); !last) return std::unexpected(last.error());
  const nats::Person person = nats::this_person();
  nats::LockContender contender(
      {.holder = person.name,
       .host = person.host,
       .pid = static_cast<std::uint32_t>(::getpid()),
       .reason = args.why.empty() ? args.command.front() : args.why,
       .lease = seconds(args.lease_seconds),
       .say = [](const std::string& text) { fmt::print(stderr, "ghboot: {}\n", text); }},
      lock_sight_place(folder, (*access)->names()), (*access)->parts());
  auto lease = contender.acquire(
      {nats::system_clock().now() + seconds(args.wait_seconds), interrupts.stop().get_token()});
  if (!lease) return std::unexpected(lock_failure(lease.error()));
  const Held held = run_under(*lease, *guard, interrupts.stop(), seconds(args.max_hold_seconds));
  const auto released = lease->held() ? lease->release(lock_patience()) : nats::LeaseResult<void>();
  if (!held.lost.empty()) return fail(ExitCode::failed, fmt::format("{}; the command was ended", held.lost));
  if (!held.outcome) return std::unexpected(held.outcome.error());
  if (held.outcome->left > 0)
    fmt::print(stderr, "ghboot: processes that the command left behind were ended: {}\n", held.outcome->left);
  if (!released) fmt::print(stderr, "ghboot: {}\n", released.error().message);
  return static_cast<ExitCode>(held.outcome->exit_code);
}

}  // namespace ghboot::helper
