// SPDX-License-Identifier: Apache-2.0
#include "provider/account_resource.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nats/signed_account.h"
#include "provider/account_signed.h"
#include "provider/account_warnings.h"
#include "provider/create_key.h"
#include "provider/exporters.h"
#include "provider/operators.h"
#include "provider/public_key.h"
#include "provider/quiet_call.h"
#include "provider/report.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

std::string import_block(std::string_view public_key) {
  return fmt::format("import {{\n  to = ghboot_nats_account.NAME\n  id = \"{}\"\n}}", public_key);
}

bool wants_jetstream(const Value<LimitsModel>& limits) {
  if (!limits.is_known()) return false;
  const auto claims = to_claims(*limits);
  const auto stores = [](const nats::JetStreamLimits& one) { return one.mem_storage || one.disk_storage; };
  return stores(claims.jetstream) ||
         std::ranges::any_of(claims.tiers, [&](const auto& tier) { return stores(tier.second); });
}

bool check_jetstream(nats::Resolver& resolver, const Value<LimitsModel>& limits, Call& call) {
  if (!wants_jetstream(limits)) return true;
  const auto enabled = resolver.jetstream_enabled(wait_of(call));
  if (!enabled) {
    report(call.diagnostics, "JetStream limits not checked", enabled.error());
  } else if (!*enabled) {
    call.diagnostics.error(
        Path({"limits", "jetstream"}), "JetStream limits on servers without JetStream",
        "The account is to have JetStream storage, and no server has JetStream enabled: nothing was sent. "
        "Enable it in the servers' configuration (jetstream {}), or leave these limits out.");
  }
  return enabled && *enabled;
}

std::string list_streams(const std::vector<nats::StoredStream>& streams) {
  std::string text;
  for (const auto& stream : streams)
    text += fmt::format("\n  {} ({} messages, {} bytes)", stream.name, stream.messages, stream.bytes);
  return text;
}

// True: nothing is lost by deleting, or the user said that it may be.
bool may_delete(nats::Resolver& resolver, const AccountModel& state, Call& call) {
  if (state.force_destroy.value_or(false)) return true;
  const auto streams = resolver.streams(*state.public_key, wait_of(call));
  if (!streams) {
    nats::Error error = streams.error();
    if (error.kind == nats::ErrorKind::unreachable)
      error.message +=
          "; where its streams may be lost, set force_destroy = true, apply that, and destroy then";
    report(call.diagnostics, "Account not deleted", error);
    return false;
  }
  if (streams->empty()) return true;
  call.diagnostics.error(
      "Account that holds streams",
      fmt::format("Account {} ({}) holds {} JetStream stream{}, which would be lost with it:{}\nNothing was "
                  "deleted. Remove the streams first, or set force_destroy = true and apply that.",
                  state.name.value_or(""), *state.public_key, streams->size(),
                  streams->size() == 1 ? "" : "s", list_streams(*streams)));
  return false;
}

void confirm(Session& session, const AccountModel& state, const Call& call) {
  session.confirm(nats::KeyKind::account, mark_name(remembered_operator(call), state),
                  state.public_key.value_or(""));
}

Doomed doomed(const AccountModel& state) {
  return {.kind = "Account", .name = state.name.value_or(""), .public_key = state.public_key.value_or("")};
}

// With all values known, and then what the exporters say.
bool may_share(nats::Resolver& resolver, const AccountModel& planned, const Importer& account, Call& call) {
  check_sharing(planned, account.public_key, call.diagnostics);
  return !call.diagnostics.has_error() && may_import(resolver, account, planned.imports, call);
}

// Seeds that were not made here stay: the store knows.
void discard_seed(Session& session, const AccountModel& state, Call& call) {
  const auto store = session.store(call);
  if (!store) return;
  if (const auto discarded = store->discard_key(*state.public_key); !discarded)
    call.diagnostics.warning("Seed left in the store", sentence(discarded.error().message));
}

}  // namespace

