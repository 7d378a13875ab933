// SPDX-License-Identifier: Apache-2.0
#include "provider/account_signed.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "nats/signed_account.h"
#include "provider/create_key.h"
#include "provider/operators.h"
#include "provider/public_key.h"
#include "provider/report.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

std::optional<nats::KeyPair> signer_of(Session& session, const AccountModel& account,
                                       const std::string& summary, Call& call) {
  if (account.operator_key.is_null()) return session.operator_key(call);
  const auto store = session.store(call);
  if (!store) return std::nullopt;
  auto key = store->key(*account.operator_key);
  if (key) return *std::move(key);
  report(call.diagnostics, summary, key.error(), Path({"operator"}));
  return std::nullopt;
}

// Sets in `out` what came of it; false, with an error.
bool sign(const nats::AccountClaims& wanted, const nats::SignedAccount* before, const nats::KeyPair& signer,
          Session& session, AccountModel& out, const std::string& summary, Call& call) {
  const auto account = nats::sign_account(wanted, before, signer, session.clock());
  if (!account) {
    report(call.diagnostics, summary, account.error());
    return false;
  }
  out.fill_unknown(ClaimsModel::of(account->claims, out));
  out.jwt = account->jwt;
  out.in_sync = Value<bool>();
  remember_operator(signer.public_key(), call);
  return true;
}

// In words that name where the text came from.
nats::Result<nats::SignedAccount> of_the_state(const AccountModel& prior) {
  auto account = nats::parse_signed_account(prior.jwt.value_or(""), prior.public_key.value_or(""));
  if (account) return account;
  return nats::fail(
      account.error().kind,
      fmt::format("the JWT of account {} that the state holds cannot be used: {}. It was changed "
                  "since it was signed; take the state's last backup, or replace the account",
                  prior.public_key.value_or(""), account.error().message));
}

nats::Result<nats::SignedAccount> so_far(Session& session, const AccountModel& prior, Call& call) {
  if (is_only_signed(prior)) return of_the_state(prior);
  auto* resolver = session.resolver(call);
  // Its own error stands in the diagnostics.
  if (!resolver)
    return nats::fail(nats::ErrorKind::unreachable, "what the servers store of it is needed once more");
  auto there = nats::read_account(*resolver, *prior.public_key, wait_of(call));
  if (!there) return std::unexpected(there.error());
  return nats::SignedAccount{.claims = std::move(there->claims), .jwt = std::move(there->jwt)};
}

}  // namespace

bool is_only_signed(const AccountModel& account) { return account.push.value_or("") == "none"; }

void check_push(const AccountModel& config, Diagnostics& diagnostics) {
  if (config.push.is_unknown()) return;
  check_public_key(nats::KeyKind::operator_key, config.operator_key, "operator", diagnostics);
  if (!is_only_signed(config)) {
    if (!config.operator_key.is_null())
      diagnostics.error(
          Path({"operator"}), "Operator of an account that is pushed",
          "What is pushed is signed by the seed that the provider has (nats.operator_seed_file, "
          "GHBOOT_OPERATOR_SEED_FILE). Leave operator out, or set push = \"none\", with which "
          "the account is only signed.");
    return;
  }
  const auto refuse = [&](std::string_view name, const Value<bool>& value) {
    if (value.value_or(false))
      diagnostics.error(
          Path({name}), "Nothing on servers",
          fmt::format("With push = \"none\" the account is only signed, and no server is asked for anything, "
                      "so {} would do nothing. Leave it out.",
                      name));
  };
  refuse("force_destroy", config.force_destroy);
  refuse("adopt_existing", config.adopt_existing);
}

void plan_push(const AccountModel* prior, AccountModel& planned, Diagnostics& diagnostics) {
  if (planned.push.is_unknown()) {
    planned.jwt = Value<std::string>::unknown();
    planned.in_sync = Value<bool>::unknown();
    return;
  }
  const bool was_signed = prior && is_only_signed(*prior);
  if (!is_only_signed(planned)) {
    planned.jwt = Value<std::string>();
    if (was_signed) planned.in_sync = Value<bool>::unknown();
    return;
  }
  planned.in_sync = Value<bool>();
  if (!was_signed || planned.may_differ_from(*prior) || planned.operator_key != prior->operator_key)
    planned.jwt = Value<std::string>::unknown();
  if (prior && !was_signed)
    diagnostics.warning(
        Path({"push"}), "Account that stays on servers",
        fmt::format("Account {} ({}) is on servers and stays there as it is, with its users: from now on it "
                    "is only signed, and what changes goes to no server. Destroying it will not remove it "
                    "from them either.",
                    planned.name.value_or(""), prior->public_key.value_or("")));
}

std::optional<AccountModel> create_signed(Session& session, const AccountModel& planned, Call& call) {
  static constexpr auto summary = "Account not created";
  const auto signer = signer_of(session, planned, summary, call);
  if (!signer) return std::nullopt;
  AccountModel out = planned;
  // A key that was given leaves nothing half made, and needs no mark.
  std::optional<nats::PendingKey> made;
  if (!planned.public_key.is_known()) {
    const auto store = session.store(call);
    if (store)
      made = begin_create(*store,
                          {.kind = nats::KeyKind::account,
                           .mark = mark_name(signer->public_key(), planned),
                           .public_key = std::nullopt},
                          summary, call);
    if (!made) return std::nullopt;
    if (made->found()) warn_of_going_on("Account", *made, call);
    out.public_key = made->public_key();
  }
  check_sharing(out, *out.public_key, call.diagnostics);
  if (call.diagnostics.has_error()) return std::nullopt;
  nats::AccountClaims claims(*out.public_key, *out.name);
  out.apply_all(claims);
  if (!sign(claims, nullptr, *signer, session, out, summary, call)) return std::nullopt;
  if (made) session.keep(*std::move(made));
  if (out.adopted.is_unknown()) out.adopted = false;
  if (out.deletion_policy.is_unknown()) out.deletion_policy = "delete";
  return out;
}

std::optional<AccountModel> update_signed(Session& session, const AccountModel& prior,
                                          const AccountModel& planned, Call& call) {
  static constexpr auto summary = "Account not changed";
  if (planned.jwt.is_known()) return planned;
  const auto signer = signer_of(session, planned, summary, call);
  if (!signer) return std::nullopt;
  AccountModel out = planned;
  check_sharing(out, *out.public_key, call.diagnostics);
  if (call.diagnostics.has_error()) return std::nullopt;
  const auto before = so_far(session, prior, call);
  if (!before) {
    report(call.diagnostics, summary, before.error());
    return std::nullopt;
  }
  nats::AccountClaims claims = before->claims;
  out.apply_changes(prior, claims);
  if (!sign(claims, &*before, *signer, session, out, summary, call)) return std::nullopt;
  return out;
}

nats::Result<nats::Change> push_signed(nats::AccountWriter& writer, const AccountModel& prior,
                                       const AccountModel& planned, const nats::Wait& wait) {
  auto before = of_the_state(prior);
  if (!before) return std::unexpected(before.error());
  planned.apply_changes(prior, before->claims);
  return writer.create(
      before->claims,
      [&](nats::AccountClaims& claims) -> nats::Result<void> {
        planned.apply_all(claims);
        return {};
      },
      wait);
}

}  // namespace ghboot::provider
