// SPDX-License-Identifier: Apache-2.0
#include "provider/user_resource.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "nats/account_state.h"
#include "nats/creds.h"
#include "provider/account_model.h"
#include "provider/create_key.h"
#include "provider/operators.h"
#include "provider/public_key.h"
#include "provider/report.h"

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

struct Home {  // What a user's creds need of the servers.
  nats::AccountState account;
  std::string operator_name;
  bool strict = false;
};

nats::Result<Home> find_home(nats::Resolver& resolver, std::string_view account, const nats::Wait& wait) {
  auto there = nats::read_account(resolver, account, wait);
  if (!there) return std::unexpected(there.error());
  const auto operators = resolver.operators(wait);
  if (!operators) return std::unexpected(operators.error());
  const auto of = std::ranges::find_if(
      *operators, [&](const auto& claims) { return claims.trusts(there->claims.issuer()); });
  Home out{.account = *std::move(there), .operator_name = "operator"};
  if (of == operators->end()) return out;
  if (!of->name.empty()) out.operator_name = of->name;
  out.strict = of->strict_signing_key_usage;
  return out;
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

// Until when creds of the user are void; nothing when none are.
std::optional<std::int64_t> revoked_until(const nats::AccountClaims& account, std::string_view user) {
  std::optional<std::int64_t> latest;
  for (const auto& [key, at] : account.revocations())
    if (key == user || key == "*") latest = std::max(at, latest.value_or(at));
  return latest;
}

nats::Result<nats::KeyPair> user_key(const nats::Store& store, const nats::CredsPlace& place,
                                     std::string_view public_key) {
  auto key = store.key(public_key);
  if (key || key.error().kind != nats::ErrorKind::missing) return key;
  auto creds = store.creds(place, public_key);
  if (!creds) return std::unexpected(creds.error());
  return std::move(creds->key);
}

// Signs and stores; the time it was signed, or an error when no creds were changed.
nats::Result<std::int64_t> issue(nats::Store& store, const UserModel& user, const nats::KeyPair& key,
                                 const Home& home, nats::Clock& clock) {
  if (home.strict)
    return nats::fail(
        nats::ErrorKind::invalid,
        fmt::format("operator {} demands that users are signed by a signing key of their account, "
                    "and this version signs with the account's own key alone: servers would "
                    "refuse the user",
                    home.operator_name));
  const auto signer = store.key(*user.account);
  if (!signer) return std::unexpected(signer.error());
  nats::UserClaims claims = to_claims(user);
  claims.subject = key.public_key();
  // What was revoked stays void: new creds are newer than that.
  const std::int64_t revoked = revoked_until(home.account.claims, key.public_key()).value_or(0);
  const std::int64_t issued_at = std::max(clock.unix_seconds(), revoked + 1);
  const auto path = store.put_creds(
      place_of(user, home), nats::Creds{.jwt = nats::Secret(claims.encode(*signer, issued_at)), .key = key});
  if (!path) return std::unexpected(path.error());
  return issued_at;
}

// What a server makes of them: `5s` and `5000ms` are one.
bool same_rights(const UserModel& a, const UserModel& b) {
  return to_claims(a).rights == to_claims(b).rights;
}

// Creds that lie where the user's will and that no server takes any more: of one that was revoked, or whose
// account is gone. Programs read that place, so the new ones must come there. All others are left alone.
void clear_dead_creds(nats::Store& store, const nats::CredsPlace& place, const Home& home,
                      nats::Resolver& resolver, Call& call) {
  const auto holder = store.holder(place);
  if (!holder || !*holder) return;
  const auto creds = store.creds(place, **holder);
  const auto claims = creds ? nats::UserClaims::decode(creds->jwt.reveal())
                            : nats::Result<nats::UserClaims>(std::unexpected(creds.error()));
  if (!claims) return;
  const std::string account = claims->issuer_account.empty() ? claims->issuer : claims->issuer_account;
  bool dead = false;
  if (account == home.account.claims.subject()) {
    const auto revoked = revoked_until(home.account.claims, **holder);
    dead = revoked && *revoked >= claims->issued_at;
  } else {
    const auto theirs = nats::read_account(resolver, account, wait_of(call));
    dead = !theirs && theirs.error().kind == nats::ErrorKind::missing;
  }
  if (!dead) return;
  if (const auto discarded = store.discard_creds(place, **holder); !discarded)
    call.diagnostics.warning("Old creds left in the store", sentence(discarded.error().message));
}

bool changes_creds(const UserModel& prior, const UserModel& planned) {
  return planned.name != prior.name || !same_rights(prior, planned);
}

// Null, with an error: nobody can be asked, or the account is certainly not there.
std::optional<Home> home_of(nats::Resolver& resolver, const UserModel& user, std::string summary,
                            Call& call) {
  auto home = find_home(resolver, *user.account, wait_of(call));
  if (home) return *std::move(home);
  report(call.diagnostics, std::move(summary), home.error(), Path({"account"}));
  return std::nullopt;
}

Doomed doomed(const UserModel& state) {
  return {.kind = "User", .name = state.name.value_or(""), .public_key = state.public_key.value_or("")};
}

}  // namespace