std::string mark_name(std::string_view operator_key, const AccountModel& account) {
  return fmt::format("{}/{}", operator_key, account.name.value_or(""));
}

void check_sharing(const AccountModel& account, std::string_view public_key, Diagnostics& diagnostics) {
  const LimitsModel limits = account.limits.value_or({});
  check_exports(account.exports, limits.exports, limits.wildcard_exports, diagnostics);
  check_imports(account.imports, limits.imports, public_key, diagnostics);
}

AccountResource::AccountResource(const Sessions& sessions)
    : Resource(
          "An account on NATS servers with a full resolver: signed by the operator's key, pushed to every "
          "server and read back. No secret is in the state: the account's seed, where one is made, is in "
          "the store."),
      sessions_(sessions) {}

void AccountResource::check(const AccountModel& config, Diagnostics& diagnostics) const {
  check_name(config.name, diagnostics);
  check_texts(config, diagnostics);
  check_limits(config.limits, diagnostics);
  check_sharing(config, config.public_key.value_or(""), diagnostics);
  check_permissions(config.default_permissions, Path({"default_permissions"}), diagnostics);
  check_public_key(nats::KeyKind::account, config.public_key, "public_key", diagnostics);
  check_signing_keys(config.signing_keys, config.public_key, diagnostics);
  check_mappings(config.mappings, diagnostics);
  check_authorization(config.authorization, diagnostics);
  check_revocations(config.revocations, diagnostics);
  check_push(config, diagnostics);
}

// A created account: null means nsc's defaults, known already, unless an existing account may be taken over:
// then what it has is kept, and known only once it is seen.
void AccountResource::plan_create(const AccountModel& config, AccountModel& planned, Call& call) const {
  if (config.revocations.is_null()) planned.revocations = Value<Revocations>();
  if (!config.public_key.is_null() && !is_only_signed(planned)) return warn_of_takeover(planned, call);
  if (config.description.is_null()) planned.description = Value<std::string>();
  if (config.info_url.is_null()) planned.info_url = Value<std::string>();
  if (config.limits.is_null()) planned.limits = to_model(nats::AccountLimits());
  if (config.exports.is_null()) planned.exports = ExportsModel();
  if (config.imports.is_null()) planned.imports = ImportsModel();
  if (config.default_permissions.is_null()) planned.default_permissions = PermissionsModel();
  if (config.tags.is_null()) planned.tags = std::set<std::string>();
  if (config.signing_keys.is_null()) planned.signing_keys = SigningKeys();
  if (config.mappings.is_null()) planned.mappings = Mappings();
  if (config.authorization.is_null()) planned.authorization = AuthorizationModel();
  if (config.deletion_policy.is_null()) planned.deletion_policy = "delete";
  planned.adopted = false;
}

// A user stays in the store after its signing key has left the account, and is refused by every server.
void AccountResource::warn_of_removed_keys(const AccountModel& prior, const AccountModel& planned,
                                           Call& call) const {
  const auto removed = removed_keys(prior.signing_keys, planned.signing_keys);
  if (removed.empty()) return;
  const auto session = sessions_.current(call);
  if (session) provider::warn_of_removed_keys(*session, prior.name.value_or(""), removed, call);
}

// The state has only ours, so what stands beside it is looked up, and for no other plan.
void AccountResource::warn_of_later_revocations(const AccountModel& prior, const AccountModel& planned,
                                                Call& call) const {
  if (!moves_any_back(prior.revocations, planned.revocations)) return;
  const auto warn_by = [&](const nats::AccountClaims& claims) {
    warn_of_later(prior.revocations, planned.revocations, claims.revocations(), call.diagnostics);
  };
  if (is_only_signed(prior)) {
    const auto there = nats::parse_signed_account(prior.jwt.value_or(""), prior.public_key.value_or(""));
    if (there) warn_by(there->claims);
    return;
  }
  QuietCall quiet(call);
  const auto session = sessions_.current(*quiet);
  if (!session || session->unknown_setting()) return;
  auto* resolver = session->resolver(*quiet);
  if (!resolver) return;
  const auto there = nats::read_account(*resolver, *prior.public_key, wait_of(call));
  if (there) warn_by(there->claims);
}

