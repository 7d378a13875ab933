// SPDX-License-Identifier: Apache-2.0
#include "provider/user_model.h"

#include <chrono>

#include "nats/signed_account.h"
#include "nats/time_text.h"
#include "provider/public_key.h"
#include "provider/tags.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Path;

std::optional<std::chrono::milliseconds> duration_of(const Value<tfplugin::Duration>& duration) {
  return duration.is_known() ? tfplugin::parse_duration(duration->text) : std::nullopt;
}

}  // namespace

std::int64_t seconds_of(const Value<tfplugin::Duration>& duration) {
  return std::chrono::floor<std::chrono::seconds>(duration_of(duration).value_or(std::chrono::seconds(0)))
      .count();
}

nats::UserClaims to_claims(const UserModel& model) {
  nats::UserClaims out;
  out.name = model.name.value_or("");
  out.rights = to_claims(static_cast<const RightsModel&>(model));
  const auto tags = stored_tags(model.tags.value_or({}));
  out.tags = {tags.begin(), tags.end()};
  if (!model.signing_key.is_null()) out.issuer_account = model.account.value_or("");
  return out;
}

bool same_creds(const UserModel& a, const UserModel& b) {
  const nats::UserClaims ours = to_claims(a), theirs = to_claims(b);
  return ours.name == theirs.name && ours.rights == theirs.rights && ours.tags == theirs.tags &&
         a.signing_key == b.signing_key && seconds_of(a.valid_for) == seconds_of(b.valid_for);
}

bool is_unknown_in_creds(const UserModel& planned) {
  return is_unknown(static_cast<const RightsModel&>(planned)) || planned.name.is_unknown() ||
         planned.tags.is_unknown() || planned.signing_key.is_unknown() || planned.valid_for.is_unknown();
}

void keep_spelling(const UserModel& prior, UserModel& planned) {
  if (prior.permissions.is_known() && planned.permissions.is_known() && !is_unknown(planned) &&
      to_claims(*prior.permissions) == to_claims(*planned.permissions))
    planned.permissions = prior.permissions;
  if (prior.tags.is_known() && planned.tags.is_known() &&
      stored_tags(*prior.tags) == stored_tags(*planned.tags))
    planned.tags = prior.tags;
}

bool is_due(const UserModel& state, std::int64_t now) {
  const auto expires = nats::parse_time(state.expires_at.value_or(""));
  return expires && now >= *expires - seconds_of(state.renew_before);
}

void check_keys(const UserModel& config, Diagnostics& diagnostics) {
  check_public_key(nats::KeyKind::account, config.account, "account", diagnostics);
  check_public_key(nats::KeyKind::user, config.public_key, "public_key", diagnostics);
  check_public_key(nats::KeyKind::account, config.signing_key, "signing_key", diagnostics);
  if (config.signing_key.is_known() && config.signing_key == config.account)
    diagnostics.error(Path({"signing_key"}), "The account's own key as a signing key",
                      "A signing key is another key, which the account lists among its signing keys. Leave "
                      "this out for a user that the account's own key signs.");
}

void check_validity(const UserModel& config, Diagnostics& diagnostics) {
  for (const auto& [name, value] :
       {std::pair{"valid_for", &config.valid_for}, {"renew_before", &config.renew_before}})
    if (const auto duration = duration_of(*value);
        duration && *duration % std::chrono::seconds(1) != duration->zero())
      diagnostics.error(Path({name}), "Not whole seconds",
                        "\"" + (*value)->text + "\" is not a number of whole seconds, in which JWTs count.");
  const auto whole = duration_of(config.valid_for), before = duration_of(config.renew_before);
  if (whole && before && *before >= *whole)
    diagnostics.error(Path({"renew_before"}), "Renewal that would never end",
                      "The creds are valid for " + config.valid_for->text + " and would be due again " +
                          config.renew_before->text +
                          " before that, so each plan would renew them. Give less than valid_for.");
}

void check_account_jwt(const UserModel& config, Diagnostics& diagnostics) {
  if (!config.account_jwt.is_known()) return;
  if (config.on_change.value_or("") == "revoke_old")
    diagnostics.error(Path({"on_change"}), "Nothing to revoke on",
                      "With account_jwt no server is asked, so old creds cannot be revoked. Leave on_change "
                      "out, and list the user in the account's revocations where they must not work on.");
  if (!config.account.is_known()) return;
  if (const auto account = nats::parse_signed_account(*config.account_jwt, *config.account); !account)
    diagnostics.error(Path({"account_jwt"}), "Not the account's JWT",
                      "The value cannot be used: " + account.error().message +
                          ". Give the jwt of the ghboot_nats_account that account names.");
}

}  // namespace ghboot::provider
