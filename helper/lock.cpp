// SPDX-License-Identifier: Apache-2.0
// ghboot lock status, lock release, lock new-generation: what a person sees of an organisation's lock and
// does to it by hand. 0: told, or done. 1: the log was not begun, its last message is not ours, or it can't
// be done to a lock in such a state. 2: no such name, no creds, no servers. 4: the lock has changed since it
// was shown. 5: no answer.
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

namespace ghboot::helper {
namespace {

using nats::LockMessage;
using nats::LockState;

constexpr std::string_view state_text(LockState state) {
  switch (state) {
    case LockState::free:
      return "free";
    case LockState::held:
      return "held";
    case LockState::revoked:
      return "revoked";
  }
  return "";
}

std::string seconds_text(std::chrono::milliseconds duration) {
  return fmt::format("{:g} s", std::chrono::duration<double>(duration).count());
}

nlohmann::ordered_json as_json(const LockMessage& message, std::uint64_t sequence) {
  return {{"state", state_text(message.state)},
          {"sequence", sequence},
          {"generation", message.generation},
          {"holder", message.holder},
          {"host", message.host},
          {"pid", message.pid},
          {"reason", message.reason},
          {"lease_seconds", std::chrono::duration<double>(message.lease).count()},
          {"waiting", message.next.size()},
          {"by", message.by},
          {"why", message.why}};
}

void print(LockMessage message, std::uint64_t sequence, const LockArgs& args) {
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
  fmt::print("  message   {}, generation {}\n", sequence, message.generation);
  if (message.state == LockState::free) return;
  fmt::print("  lease     {}\n  waiting   {}\n", seconds_text(message.lease), message.next.size());
  if (message.state != LockState::held) return;
  fmt::print(
      "Who works renews every third of the lease, and the message's number grows; one that stays as it is "
      "for a whole "
      "lease is of a dead holder, and who wants the lock gets it. To stop one who lives:\n"
      "  ghboot lock release --org {} --sequence {} --why TEXT\n",
      args.org, sequence);
}

Result<LockMessage> decoded(const nats::LockEntry& entry) {
  auto message = LockMessage::decode(entry.bytes);
  if (!message)
    return fail(ExitCode::failed, fmt::format("message {} of the lock's stream is {}", entry.sequence,
                                              message.error().message));
  return *std::move(message);
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
  const Person person = this_person();
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
  const auto message = decoded(*last);
  if (!message) return std::unexpected(message.error());
  if (args.as_json)
    fmt::print(
        "{}\n",
        as_json(*message, last->sequence).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  else
    print(*message, last->sequence, args);
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
