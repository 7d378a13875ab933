// SPDX-License-Identifier: Apache-2.0
// ghboot lock status, lock release, lock new-generation: what a person sees of an organisation's lock and
// does to it by hand. 0: told, or done. 1: its last message is not ours, the user has no right to it, or it
// can't be done to a lock in such a state. 2: no such name, no creds, no servers. 4: the lock has changed
// since it was shown. 5: no answer, or no such log.
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "helper/lock_access.h"
#include "helper/verbs.h"
#include "nats/lock_hand.h"
#include "nats/lock_message.h"
#include "nats/lock_status.h"
#include "nats/person.h"
#include "nats/time_text.h"

namespace ghboot::helper {
namespace {

using nats::LockMessage;
using nats::LockState;
using nats::LockStatus;

std::string seconds_text(std::chrono::milliseconds duration) {
  return fmt::format("{:g} s", std::chrono::duration<double>(duration).count());
}

nlohmann::ordered_json or_null(const auto& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

nlohmann::ordered_json as_json(const LockStatus& status) {
  const LockMessage& message = status.message;
  const auto token = status.token.transform(&nats::LockToken::text);
  return {{"state", nats::to_string(message.state)},
          {"sequence", status.sequence},
          {"generation", message.generation},
          {"token", or_null(token)},
          {"holder", message.holder},
          {"host", message.host},
          {"pid", message.pid},
          {"reason", message.reason},
          {"since", or_null(status.since.transform(nats::time_text))},
          {"stored_at", or_null(status.stored.transform(nats::time_text))},
          {"age_seconds", or_null(status.age(nats::system_clock().unix_seconds()))},
          {"lease_seconds", std::chrono::duration<double>(message.lease).count()},
          {"waiting", message.next.size()},
          {"by", message.by},
          {"why", message.why}};
}

// Whose token it is, and how long the last message stays as it is: by the clocks of three machines.
void print_times(const LockStatus& status) {
  if (status.message.state != LockState::free)
    fmt::print("  token     {}{}\n", status.token ? status.token->text() : "not told",
               status.since ? ", since " + nats::time_text(*status.since) : "");
  const auto age = status.age(nats::system_clock().unix_seconds());
  fmt::print("  message   {}, generation {}{}\n", status.sequence, status.message.generation,
             age ? fmt::format(", stored {}, {} s ago", nats::time_text(*status.stored), *age) : "");
}

void print(const LockStatus& status, const LockArgs& args) {
  LockMessage message = status.message;
  for (std::string* text : {&message.holder, &message.host, &message.reason, &message.by, &message.why})
    *text = on_one_line(*text);
  const std::string holder = fmt::format("{} on {}, process {}", message.holder, message.host, message.pid);
  const std::string hand = message.by.empty() ? "" : fmt::format(" by {}: {}", message.by, message.why);
  switch (message.state) {
    case LockState::free:
      fmt::print("free{}\n", message.forced ? "; freed" + hand : "");
      break;
    case LockState::held:
      fmt::print("held by {}\n", holder);
      break;
    case LockState::revoked:
      fmt::print("{}{}; free once {} have passed\n",
                 message.holder.empty() ? "closed" : "taken from " + holder, hand,
                 seconds_text(message.lease));
      break;
  }
  if (message.state != LockState::free && !message.reason.empty())
    fmt::print("  for       {}\n", message.reason);
  print_times(status);
  if (message.state == LockState::free) return;
  fmt::print("  lease     {}\n  waiting   {}\n", seconds_text(message.lease), message.next.size());
  if (message.state != LockState::held) return;
  fmt::print(
      "Who works renews every third of the lease, and the message's number grows; one that stays as it is "
      "for a whole "
      "lease is of a dead holder, and who wants the lock gets it. To stop one who lives:\n"
      "  ghboot lock release --org {} --sequence {} --why TEXT\n",
      args.org, status.sequence);
}

// What is done by hand is done to the message that is last now.
struct ByHand {
  nats::LockHand hand;
  std::unique_ptr<LockAccess> access;
  nats::LockEntry last;
};

Result<ByHand> by_hand(const DataFolder& folder, const LockArgs& args, const Environment& environment) {
  if (args.why.empty())
    return fail(ExitCode::wrong_use, "--why: say why; it is kept, and whoever had the lock reads it");
  auto access = LockAccess::make(folder, args, environment);
  if (!access) return std::unexpected(access.error());
  auto last = (*access)->last();
  if (!last) return std::unexpected(last.error());
  const nats::Person person = nats::this_person();
  return ByHand{.hand = {.by = fmt::format("{} on {}", person.name, person.host), .why = args.why},
                .access = *std::move(access),
                .last = *std::move(last)};
}

}  // namespace

Result<ExitCode> lock_status(const DataFolder& folder, const LockArgs& args, const Environment& environment) {
  const auto access = LockAccess::make(folder, args, environment);
  if (!access) return std::unexpected(access.error());
  const auto last = (*access)->last();
  if (!last) return std::unexpected(last.error());
  const auto status = LockStatus::of(*last);
  if (!status) return fail(ExitCode::failed, status.error().message);
  if (args.as_json)
    fmt::print("{}\n", as_json(*status).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  else
    print(*status, args);
  return ExitCode::done;
}

Result<ExitCode> lock_release(const DataFolder& folder, const LockArgs& args,
                              const Environment& environment) {
  const auto at = by_hand(folder, args, environment);
  if (!at) return std::unexpected(at.error());
  if (at->last.sequence != args.sequence)
    return fail(
        ExitCode::in_progress,
        fmt::format("the lock's last message is {}, not {}: look again (ghboot lock status), then decide",
                    at->last.sequence, args.sequence));
  nats::LockWriter& writer = at->access->writer();
  const auto done = args.now ? nats::free_lock_now(writer, at->last, at->hand, lock_patience())
                             : nats::revoke_lock(writer, at->last, at->hand, lock_patience());
  if (!done) return std::unexpected(lock_failure(done.error()));
  if (args.now)
    fmt::print("freed. If its holder lives after all, two work at once now\n");
  else
    fmt::print(
        "taken away: its holder stops at its next renewal, and the next one begins once the lease has "
        "passed\n");
  return ExitCode::done;
}

Result<ExitCode> lock_new_generation(const DataFolder& folder, const LockArgs& args,
                                     const Environment& environment) {
  const auto at = by_hand(folder, args, environment);
  if (!at) return std::unexpected(at.error());
  const auto done =
      nats::raise_generation(at->access->writer(), at->last, args.above,
                             std::chrono::seconds(args.lease_seconds), at->hand, lock_patience());
  if (!done) return std::unexpected(lock_failure(done.error()));
  fmt::print(
      "tokens are of generation {} or a higher one from now on; the next one has the lock once a lease has "
      "passed\n",
      args.above + 1);
  return ExitCode::done;
}

}  // namespace ghboot::helper