UserResource::UserResource(const Sessions& sessions)
    : Resource(
          "A user of an account: its creds are made in the store, signed by the account's key, and no "
          "part of them is in the state. Destroying it revokes it."),
      sessions_(sessions) {}

void UserResource::check(const UserModel& config, Diagnostics& diagnostics) const {
  check_name(config.name, diagnostics);
  check_permissions(config.permissions, Path({"permissions"}), diagnostics);
  check_public_key(nats::KeyKind::account, config.account, "account", diagnostics);
}

void UserResource::plan_change(PlannedChange change) const {
  const UserModel* prior = change.prior;
  const bool replaces = prior && change.planned && change.planned->account != prior->account;
  if (prior && (replaces || !change.planned) &&
      !may_go(prior->deletion_policy, doomed(*prior), replaces ? "replaced" : "deleted",
              change.call.diagnostics))
    return;
  if (!change.planned) return;
  if (!prior) {
    if (change.config->deletion_policy.is_null()) change.planned->deletion_policy = "delete";
    change.planned->adopted = false;
    return;
  }
  if (const auto session = sessions_.current(change.call))
    session->confirm(nats::KeyKind::user, create_name(*prior), prior->public_key.value_or(""));
  if (!replaces && (change.planned->permissions.is_unknown() || !same_rights(*prior, *change.planned)))
    change.call.diagnostics.warning(
        Path({"permissions"}), "Creds that were handed out keep their rights",
        fmt::format(
            "User {} gets new creds in the store. Copies of the old ones work on, with the old "
            "permissions: where that must not be, replace the user (terraform apply -replace=…), which "
            "revokes them.",
            *prior->name));
}

std::optional<UserModel> UserResource::create_thing(const UserModel& planned, Call& call) const {
  static constexpr auto summary = "User not created";
  const auto session = sessions_.current(call);
  auto* resolver = session ? session->resolver(call) : nullptr;
  auto* store = resolver ? session->store(call) : nullptr;
  if (!store) return std::nullopt;
  const auto home = home_of(*resolver, planned, summary, call);
  if (!home) return std::nullopt;
  auto pending = begin_create(
      *store, {.kind = nats::KeyKind::user, .mark = create_name(planned), .public_key = {}}, summary, call);
  if (!pending) return std::nullopt;
  if (pending->found()) warn_of_going_on("User", *pending, call);
  clear_dead_creds(*store, place_of(planned, *home), *home, *resolver, call);
  const auto issued_at = issue(*store, planned, pending->key(), *home, session->clock());
  if (!issued_at) {
    report(call.diagnostics, summary, issued_at.error());
    return std::nullopt;
  }
  UserModel out = planned;
  out.public_key = pending->public_key();
  session->keep(*std::move(pending));
  remember(place_of(planned, *home), *issued_at, call);
  remember_operators(*resolver, call);
  return out;
}

