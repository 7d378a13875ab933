// SPDX-License-Identifier: Apache-2.0
#include "provider/user_issuer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nats/signed_account.h"
#include "provider/report.h"
#include "provider/session.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

// By what the configuration brings: whether the operator is strict no account says.
nats::Result<Home> offline_home(const UserModel& user) {
  auto account = nats::parse_signed_account(*user.account_jwt, *user.account);
  if (!account) return std::unexpected(account.error());
  return Home{
      .account = {.claims = std::move(account->claims), .jwt = std::move(account->jwt), .warnings = {}},
      .operator_name = "operator"};
}

// For the end of a sentence.
std::string listed(const std::vector<std::string>& keys) {
  return keys.empty() ? "it has none" : fmt::format("it has {}", fmt::join(keys, ", "));
}

const std::string& signing_key_of(const UserModel& user) {
  return user.signing_key.is_null() ? *user.account : *user.signing_key;
}

bool check_listed(const UserModel& user, const Home& home, Diagnostics& diagnostics) {
  const auto keys = home.account.claims.signing_keys();
  if (user.signing_key.is_null()) {
    if (home.strict)
      diagnostics.error(
          Path({"signing_key"}), "User that servers would refuse",
          fmt::format("Operator {} demands that users are signed by a signing key of their account, not by "
                      "the account's own key. Set signing_key to one of account {}: {}.",
                      home.operator_name, *user.account, listed(keys)));
    return !home.strict;
  }
  const bool there = std::ranges::find(keys, *user.signing_key) != keys.end();
  if (!there)
    diagnostics.error(Path({"signing_key"}), "Not a signing key of the account",
                      fmt::format("Account {} does not list {} among its signing keys: {}. Servers would "
                                  "refuse the user.",
                                  *user.account, *user.signing_key, listed(keys)));
  return there;
}

bool check_scope(const UserModel& user, Diagnostics& diagnostics) {
  const auto own = rights_set(user);
  for (const std::string_view name : own)
    diagnostics.error(
        Path({name}), "Rights of its own for a user of a role",
        fmt::format("Signing key {} is scoped: its role says what the user may do, and servers refuse a user "
                    "that has rights or limits of its own. Remove {} here, or set it in the role's template.",
                    *user.signing_key, name));
  return own.empty();
}

bool check_bearer(const UserModel& user, const Home& home, Diagnostics& diagnostics) {
  const bool refused = user.bearer.value_or(false) && home.account.claims.limits().disallow_bearer;
  if (refused)
    diagnostics.error(Path({"bearer"}), "Bearer user in an account without them",
                      fmt::format("Account {} has limits.disallow_bearer: its servers would refuse the user. "
                                  "Leave bearer out, or change that limit.",
                                  *user.account));
  return !refused;
}

}  // namespace

std::optional<Home> home_of(nats::Resolver* resolver, const UserModel& user, std::string summary,
                            Call& call) {
  auto home = resolver ? nats::read_user_home(*resolver, *user.account, wait_of(call)) : offline_home(user);
  if (home) return *std::move(home);
  report(call.diagnostics, std::move(summary), home.error(), Path({resolver ? "account" : "account_jwt"}));
  return std::nullopt;
}

std::optional<nats::KeyPair> signing_pair(const std::string& public_key, const Value<std::string>& seed,
                                          const nats::Store& store, const std::string& summary, Call& call) {
  const bool given = seed.is_known();
  auto key = given ? nats::KeyPair::from_seed(*seed) : store.key(public_key);
  if (!key) {
    report(call.diagnostics, summary, key.error(), given ? Path({"signing_seed_wo"}) : Path());
    return std::nullopt;
  }
  if (key->public_key() == public_key) return *std::move(key);
  call.diagnostics.error(Path({"signing_seed_wo"}), "Seed of another key",
                         fmt::format("It is the seed of {}; that of {}, which signs, is expected.",
                                     key->public_key(), public_key));
  return std::nullopt;
}

bool check_issuer(const UserModel& user, const Home& home, Diagnostics& diagnostics) {
  if (!check_listed(user, home, diagnostics) || !check_bearer(user, home, diagnostics)) return false;
  return !home.account.claims.is_scoped(signing_key_of(user)) || check_scope(user, diagnostics);
}

void plan_issuer(const UserModel& planned, Diagnostics& diagnostics) {
  if (!planned.account_jwt.is_known() || !planned.account.is_known() || is_unknown_in_creds(planned)) return;
  if (const auto home = offline_home(planned)) check_issuer(planned, *home, diagnostics);
}

std::optional<Signer> signer_of(const UserModel& user, const Home& home, const nats::Store& store,
                                const std::string& summary, Call& call) {
  if (!check_issuer(user, home, call.diagnostics)) return std::nullopt;
  auto key = signing_pair(signing_key_of(user), user.signing_seed_wo, store, summary, call);
  if (!key) return std::nullopt;
  return Signer{.key = *std::move(key), .scoped = home.account.claims.is_scoped(signing_key_of(user))};
}

}  // namespace ghboot::provider
