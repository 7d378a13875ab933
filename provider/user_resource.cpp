// SPDX-License-Identifier: Apache-2.0
#include "provider/user_resource.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "nats/creds.h"
#include "nats/rights_cover.h"
#include "nats/time_text.h"
#include "provider/account_model.h"
#include "provider/account_warnings.h"
#include "provider/create_key.h"
#include "provider/exact_duration.h"
#include "provider/operators.h"
#include "provider/public_key.h"
#include "provider/report.h"
#include "provider/user_creds.h"
#include "provider/user_issuer.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

// Entries of the private state: where the creds lie, and when they were signed.
constexpr std::string_view operator_entry = "operator_name";
constexpr std::string_view account_entry = "account_name";
constexpr std::string_view issued_entry = "issued_at";

// Two accounts may each have a user of one name: the name of a create says both.
std::string create_name(const UserModel& user) {
  return fmt::format("{}/{}", *user.account, user.name.value_or(""));
}

nats::CredsPlace place_of(const UserModel& user, const Home& home) {
  return {.operator_name = home.operator_name,
          .account_name = home.account.claims.name(),
          .user_name = *user.name};
}

// Where the creds were put, by what was remembered then: the account may have another name by now.
nats::CredsPlace remembered_place(const UserModel& user, const Call& call) {
  return {.operator_name = call.private_state.get(operator_entry).value_or(""),
          .account_name = call.private_state.get(account_entry).value_or(""),
          .user_name = user.name.value_or("")};
}

void remember(const nats::CredsPlace& place, std::int64_t issued_at, Call& call) {
  call.private_state.set(operator_entry, place.operator_name);
  call.private_state.set(account_entry, place.account_name);
  call.private_state.set(issued_entry, std::to_string(issued_at));
}

std::int64_t remembered_issue(const Call& call) {
  const std::string text = call.private_state.get(issued_entry).value_or("");
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return seconds;
}

// Null where the user brings its account's JWT and nobody is asked; nothing, with an error.
std::optional<nats::Resolver*> servers_for(Session& session, const UserModel& user, Call& call) {
  if (!user.account_jwt.is_null()) return nullptr;
  auto* resolver = session.resolver(call);
  return resolver ? std::optional(resolver) : std::nullopt;
}

nats::Result<nats::AccountClaims> account_of(nats::Resolver* servers, const UserModel& user, Call& call) {
  if (!servers) return nats::AccountClaims::decode(*user.account_jwt);
  auto there = nats::read_account(*servers, *user.account, wait_of(call));
  if (!there) return std::unexpected(there.error());
  return std::move(there->claims);
}

struct UserKey {
  std::string public_key;
  std::optional<nats::KeyPair> pair;  // None: the user brought its own key, and the store has no seed of it.
};

// Nothing, with an error.
std::optional<UserKey> user_key(const nats::Store& store, const nats::CredsPlace& place,
                                const std::string& public_key, bool may_be_elsewhere,
                                const std::string& summary, Call& call) {
  auto key = store.key(public_key);
  if (key) return UserKey{.public_key = public_key, .pair = *std::move(key)};
  if (key.error().kind == nats::ErrorKind::missing) {
    const auto creds = store.creds(place, public_key);
    if (creds) return UserKey{.public_key = public_key, .pair = creds->key};
    if (creds.error().kind == nats::ErrorKind::missing && may_be_elsewhere)
      return UserKey{.public_key = public_key, .pair = {}};
    key = std::unexpected(creds.error());
  }
  report(call.diagnostics, summary, key.error());
  return std::nullopt;
}

struct Issue {
  const Home& home;
  const UserKey& key;
  std::int64_t after = 0;  // Unix seconds: creds are newer than that.
};

// Signs, and stores the creds where there is a seed to put into them. Sets in `user` what came of it; the
// time it was signed, or nothing, with an error, when no creds were changed.
std::optional<std::int64_t> issue(nats::Store& store, const Issue& what, nats::Clock& clock, UserModel& user,
                                  const std::string& summary, Call& call) {
  const auto signer = signer_of(user, what.home, store, summary, call);
  if (!signer) return std::nullopt;
  if (!what.key.pair && user.bearer.value_or(false)) {
    call.diagnostics.error(
        Path({"bearer"}), "Bearer user without a seed",
        fmt::format("The store has no seed of {}, so there are no creds, and a bearer user's JWT is a secret "
                    "that must not be in the state. Leave public_key out, put the seed into the store, or "
                    "leave bearer out.",
                    what.key.public_key));
    return std::nullopt;
  }
  nats::UserClaims claims = to_claims(user);
  claims.subject = what.key.public_key;
  if (signer->scoped) claims.rights = nats::UserRights::none();
  // What was revoked stays void.
  const std::int64_t revoked = nats::revoked_until(what.home.account.claims, claims.subject).value_or(0);
  const std::int64_t issued_at = std::max({clock.unix_seconds(), revoked + 1, what.after + 1});
  const std::int64_t valid = seconds_of(user.valid_for);
  if (valid > 0) claims.expires_at = issued_at + valid;
  std::string jwt = claims.encode(signer->key, issued_at);
  user.jwt = what.key.pair ? Value<std::string>() : Value<std::string>(jwt);
  user.expires_at = valid > 0 ? Value<std::string>(nats::time_text(claims.expires_at)) : Value<std::string>();
  user.ready_for_renewal = false;
  if (!what.key.pair) return issued_at;
  const auto path = store.put_creds(place_of(user, what.home),
                                    {.jwt = nats::Secret(std::move(jwt)), .key = *what.key.pair});
  if (path) return issued_at;
  report(call.diagnostics, summary, path.error());
  return std::nullopt;
}

