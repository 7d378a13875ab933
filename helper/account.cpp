// SPDX-License-Identifier: Apache-2.0
// ghboot account list, show, push: the accounts that the servers' resolvers store. 0: told, or stored by
// every server that is there, and read back. 1: the servers did not answer, refused, or differ; another JWT
// stands than was pushed; no account is called so, or several are. 2: no servers are known. 5: of push, a
// server did not say what it did, or what stands could not be read.
#include <chrono>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "helper/pushed_account.h"
#include "helper/system_access.h"
#include "helper/verbs.h"
#include "nats/account_claims.h"
#include "nats/account_search.h"
#include "nats/account_state.h"
#include "nats/nkey.h"
#include "nats/resolver.h"

namespace ghboot::helper {

namespace {

constexpr std::chrono::seconds answer_max{60};

struct Asked {
  nats::Resolver& resolver;
  nats::Wait wait;
};

std::unexpected<Failure> failed(const nats::Error& error) { return fail(ExitCode::failed, error.message); }

void print_warnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) fmt::print(stderr, "ghboot: {}\n", warning);
}

Result<ExitCode> list(const Asked& asked, bool as_json) {
  const auto accounts = nats::all_accounts(asked.resolver, asked.wait);
  if (!accounts) return failed(accounts.error());
  auto json = nlohmann::ordered_json::array();
  std::size_t problems = 0;
  for (const std::string& account : *accounts) {
    const auto there = nats::read_account(asked.resolver, account, asked.wait);
    if (!there && there.error().kind == nats::ErrorKind::missing) continue;  // Deleted since it was listed.
    const std::string name = there ? there->claims.name() : std::string();
    const std::string problem = !there ? there.error().message : there->in_sync ? "" : "the servers differ";
    problems += problem.empty() ? 0U : 1U;
    if (as_json)
      json.push_back({{"public_key", account}, {"name", name}, {"problem", problem}});
    else
      fmt::print("{} {}{}{}\n", account, name, problem.empty() ? "" : "  ! ", problem);
  }
  if (as_json) fmt::print("{}\n", json.dump(2));
  if (problems == 0) return ExitCode::done;
  return fail(
      ExitCode::failed,
      fmt::format("{} of {} accounts could not be read, or the servers differ about them: see each by "
                  "ghboot account show",
                  problems, accounts->size()));
}

Result<ExitCode> show(const Asked& asked, const std::string& name_or_key) {
  const auto kind = nats::parse_public_key(name_or_key);
  const auto there = kind && *kind == nats::KeyKind::account
                         ? nats::read_account(asked.resolver, name_or_key, asked.wait)
                         : nats::read_account_named(asked.resolver, name_or_key, asked.wait);
  if (!there) return failed(there.error());
  fmt::print("{}\n", there->claims.document().dump(2));
  print_warnings(there->warnings);
  if (there->in_sync) return ExitCode::done;
  return fail(ExitCode::failed,
              "the servers differ: this is the newest that one of them stores; an apply of its resource, or "
              "ghboot account push, sets the others right");
}

Result<ExitCode> push(const Asked& asked, const std::string& file) {
  const auto text = read_whole(file);
  if (!text) return std::unexpected(text.error());
  const std::string jwt = text->substr(0, text->find_last_not_of(" \t\r\n") + 1);
  const auto claims = nats::AccountClaims::decode(jwt);
  if (!claims)
    return fail(ExitCode::failed, fmt::format("{} holds no account's JWT: {}", file, claims.error().message));
  if (const auto problems = claims->problems(); !problems.empty())
    return fail(ExitCode::failed,
                fmt::format("{}: servers would not take it: {}", file, fmt::join(problems, "; ")));
  if (const auto trusted = asked.resolver.check_signer(claims->issuer(), asked.wait); !trusted)
    return failed(trusted.error());
  const auto before = nats::read_account(asked.resolver, claims->subject(), asked.wait);
  if (!before && before.error().kind != nats::ErrorKind::missing) return failed(before.error());
  // Servers that merge what they store keep what was issued last: a push that is not the newest can be
  // undone.
  if (before && before->jwt != jwt && before->newest_issued_at >= claims->issued_at())
    return fail(
        ExitCode::failed,
        fmt::format("another JWT of account {} is stored, issued {} s later than that of {}: sign it anew",
                    claims->subject(), before->newest_issued_at - claims->issued_at(), file));
  const auto answers = asked.resolver.push(jwt, asked.wait);
  if (!answers) return failed(answers.error());
  for (const auto& server : answers->done) fmt::print("stored    {}\n", nats::shown(server));
  for (const auto& refusal : answers->refused) fmt::print("refused   {}\n", refusal.error.message);
  print_warnings(nats::absence_warnings(answers->silent, answers->away));
  if (answers->refused.empty() && answers->silent.empty()) {
    const auto there = nats::read_account(asked.resolver, claims->subject(), asked.wait);
    const auto stands = check_pushed(jwt, claims->subject(), there);
    if (!stands) return std::unexpected(stands.error());
    return ExitCode::done;
  }
  return fail(answers->refused.empty() ? ExitCode::unknown : ExitCode::failed,
              fmt::format("account {} is not stored by every server", claims->subject()));
}

}  // namespace

Result<ExitCode> account(const DataFolder& folder, const AccountArgs& args, const Environment& environment) {
  auto access = system_access(folder, environment);
  if (!access) return std::unexpected(access.error());
  nats::Clock& clock = nats::system_clock();
  nats::Connector connector(*std::move(access), clock);
  nats::Resolver resolver(connector, clock);
  const Asked asked{.resolver = resolver, .wait = {clock.now() + answer_max, {}}};
  if (!args.shown.empty()) return show(asked, args.shown);
  if (!args.pushed.empty()) return push(asked, args.pushed);
  return list(asked, args.as_json);
}

}  // namespace ghboot::helper
