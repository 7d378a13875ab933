// SPDX-License-Identifier: Apache-2.0
#include "provider/account_data_source.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "nats/account_state.h"
#include "provider/public_key.h"
#include "provider/report.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

constexpr auto summary = "Account not read";

AccountDataModel to_data(const nats::AccountState& there) {
  AccountDataModel out;
  static_cast<ClaimsModel&>(out) = ClaimsModel::of(there.claims, ClaimsModel());
  out.public_key = there.claims.subject();
  out.issuer = there.claims.issuer();
  out.in_sync = there.in_sync;
  out.revocations = all_of(there.claims.revocations());
  out.jwt = there.jwt;
  out.claims = there.claims.document().dump();
  return out;
}

// Names are no keys: every account is looked at.
nats::Result<nats::AccountState> find_named(nats::Resolver& resolver, const std::string& name,
                                            const nats::Wait& wait) {
  const auto listings = resolver.list(wait);
  if (!listings) return std::unexpected(listings.error());
  std::set<std::string> accounts;
  for (const auto& listing : *listings) accounts.insert(listing.accounts.begin(), listing.accounts.end());
  std::vector<nats::AccountState> found;
  std::vector<std::string> keys;
  for (const std::string& account : accounts) {
    auto there = nats::read_account(resolver, account, wait);
    if (!there && there.error().kind == nats::ErrorKind::missing) continue;  // Deleted since it was listed.
    if (!there) return there;
    if (there->claims.name() != name) continue;
    keys.push_back(account);
    found.push_back(*std::move(there));
  }
  if (found.size() == 1) return std::move(found.front());
  if (found.empty())
    return nats::fail(
        nats::ErrorKind::missing,
        fmt::format("none of the servers' {} accounts has the name \"{}\"", accounts.size(), name));
  return nats::fail(nats::ErrorKind::invalid,
                    fmt::format("{} accounts have the name \"{}\": set public_key to one of {}", found.size(),
                                name, fmt::join(keys, ", ")));
}

}  // namespace

AccountDataSource::AccountDataSource(const Sessions& sessions)
    : DataSource("An account as the servers' resolvers store it, with all its claims."),
      sessions_(sessions) {}

void AccountDataSource::check(const AccountDataModel& config, Diagnostics& diagnostics) const {
  if (config.public_key.is_null() == config.name.is_null() && !config.public_key.is_unknown() &&
      !config.name.is_unknown())
    diagnostics.error(Path({"public_key"}), "Exactly one of public_key and name",
                      config.name.is_null() ? "Neither is set: set public_key, or name, of the account."
                                            : "Both are set: leave one of them out.");
  check_public_key(nats::KeyKind::account, config.public_key, "public_key", diagnostics);
}

std::optional<AccountDataModel> AccountDataSource::read_thing(const AccountDataModel& config,
                                                              Call& call) const {
  const auto session = sessions_.current(call);
  auto* resolver = session ? session->resolver(call) : nullptr;
  if (!resolver) return std::nullopt;
  const auto there = config.public_key.is_known()
                         ? nats::read_account(*resolver, *config.public_key, wait_of(call))
                         : find_named(*resolver, *config.name, wait_of(call));
  if (!there) {
    report(call.diagnostics, summary, there.error(),
           Path({config.public_key.is_known() ? "public_key" : "name"}));
    return std::nullopt;
  }
  warn(call.diagnostics, "Account read, with a remark", there->warnings);
  return to_data(*there);
}

}  // namespace ghboot::provider