// Writes that what was signed until `at` is void. Nothing, with an error, unless that stands or the account
// is gone, with which its users are.
bool revoke(Session& session, const UserModel& user, std::int64_t at, const std::string& summary,
            Call& call) {
  auto* writer = session.writer(call);
  if (!writer) return false;
  const auto revoked = writer->update(
      *user.account,
      [&](nats::AccountClaims& claims) -> nats::Result<void> {
        claims.revoke(*user.public_key, at);
        return {};
      },
      wait_of(call));
  if (revoked) warn(call.diagnostics, "User revoked, with a remark", revoked->state.warnings);
  if (revoked || revoked.error().kind == nats::ErrorKind::missing) return true;
  report(call.diagnostics, summary, revoked.error());
  return false;
}

void warn_of_old_creds(const UserModel& prior, const UserModel& planned, Diagnostics& diagnostics) {
  const bool covered = !is_unknown(planned) && planned.signing_key == prior.signing_key &&
                       nats::covers(to_claims(planned).rights, to_claims(prior).rights);
  if (covered || planned.on_change.value_or("") == "revoke_old") return;
  const auto changed = rights_set(planned);
  diagnostics.warning(
      changed.empty() ? Path() : Path({changed.front()}), "Creds that were handed out keep their rights",
      fmt::format("User {} gets new creds in the store, with rights that may be narrower. Copies of the old "
                  "ones work on, with the old rights, until they expire: where that must not be, set "
                  "on_change = \"revoke_old\", or replace the user (terraform apply -replace=…).",
                  prior.name.value_or("")));
}

// What the provider alone decides, of a user that is to be made.
void plan_new(const UserModel& config, UserModel& planned) {
  if (config.deletion_policy.is_null()) planned.deletion_policy = "delete";
  planned.adopted = false;
  planned.ready_for_renewal = false;
  if (config.valid_for.is_null()) planned.expires_at = Value<std::string>();
  if (config.public_key.is_null()) planned.jwt = Value<std::string>();
}

void plan_update(const UserModel& prior, UserModel& planned, Diagnostics& diagnostics) {
  keep_spelling(prior, planned);
  const bool changes = is_unknown_in_creds(planned) || !same_creds(prior, planned);
  if (changes) warn_of_old_creds(prior, planned, diagnostics);
  // What the last read said, not the clock: a plan and its apply must not differ.
  if (changes || prior.ready_for_renewal.value_or(false)) {
    planned.expires_at = planned.valid_for.is_null() ? Value<std::string>() : Value<std::string>::unknown();
    if (!prior.jwt.is_null()) planned.jwt = Value<std::string>::unknown();
  }
  planned.ready_for_renewal = false;
}

bool asks_for_newer_servers(const UserModel& planned, const UserModel* prior) {
  if (!planned.account_jwt.is_null()) return false;  // Then none is asked for anything.
  if (prior && prior->connection_types == planned.connection_types) return false;
  return !rights_of_newer_servers(planned).empty();
}

void warn_of_no_revocation(const UserModel& state, Diagnostics& diagnostics) {
  if (state.revoke_on_destroy.value_or(true))
    diagnostics.warning(
        "User not revoked",
        fmt::format(
            "User {} ({}) belongs to an account that is only signed, so no server was told: copies of "
            "its creds work wherever that account is. List it in the account's revocations.",
            state.name.value_or(""), state.public_key.value_or("")));
}