void AccountResource::warn_of_old_servers(const AccountModel& planned, const AccountModel* prior,
                                          Call& call) const {
  if (is_only_signed(planned) || (prior && !planned.may_differ_from(*prior))) return;
  if (const auto session = sessions_.current(call))
    warn_of_old(*session, claims_of_newer_servers(planned), call);
}

void AccountResource::warn_of_takeover(const AccountModel& planned, Call& call) const {
  if (!planned.adopt_existing.value_or(false) || !planned.public_key.is_known()) return;
  const auto session = sessions_.current(call);
  if (!session || session->unknown_setting()) return;
  auto* resolver = session->resolver(call);
  if (!resolver) return;
  const auto there = nats::read_account(*resolver, *planned.public_key, wait_of(call));
  if (!there) return;  // Not there, or not known: create() will see.
  const std::string difference = planned.difference_from(there->claims);
  call.diagnostics.warning(
      Path({"adopt_existing"}), "Existing account that will be taken over",
      fmt::format("Account {} is there already. {}{}", *planned.public_key,
                  difference.empty() ? "It is as configured." : "This will change:\n", difference));
}

void AccountResource::plan_change(PlannedChange change) const {
  const bool replaces =
      change.prior && change.planned && change.planned->public_key != change.prior->public_key;
  if (change.prior && (replaces || !change.planned) &&
      !may_go(change.prior->deletion_policy, doomed(*change.prior), replaces ? "replaced" : "deleted",
              change.call.diagnostics))
    return;
  if (!change.planned) return;
  AccountModel& planned = *change.planned;
  if (!change.prior) {
    plan_create(*change.config, planned, change.call);
    plan_push(nullptr, planned, change.call.diagnostics);
    return warn_of_old_servers(planned, nullptr, change.call);
  }
  if (const auto session = sessions_.current(change.call)) confirm(*session, *change.prior, change.call);
  // A plan may keep what the state has where the configuration only spells it otherwise.
  planned.keep_spelling_of(*change.prior);
  warn_of_later_revocations(*change.prior, planned, change.call);
  warn_of_removed_keys(*change.prior, planned, change.call);
  warn_of_old_servers(planned, &*change.prior, change.call);
  if (planned.may_differ_from(*change.prior) || !change.prior->in_sync.value_or(true))
    planned.in_sync = Value<bool>::unknown();
  plan_push(change.prior, planned, change.call.diagnostics);
}

std::optional<AccountModel> AccountResource::create_thing(const AccountModel& planned, Call& call) const {
  const auto session = sessions_.current(call);
  if (!session) return std::nullopt;
  return is_only_signed(planned) ? create_signed(*session, planned, call)
                                 : create_pushed(*session, planned, call);
}

