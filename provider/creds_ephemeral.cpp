// SPDX-License-Identifier: Apache-2.0
#include "provider/creds_ephemeral.h"

#include <utility>

#include <fmt/format.h>

#include "nats/creds.h"
#include "nats/time_text.h"
#include "nats/user_claims.h"
#include "provider/report.h"
#include "provider/user_issuer.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

constexpr auto summary = "Creds not opened";

UserModel user_of(const CredsModel& config) {
  UserModel user;
  user.account = config.account;
  user.public_key = config.public_key;
  user.valid_for = config.valid_for;
  return user;
}

// Nothing, with an error.
std::optional<nats::Creds> sign_anew(const nats::Creds& stored, nats::UserClaims& claims, const Home& home,
                                     const CredsModel& config, const nats::Store& store, std::int64_t now,
                                     Call& call) {
  UserModel user = user_of(config);
  if (!claims.issuer_account.empty()) user.signing_key = claims.issuer;
  const auto signer = signer_of(user, home, store, summary, call);
  if (!signer) return std::nullopt;
  claims.expires_at = now + seconds_of(config.valid_for);
  return nats::Creds{.jwt = nats::Secret(claims.encode(signer->key, now)), .key = stored.key};
}

}  // namespace

EphemeralCreds::EphemeralCreds(const Sessions& sessions)
    : Ephemeral(
          "The creds of a user, for another provider's write-only attribute: those of the store, or, with "
          "`valid_for`, signed anew for that long and kept nowhere."),
      sessions_(sessions) {}

void EphemeralCreds::check(const CredsModel& config, Diagnostics& diagnostics) const {
  check_keys(user_of(config), diagnostics);
  check_validity(user_of(config), diagnostics);
  if (config.valid_for.is_known() && !diagnostics.has_error() && seconds_of(config.valid_for) <= 0)
    diagnostics.error(Path({"valid_for"}), "Creds that would never be valid",
                      "Give a time above zero, or leave valid_for out for the stored creds.");
}

std::optional<EphemeralCreds::Opened> EphemeralCreds::open_thing(const CredsModel& config, Call& call) const {
  const auto session = sessions_.current(call);
  auto* resolver = session ? session->resolver(call) : nullptr;
  const auto store = resolver ? session->store(call) : nullptr;
  const auto home = store ? home_of(resolver, user_of(config), summary, call) : std::nullopt;
  if (!home) return std::nullopt;
  auto creds = store->creds_of(home->operator_name, home->account.claims.name(), *config.public_key);
  auto claims = nats::claims_of(creds);
  if (!claims) {
    report(call.diagnostics, summary, claims.error(), Path({"public_key"}));
    return std::nullopt;
  }
  if (claims->account() != *config.account) {
    call.diagnostics.error(
        Path({"account"}), "Creds of another account",
        fmt::format("The stored creds of user {} are of account {}; those of {} are expected.",
                    *config.public_key, claims->account(), *config.account));
    return std::nullopt;
  }
  if (const auto stand = nats::check_standing(*claims, home->account.claims); !stand) {
    report(call.diagnostics, "Creds that servers refuse", stand.error(), Path({"public_key"}));
    return std::nullopt;
  }
  const std::int64_t now = session->clock().unix_seconds();
  if (config.valid_for.is_known()) {
    auto signed_anew = sign_anew(*creds, *claims, *home, config, *store, now, call);
    if (!signed_anew) return std::nullopt;
    creds = *std::move(signed_anew);
  } else if (claims->expires_at != 0 && claims->expires_at <= now) {
    // No error: a plan opens them too, and it is the apply after it that renews them and opens them again.
    call.diagnostics.warning(
        Path({"public_key"}), "Creds that have expired",
        fmt::format("The stored creds of user {} expired at {}, and servers refuse them. An apply of the "
                    "user's resource renews them; valid_for would have them signed anew.",
                    *config.public_key, nats::time_text(claims->expires_at)));
  }
  CredsModel out = config;
  out.name = claims->name;
  out.expires_at = claims->expires_at != 0 ? Value<std::string>(nats::time_text(claims->expires_at))
                                           : Value<std::string>();
  out.creds = std::string(creds->format().reveal());
  out.jwt = std::string(creds->jwt.reveal());
  out.seed = std::string(creds->key.seed().reveal());
  return Opened{.thing = std::move(out)};
}

}  // namespace ghboot::provider
