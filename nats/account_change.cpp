// SPDX-License-Identifier: Apache-2.0
#include "nats/account_change.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nats/signed_account.h"

namespace ghboot::nats {
namespace {

using std::chrono::milliseconds;

constexpr int attempts_max = 8;     // Runs that another writer spoiled.
constexpr int settling_max = 16;    // The same, where something of others is still to be put back.
constexpr int delay_steps_max = 8;  // The longest wait, in shortest ones.
constexpr int pushes_max = 3;       // Of one text, where a server does not show it.
constexpr int retry_delay_min_ms = 20, retry_delay_spread_ms = 100;

milliseconds retry_delay(Random& random, int attempt) {
  unsigned char byte[2];
  random.fill(byte);
  const int chance = byte[0] * 256 + byte[1];
  return milliseconds((retry_delay_min_ms + chance % retry_delay_spread_ms) *
                      std::min(attempt, delay_steps_max));
}

std::string joined_refusals(const std::vector<Refusal>& refused) {
  std::vector<std::string> messages;
  for (const Refusal& refusal : refused) messages.push_back(refusal.error.message);
  return fmt::format("{}", fmt::join(messages, "; "));
}

bool is_on_all(const Stored& stored, const std::string& jwt) {
  return stored.without.empty() &&
         std::ranges::all_of(stored.jwts, [&](const auto& text) { return text == jwt; });
}

// What a push did not reach is said, and is no error as long as one server has it.
std::vector<std::string> push_warnings(const Answers& answers, const Result<Stored>& stored,
                                       const std::string& jwt) {
  const auto& silent = stored ? stored->silent : answers.silent;
  std::vector<std::string> warnings = absence_warnings(silent, stored ? stored->away : answers.away);
  for (const Refusal& refusal : answers.refused) warnings.push_back(refusal.error.message);
  if (!stored)
    warnings.push_back("what was stored could not be read back: " + stored.error().message);
  else if (!is_on_all(*stored, jwt) && answers.refused.empty())
    warnings.emplace_back("not every server shows what was pushed yet");
  return warnings;
}

// Servers keep no mark of a deletion, and merge by what is there: nobody but who deleted it can know.
std::vector<std::string> return_warnings(std::string_view account, const std::vector<Away>& away) {
  std::vector<std::string> warnings;
  for (const Away& absent : away)
    warnings.push_back(
        fmt::format("{} belongs to the cluster and is away: it may bring back what was deleted, on "
                    "every server. Look for account {} once it is there again, and delete it again if it "
                    "came back",
                    shown(absent), account));
  return warnings;
}

}  // namespace

void AccountChange::run() {
  int attempt_count = 0;
  while (attempt_count < (owed_.empty() ? attempts_max : settling_max)) {
    if (attempt_count > 0) writing_.clock.sleep(retry_delay(writing_.random, attempt_count), wait_);
    if (attempt() == Step::ended) return;
    ++attempt_count;
  }
  fail_all({ErrorKind::conflict,
            fmt::format(
                "other writers changed account {} {} times while it was being changed; apply again when they "
                "are done{}",
                account_, attempt_count,
                owed_.empty() ? "" : "; a change of theirs may have been lost meanwhile: look for it")});
}

AccountChange::Step AccountChange::attempt() {
  auto subscription = writing_.resolver.watch(wait_);
  if (!subscription) return fail_all(subscription.error());
  AccountWatch watch(*std::move(subscription), account_, writing_.own);

  std::optional<AccountState> stored;
  if (auto state = read_account(writing_.resolver, account_, wait_))
    stored = *std::move(state);
  else if (state.error().kind != ErrorKind::missing)
    return fail_all(state.error());
  else if (seen_)
    return disturbed(watch, Disturbance::deleted);
  seen_ = seen_ || stored;
  read_ = stored ? std::optional(stored->claims) : std::nullopt;
  replaced_ = false;

  const auto wanted = apply(stored);
  if (!wanted) return Step::ended;
  if (stored) {
    const auto needed = needs_writing(*stored, *wanted);
    if (!needed) return fail_all(needed.error());
    if (!*needed) return succeed(*stored);
  }
  if (const auto trusted = writing_.resolver.check_signer(writing_.signer.public_key(), wait_); !trusted)
    return fail_all(trusted.error());
  if (const Disturbance how = watch.look(); how != Disturbance::none) return disturbed(watch, how);
  const std::int64_t issued_at =
      std::max(writing_.clock.unix_seconds(), stored ? stored->newest_issued_at + 1 : std::int64_t{0});
  return write(wanted->encode(writing_.signer, issued_at), watch);
}

AccountChange::Step AccountChange::write(const std::string& jwt, AccountWatch& watch) {
  writing_.own.add(jwt);
  replaced_ = true;
  Answers answers;
  Result<Stored> stored;
  for (int push_count = 0; push_count < pushes_max; ++push_count) {
    auto pushed = writing_.resolver.push(jwt, wait_);
    if (!pushed && !pushed_) return fail_all(pushed.error());
    pushed_ = true;
    if (!pushed) break;
    answers = *std::move(pushed);
    if (answers.done.empty() && answers.silent.empty())
      return fail_all({answers.refused.front().error.kind, joined_refusals(answers.refused)});
    seen_ = seen_ || !answers.done.empty();
    stored = writing_.resolver.lookup(account_, wait_);
    if (const Disturbance how = watch.look(); how != Disturbance::none) return disturbed(watch, how);
    if (stored && is_on_all(*stored, jwt)) break;
  }
  const bool stands =
      stored ? std::ranges::find(stored->jwts, jwt) != stored->jwts.end() : !answers.done.empty();
  auto claims = AccountClaims::decode(jwt);
  if (!claims) return fail_all(claims.error());
  if (!stands)
    return fail_all({ErrorKind::unknown,
                     fmt::format("claims of account {} were sent, and no server has shown them since{}",
                                 account_, stored ? "" : ": " + stored.error().message)});
  const std::int64_t issued_at = claims->issued_at();
  return succeed({.claims = *std::move(claims),
                  .jwt = jwt,
                  .newest_issued_at = issued_at,
                  .in_sync = stored && is_on_all(*stored, jwt),
                  .warnings = push_warnings(answers, stored, jwt)});
}

// Whoever saw its own push stand on every server before ours came has gone on, and does not look again: what
// came since we read is ours to put back. It is so also where a push came after ours, from one who had read
// ours: that one never saw what we replaced.
void AccountChange::owe(const AccountWatch& watch) {
  if (!read_ || !replaced_) return;
  for (const std::string& text : watch.foreign()) {
    auto pushed = AccountClaims::decode(text);
    // What servers do not trust must not come back with our signature.
    if (pushed && writing_.resolver.check_signer(pushed->issuer(), wait_))
      owed_.push_back({.before = *read_, .after = *std::move(pushed)});
  }
}

void AccountChange::pay(AccountClaims& claims) const {
  for (const Debt& debt : owed_) claims.carry_over(debt.before, debt.after);
}

AccountChange::Step AccountChange::disturbed(const AccountWatch& watch, Disturbance how) {
  if (how == Disturbance::deleted)
    return fail_all(
        {ErrorKind::conflict,
         fmt::format("another client asked the servers to delete account {} while it was being changed; "
                     "look at what is there, then apply again",
                     account_)});
  owe(watch);
  return Step::again;
}

std::optional<AccountClaims> AccountChange::apply(const std::optional<AccountState>& stored) {
  std::optional<AccountClaims> claims;
  if (stored) claims = stored->claims;
  if (claims) pay(*claims);
  const std::vector<std::string> old_problems = claims ? claims->problems() : std::vector<std::string>();
  bool any = false;
  for (AccountTicket* ticket : batch_) {
    if (ticket->settled()) continue;
    std::optional<AccountClaims> next = claims ? claims : ticket->made;
    if (!next) {
      ticket->settle({ErrorKind::missing, fmt::format("account {} is not there", account_)});
      continue;
    }
    if (claims)
      if (auto applied = ticket->operation(*next); !applied) {
        ticket->settle(applied.error());
        continue;
      }
    if (auto checked = check_problems(*next, old_problems); !checked) {
      ticket->settle(checked.error());
      continue;
    }
    claims = std::move(next);
    any = true;
  }
  return any || !owed_.empty() ? claims : std::nullopt;
}

Result<bool> AccountChange::needs_writing(const AccountState& stored, const AccountClaims& wanted) {
  if (!stored.in_sync || !stored.claims.same_content(wanted)) return true;
  // Signed by a key that the servers do not trust, it is stored and useless.
  const auto operators = writing_.resolver.operators(wait_);
  if (!operators) return std::unexpected(operators.error());
  return !operators->empty() && std::ranges::none_of(*operators, [&](const OperatorClaims& claims) {
    return claims.trusts(stored.claims.issuer());
  });
}

AccountChange::Step AccountChange::succeed(const AccountState& state) {
  for (AccountTicket* ticket : batch_)
    if (!ticket->settled()) ticket->changed = Change{.state = state, .written = pushed_};
  return Step::ended;
}

AccountChange::Step AccountChange::fail_all(const Error& error) {
  // Out of time is the leader's own fate: another of the batch goes on from here.
  const bool leader_only = is_over(wait_, writing_.clock) &&
                           (error.kind == ErrorKind::unreachable || error.kind == ErrorKind::unknown);
  Error settled = error;
  if (pushed_ && settled.kind == ErrorKind::unreachable) settled.kind = ErrorKind::unknown;
  for (AccountTicket* ticket : batch_)
    if (!ticket->settled() && (!leader_only || is_over(ticket->wait, writing_.clock)))
      ticket->settle(settled);
  return Step::ended;
}

Result<std::vector<std::string>> remove_account(const Writing& writing, std::string_view account,
                                                const Wait& wait) {
  if (auto trusted = writing.resolver.check_signer(writing.signer.public_key(), wait); !trusted)
    return std::unexpected(trusted.error());
  Answers answers;
  for (int push_count = 0; push_count <= pushes_max; ++push_count) {
    const auto stored = writing.resolver.lookup(account, wait);
    if (!stored && stored.error().kind == ErrorKind::missing) {
      const auto cluster = writing.resolver.servers(wait);
      return return_warnings(account, cluster ? cluster->away : answers.away);
    }
    if (!stored && push_count > 0 && stored.error().kind == ErrorKind::unreachable)
      return fail(ErrorKind::unknown, "the deletion was sent: " + stored.error().message);
    if (!stored) return std::unexpected(stored.error());
    if (push_count == pushes_max) break;
    auto removed =
        writing.resolver.remove({std::string(account)}, writing.signer, writing.clock.unix_seconds(), wait);
    if (!removed && push_count > 0 && removed.error().kind == ErrorKind::unreachable)
      return fail(ErrorKind::unknown, "the deletion was sent: " + removed.error().message);
    if (!removed) return std::unexpected(removed.error());
    answers = *std::move(removed);
    if (answers.done.empty() && answers.silent.empty())
      return fail(answers.refused.front().error.kind, joined_refusals(answers.refused));
  }
  if (!answers.refused.empty())
    return fail(answers.refused.front().error.kind, joined_refusals(answers.refused));
  return fail(
      ErrorKind::conflict,
      fmt::format(
          "account {} was deleted {} times and is there again each time: another writer pushes it, or a "
          "server brings it back",
          account, pushes_max));
}

}  // namespace ghboot::nats