// Of an imported one: what its creds say, and defaults of what is ghboot's own.
void fill(const nats::UserClaims& claims, UserModel& user) {
  const bool of_role = claims.rights == nats::UserRights::none();
  static_cast<RightsModel&>(user) = to_model(of_role ? nats::UserRights() : claims.rights);
  user.name = claims.name;
  if (!claims.tags.empty()) user.tags = std::set(claims.tags.begin(), claims.tags.end());
  if (!claims.issuer_account.empty()) user.signing_key = claims.issuer;
  if (claims.expires_at != 0) {
    user.valid_for = tfplugin::Duration(duration_text((claims.expires_at - claims.issued_at) * 1'000));
    user.expires_at = nats::time_text(claims.expires_at);
  }
  user.ready_for_renewal = false;
  user.on_change = "keep_old";
  user.revoke_on_destroy = true;
  user.deletion_policy = "retain";
  user.adopted = true;
}

Doomed doomed(const UserModel& state) {
  return {.kind = "User", .name = state.name.value_or(""), .public_key = state.public_key.value_or("")};
}

}  // namespace

UserResource::UserResource(const Sessions& sessions)
    : Resource(
          "A user of an account: its creds are made in the store, signed by a key of the account, and no "
          "part of them is in the state. Destroying it revokes it."),
      sessions_(sessions) {}

void UserResource::check(const UserModel& config, Diagnostics& diagnostics) const {
  check_name(config.name, diagnostics);
  check_rights(config, Path(), diagnostics);
  check_keys(config, diagnostics);
  check_validity(config, diagnostics);
  check_account_jwt(config, diagnostics);
}

void UserResource::plan_change(PlannedChange change) const {
  const UserModel* prior = change.prior;
  const bool replaces =
      prior && change.planned &&
      (change.planned->account != prior->account || change.planned->public_key != prior->public_key);
  if (prior && (replaces || !change.planned) &&
      !may_go(prior->deletion_policy, doomed(*prior), replaces ? "replaced" : "deleted",
              change.call.diagnostics))
    return;
  if (!change.planned) return;
  plan_issuer(*change.planned, change.call.diagnostics);
  if (asks_for_newer_servers(*change.planned, prior))
    if (const auto session = sessions_.current(change.call))
      warn_of_old(*session, rights_of_newer_servers(*change.planned), change.call);
  if (!prior) return plan_new(*change.config, *change.planned);
  if (const auto session = sessions_.current(change.call))
    session->confirm(nats::KeyKind::user, create_name(*prior), prior->public_key.value_or(""));
  if (!replaces) plan_update(*prior, *change.planned, change.call.diagnostics);
}

std::optional<UserModel> UserResource::create_thing(const UserModel& planned, Call& call) const {
  static constexpr auto summary = "User not created";
  const auto session = sessions_.current(call);
  const auto servers = session ? servers_for(*session, planned, call) : std::nullopt;
  const auto store = servers ? session->store(call) : nullptr;
  const auto home = store ? home_of(*servers, planned, summary, call) : std::nullopt;
  if (!home) return std::nullopt;
  const bool given = planned.public_key.is_known();
  auto pending = begin_create(*store,
                              {.kind = nats::KeyKind::user,
                               .mark = create_name(planned),
                               .public_key = given ? std::optional(*planned.public_key) : std::nullopt},
                              summary, call);
  if (!pending) return std::nullopt;
  if (pending->found()) warn_of_going_on("User", *pending, call);
  const auto key = given
                       ? user_key(*store, place_of(planned, *home), *planned.public_key, true, summary, call)
                       : std::optional(UserKey{pending->public_key(), pending->key()});
  if (!key) return std::nullopt;
  clear_dead_creds(*store, place_of(planned, *home), *home, *servers, call);
  if (given) set_aside_other_creds(*store, place_of(planned, *home), planned, call);
  UserModel out = planned;
  out.public_key = pending->public_key();
  const auto issued_at = issue(*store, {.home = *home, .key = *key}, session->clock(), out, summary, call);
  if (!issued_at) return std::nullopt;
  session->keep(*std::move(pending));
  remember(place_of(planned, *home), *issued_at, call);
  if (*servers) remember_operators(**servers, call);
  return out;
}

std::optional<UserModel> UserResource::read_thing(const UserModel& state, Call& call) const {
  const auto session = sessions_.current(call);
  if (!session) return std::nullopt;
  if (state.account_jwt.is_null() && !session->can_refresh("User not refreshed", call)) return state;
  session->confirm(nats::KeyKind::user, create_name(state), *state.public_key);
  const auto servers = servers_for(*session, state, call);
  if (!servers) return std::nullopt;
  const auto account = account_of(*servers, state, call);
  if (!account) {
    if (account.error().kind != nats::ErrorKind::missing)
      report(call.diagnostics, "User not read", account.error());
    else
      same_system(**servers, "Account " + *state.account, call);
    return std::nullopt;
  }
  const auto revoked = nats::revoked_until(*account, *state.public_key);
  if (revoked && *revoked >= remembered_issue(call)) {
    call.diagnostics.warning(
        "User that was revoked",
        fmt::format("Account {} has revoked user {} ({}): its creds are refused. The plan "
                    "makes a new one.",
                    *state.account, *state.name, *state.public_key));
    return std::nullopt;
  }
  UserModel out = state;
  out.ready_for_renewal = is_due(state, session->clock().unix_seconds());
  return out;
}

std::optional<UserModel> UserResource::update_thing(const UserModel& prior, const UserModel& planned,
                                                    Call& call) const {
  static constexpr auto summary = "User not changed";
  const bool changes = !same_creds(prior, planned);
  UserModel out = planned;
  if (!changes && !planned.expires_at.is_unknown()) {
    out.jwt = prior.jwt;
    return out;
  }
  const auto session = sessions_.current(call);
  const auto servers = session ? servers_for(*session, planned, call) : std::nullopt;
  const auto store = servers ? session->store(call) : nullptr;
  if (!store) return std::nullopt;
  const bool revokes = changes && planned.on_change.value_or("") == "revoke_old";
  if (revokes && !session->writer(call)) return std::nullopt;
  const auto home = home_of(*servers, planned, summary, call);
  if (!home) return std::nullopt;
  const nats::CredsPlace before = remembered_place(prior, call);
  const std::int64_t before_at = remembered_issue(call);
  const auto key = user_key(*store, before, *prior.public_key, !prior.jwt.is_null(), summary, call);
  if (!key) return std::nullopt;
  const auto issued_at =
      issue(*store, {.home = *home, .key = *key, .after = before_at}, session->clock(), out, summary, call);
  if (!issued_at) return std::nullopt;
  const nats::CredsPlace now = place_of(planned, *home);
  if (!store->same_place(before, now))
    if (const auto discarded = store->discard_creds(before, *prior.public_key); !discarded)
      call.diagnostics.warning("Old creds left in the store", sentence(discarded.error().message));
  remember(now, *issued_at, call);
  // When it fails, the state stays as it was: the next apply signs and revokes again, these creds too.
  if (revokes && !revoke(*session, prior, before_at, "Old creds not revoked", call)) return std::nullopt;
  return out;
}

void UserResource::destroy_thing(const UserModel& state, Call& call) const {
  if (!must_go(state.deletion_policy, doomed(state), call.diagnostics)) return;
  const auto session = sessions_.current(call);
  const auto store = session ? session->store(call) : nullptr;
  const auto servers = store ? servers_for(*session, state, call) : std::nullopt;
  if (!servers || (*servers && !same_system(**servers, "Account " + *state.account, call))) return;
  if (!*servers) {
    warn_of_no_revocation(state, call.diagnostics);
  } else if (state.revoke_on_destroy.value_or(true)) {
    const std::int64_t at = std::max(session->clock().unix_seconds(), remembered_issue(call));
    if (!revoke(*session, state, at, "User not revoked", call)) return;
  }
  for (const auto& discarded : {store->discard_creds(remembered_place(state, call), *state.public_key),
                                store->discard_key(*state.public_key)})
    if (!discarded) call.diagnostics.warning("Creds left in the store", sentence(discarded.error().message));
}

std::optional<UserModel> UserResource::import_thing(const std::string& id, Call& call) const {
  static constexpr auto summary = "User not imported";
  const auto slash = id.find('/');
  UserModel out;
  out.account = id.substr(0, slash);
  out.public_key = slash == std::string::npos ? "" : id.substr(slash + 1);
  if (!is_key_of(nats::KeyKind::account, *out.account) || !is_key_of(nats::KeyKind::user, *out.public_key)) {
    call.diagnostics.error("Not the id of a user",
                           "A user is imported by the public keys of its account and its own, as A…/U….");
    return std::nullopt;
  }
  const auto session = sessions_.current(call);
  auto* resolver = session ? session->resolver(call) : nullptr;
  const auto store = resolver ? session->store(call) : nullptr;
  const auto home = store ? home_of(resolver, out, summary, call) : std::nullopt;
  if (!home) return std::nullopt;
  const auto creds = store->creds_of(home->operator_name, home->account.claims.name(), *out.public_key);
  const auto claims = nats::claims_of(creds);
  if (!claims) {
    report(call.diagnostics, summary, claims.error());
    return std::nullopt;
  }
  fill(*claims, out);
  remember(place_of(out, *home), claims->issued_at, call);
  remember_operators(*resolver, call);
  return out;
}

std::optional<UserModel> UserResource::import_identity_thing(const UserModel& known, Call& call) const {
  return import_thing(*known.account + "/" + *known.public_key, call);
}

}  // namespace ghboot::provider