std::optional<AccountModel> AccountResource::create_pushed(Session& session, const AccountModel& planned,
                                                           Call& call) const {
  auto* writer = session.writer(call);
  const auto store = writer ? session.store(call) : nullptr;
  auto* resolver = store ? session.resolver(call) : nullptr;
  if (!resolver || !check_jetstream(*resolver, planned.limits, call)) return std::nullopt;
  const auto operator_key = operator_of(*resolver, call);
  if (!operator_key) {
    report(call.diagnostics, "Account not created", operator_key.error());
    return std::nullopt;
  }
  const CreateOf create{
      .kind = nats::KeyKind::account,
      .mark = mark_name(*operator_key, planned),
      .public_key = planned.public_key.is_known() ? std::optional(*planned.public_key) : std::nullopt};
  auto key = begin_create(*store, create, "Account not created", call);
  if (!key) return std::nullopt;

  if (!may_share(*resolver, planned, {key->public_key(), session.clock().unix_seconds()}, call))
    return std::nullopt;
  nats::AccountClaims made(key->public_key(), *planned.name);
  planned.apply_all(made);
  // A key that was given may be another's account: only one of ours proves that an earlier create was cut
  // off.
  const bool goes_on = key->found() && !planned.public_key.is_known();
  bool found = false, was_there = false;
  const auto if_there = [&](nats::AccountClaims& claims) -> nats::Result<void> {
    found = true;
    was_there = !goes_on;
    const std::string difference = planned.difference_from(claims);
    if (difference.empty() && was_there) return {};
    if (was_there && !planned.adopt_existing.value_or(false))
      return nats::fail(
          nats::ErrorKind::conflict,
          fmt::format(
              "account {} is there already and is not as configured:\n{}Nothing was changed. Import it "
              "and see the plan:\n\n{}\n\nor set adopt_existing = true, which changes it as listed",
              key->public_key(), difference, import_block(key->public_key())));
    planned.apply_all(claims);
    return {};
  };
  const auto change = writer->create(made, if_there, wait_of(call));
  if (!change) {
    report(call.diagnostics, "Account not created", change.error());
    return std::nullopt;
  }
  warn(call.diagnostics, "Account created, with a remark", change->state.warnings);
  if (found && goes_on) warn_of_going_on("Account", *key, call);
  AccountModel out = planned;
  // What the plan promised stays as promised, also when another writer has changed it since: the next read
  // shows that.
  out.fill_unknown(ClaimsModel::of(change->state.claims, planned));
  out.public_key = key->public_key();
  session.keep(*std::move(key));
  out.in_sync = change->state.in_sync;
  if (out.adopted.is_unknown()) out.adopted = was_there;
  if (out.deletion_policy.is_unknown()) out.deletion_policy = *out.adopted ? "retain" : "delete";
  remember_operators(*resolver, call);
  return out;
}

std::optional<AccountModel> AccountResource::read_thing(const AccountModel& state, Call& call) const {
  const auto session = sessions_.current(call);
  if (!session) return std::nullopt;
  if (is_only_signed(state)) {  // Nothing can be looked up.
    confirm(*session, state, call);
    return state;
  }
  if (!session->can_refresh("Account not refreshed", call)) return state;
  confirm(*session, state, call);
  auto* resolver = session->resolver(call);
  if (!resolver) return std::nullopt;
  const auto there = nats::read_account(*resolver, *state.public_key, wait_of(call));
  if (!there) {
    if (there.error().kind != nats::ErrorKind::missing)
      report(call.diagnostics, "Account not read", there.error());
    else
      same_system(*resolver, "Account " + *state.public_key, call);
    return std::nullopt;
  }
  warn(call.diagnostics, "Account read, with a remark", there->warnings);
  AccountModel out = state;
  static_cast<ClaimsModel&>(out) = ClaimsModel::of(there->claims, state);
  out.in_sync = there->in_sync && is_trusted(*resolver, there->claims, call);
  warn_of_unresolved(*resolver, {*out.public_key, session->clock().unix_seconds()}, out.imports, call);
  remember_operators(*resolver, call);
  return out;
}

std::optional<AccountModel> AccountResource::update_thing(const AccountModel& prior,
                                                          const AccountModel& planned, Call& call) const {
  const auto session = sessions_.current(call);
  if (!session) return std::nullopt;
  return is_only_signed(planned) ? update_signed(*session, prior, planned, call)
                                 : update_pushed(*session, prior, planned, call);
}

