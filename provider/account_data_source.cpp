// SPDX-License-Identifier: Apache-2.0
#include "provider/account_data_source.h"

#include <nlohmann/json.hpp>

#include "nats/account_search.h"
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
                         : nats::read_account_named(*resolver, *config.name, wait_of(call));
  if (!there) {
    report(call.diagnostics, summary, there.error(),
           Path({config.public_key.is_known() ? "public_key" : "name"}));
    return std::nullopt;
  }
  warn(call.diagnostics, "Account read, with a remark", there->warnings);
  return to_data(*there);
}

}  // namespace ghboot::provider