std::optional<UserModel> UserResource::read_thing(const UserModel& state, Call& call) const {
  const auto session = sessions_.current(call);
  if (!session) return std::nullopt;
  if (!session->can_refresh("User not refreshed", call)) return state;
  session->confirm(nats::KeyKind::user, create_name(state), *state.public_key);
  auto* resolver = session->resolver(call);
  if (!resolver) return std::nullopt;
  const auto account = nats::read_account(*resolver, *state.account, wait_of(call));
  if (!account) {
    if (account.error().kind != nats::ErrorKind::missing)
      report(call.diagnostics, "User not read", account.error());
    else
      same_system(*resolver, "Account " + *state.account, call);
    return std::nullopt;
  }
  const auto revoked = revoked_until(account->claims, *state.public_key);
  if (revoked && *revoked >= remembered_issue(call)) {
    call.diagnostics.warning(
        "User that was revoked",
        fmt::format("Account {} has revoked user {} ({}): its creds are refused. The plan "
                    "makes a new one.",
                    *state.account, *state.name, *state.public_key));
    return std::nullopt;
  }
  return state;
}

std::optional<UserModel> UserResource::update_thing(const UserModel& prior, const UserModel& planned,
                                                    Call& call) const {
  static constexpr auto summary = "User not changed";
  if (!changes_creds(prior, planned)) return planned;
  const auto session = sessions_.current(call);
  auto* resolver = session ? session->resolver(call) : nullptr;
  auto* store = resolver ? session->store(call) : nullptr;
  if (!store) return std::nullopt;
  const auto home = home_of(*resolver, planned, summary, call);
  if (!home) return std::nullopt;
  const nats::CredsPlace before = remembered_place(prior, call);
  const auto key = user_key(*store, before, *prior.public_key);
  const auto issued_at = key ? issue(*store, planned, *key, *home, session->clock())
                             : nats::Result<std::int64_t>(std::unexpected(key.error()));
  if (!issued_at) {
    report(call.diagnostics, summary, issued_at.error());
    return std::nullopt;
  }
  const nats::CredsPlace now = place_of(planned, *home);
  const bool moved = std::tie(before.operator_name, before.account_name, before.user_name) !=
                     std::tie(now.operator_name, now.account_name, now.user_name);
  if (moved)
    if (const auto discarded = store->discard_creds(before, *prior.public_key); !discarded)
      call.diagnostics.warning("Old creds left in the store", sentence(discarded.error().message));
  remember(now, *issued_at, call);
  return planned;
}

void UserResource::destroy_thing(const UserModel& state, Call& call) const {
  if (!must_go(state.deletion_policy, doomed(state), call.diagnostics)) return;
  const auto session = sessions_.current(call);
  auto* store = session ? session->store(call) : nullptr;
  auto* resolver = store ? session->resolver(call) : nullptr;
  if (!resolver || !same_system(*resolver, "Account " + *state.account, call)) return;
  if (state.revoke_on_destroy.value_or(true)) {
    auto* writer = session->writer(call);
    if (!writer) return;
    const std::int64_t at = std::max(session->clock().unix_seconds(), remembered_issue(call));
    const auto revoked = writer->update(
        *state.account,
        [&](nats::AccountClaims& claims) -> nats::Result<void> {
          claims.revoke(*state.public_key, at);
          return {};
        },
        wait_of(call));
    // Without its account a user is nothing.
    if (!revoked && revoked.error().kind != nats::ErrorKind::missing)
      return report(call.diagnostics, "User not revoked", revoked.error());
    if (revoked) warn(call.diagnostics, "User revoked, with a remark", revoked->state.warnings);
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
  auto* store = resolver ? session->store(call) : nullptr;
  const auto home = store ? home_of(*resolver, out, summary, call) : std::nullopt;
  if (!home) return std::nullopt;
  const auto creds = store->creds_of(home->operator_name, home->account.claims.name(), *out.public_key);
  const auto claims = creds ? nats::UserClaims::decode(creds->jwt.reveal())
                            : nats::Result<nats::UserClaims>(std::unexpected(creds.error()));
  if (!claims) {
    report(call.diagnostics, summary, claims.error());
    return std::nullopt;
  }
  out.name = claims->name;
  out.permissions = to_model(claims->rights.permissions);
  out.revoke_on_destroy = true;
  out.deletion_policy = "retain";
  out.adopted = true;
  remember(place_of(out, *home), claims->issued_at, call);
  remember_operators(*resolver, call);
  return out;
}

}  // namespace ghboot::provider