std::optional<AccountModel> AccountResource::update_pushed(Session& session, const AccountModel& prior,
                                                           const AccountModel& planned, Call& call) const {
  AccountModel out = planned;
  const bool is_first = is_only_signed(prior);
  if (!is_first && !planned.may_differ_from(prior) && prior.in_sync.value_or(true)) return out;
  auto* writer = session.writer(call);
  auto* resolver = writer ? session.resolver(call) : nullptr;
  if (!resolver) return std::nullopt;
  if ((is_first || planned.limits != prior.limits) && !check_jetstream(*resolver, planned.limits, call))
    return std::nullopt;
  const bool shares = is_first || planned.exports != prior.exports || planned.imports != prior.imports;
  if (shares && !may_share(*resolver, planned, {*planned.public_key, session.clock().unix_seconds()}, call))
    return std::nullopt;
  const auto change = is_first ? push_signed(*writer, prior, planned, wait_of(call))
                               : writer->update(
                                     *planned.public_key,
                                     [&](nats::AccountClaims& claims) -> nats::Result<void> {
                                       planned.apply_changes(prior, claims);
                                       return {};
                                     },
                                     wait_of(call));
  if (!change) {
    report(call.diagnostics, "Account not changed", change.error());
    return std::nullopt;
  }
  warn(call.diagnostics, "Account changed, with a remark", change->state.warnings);
  out.fill_unknown(ClaimsModel::of(change->state.claims, planned));
  if (out.in_sync.is_unknown()) out.in_sync = change->state.in_sync;
  if (is_first) remember_operators(*resolver, call);
  return out;
}

void AccountResource::destroy_thing(const AccountModel& state, Call& call) const {
  if (!must_go(state.deletion_policy, doomed(state), call.diagnostics)) return;
  const auto session = sessions_.current(call);
  if (session && is_only_signed(state)) {
    call.diagnostics.warning(
        "Account forgotten",
        fmt::format("Account {} ({}) was only signed here. Servers that were given its JWT keep it, with its "
                    "users, until it is deleted there.",
                    state.name.value_or(""), *state.public_key));
    return discard_seed(*session, state, call);
  }
  auto* writer = session ? session->writer(call) : nullptr;
  auto* resolver = writer ? session->resolver(call) : nullptr;
  if (!resolver || !same_system(*resolver, "Account " + *state.public_key, call) ||
      !may_delete(*resolver, state, call))
    return;
  const auto removed = writer->remove(*state.public_key, wait_of(call));
  if (!removed) return report(call.diagnostics, "Account not deleted", removed.error());
  warn(call.diagnostics, "Account deleted, with a remark", *removed);
  discard_seed(*session, state, call);
}

std::optional<AccountModel> AccountResource::import_thing(const std::string& id, Call& call) const {
  const auto kind = nats::parse_public_key(id);
  if (!kind || *kind != nats::KeyKind::account) {
    call.diagnostics.error("Not an account's public key",
                           fmt::format("An account is imported by its public key, A… ({}).",
                                       kind ? fmt::format("this is one of kind {}", nats::to_string(*kind))
                                            : kind.error().message));
    return std::nullopt;
  }
  const auto session = sessions_.current(call);
  auto* resolver = session ? session->resolver(call) : nullptr;
  if (!resolver) return std::nullopt;
  const auto there = nats::read_account(*resolver, id, wait_of(call));
  if (!there) {
    report(call.diagnostics, "Account not imported", there.error());
    return std::nullopt;
  }
  AccountModel out;
  static_cast<ClaimsModel&>(out) = ClaimsModel::of(there->claims, ClaimsModel());
  out.public_key = id;
  out.push = "resolver";
  out.deletion_policy = "retain";
  out.force_destroy = false;
  out.adopt_existing = false;
  out.adopted = true;
  out.in_sync = there->in_sync;
  remember_operators(*resolver, call);
  return out;
}

std::optional<AccountModel> AccountResource::import_identity_thing(const AccountModel& known,
                                                                   Call& call) const {
  return import_thing(known.public_key.value_or(""), call);
}

}  // namespace ghboot::provider
