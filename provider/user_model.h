// SPDX-License-Identifier: Apache-2.0
// The attributes of a user, as Terraform sees them, and the way to NATS's claims.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "nats/user_claims.h"
#include "provider/deletion_policy.h"
#include "provider/rights_model.h"
#include "tfplugin/custom_types.h"
#include "tfplugin/field.h"
#include "tfplugin/timeouts.h"

namespace ghboot::provider {

inline constexpr tfplugin::OneOf change_policies{"keep_old", "revoke_old"};

struct UserModel : RightsModel {
  Value<std::string> account, account_jwt, name, public_key, signing_key, signing_seed_wo, expires_at, jwt;
  Value<std::int64_t> signing_seed_wo_version;
  Value<std::set<std::string>> tags;
  Value<tfplugin::Duration> valid_for, renew_before;
  Value<std::string> on_change, deletion_policy;
  Value<bool> ready_for_renewal, revoke_on_destroy, adopted;
  Value<tfplugin::Timeouts> timeouts;

 private:
  using M = UserModel;
  static constexpr auto key_fields() {
    return std::tuple{
        Field{"account",
              &M::account,
              Use::required,
              "Public key, `A…`, of the account that the user belongs to.",
              {.requires_replace = true, .identity = tfplugin::IdentityUse::required}},
        Field{"account_jwt", &M::account_jwt, Use::optional,
              "JWT of that account, where it is only signed (`push = \"none\"`): the user is made by what it "
              "says, and no server is asked. Null: servers are."},
        Field{"name", &M::name, Use::required, "Name, for people, and of the creds in the store."},
        Field{"public_key",
              &M::public_key,
              Use::optional_computed,
              "The user's identity, `U…`; null: a key is made, and its seed is in the store alone.",
              {.requires_replace = true, .keep = true, .identity = tfplugin::IdentityUse::required}},
        Field{
            "signing_key", &M::signing_key, Use::optional,
            "Public key, `A…`, of the account's signing key that signs the user; with one that is scoped the "
            "user has the rights of its role, and none of its own. Null: the account's own key signs."},
        Field{"signing_seed_wo",
              &M::signing_seed_wo,
              Use::optional,
              "Seed, `SA…`, of the key that signs; null: it is in the store. In no plan and no state.",
              {.sensitive = true, .write_only = true}},
        Field{"signing_seed_wo_version", &M::signing_seed_wo_version, Use::optional,
              "Any number, to be raised when `signing_seed_wo` is another one."},
        Field{"tags", &M::tags, Use::optional, "Tags; they have no case."},
    };
  }
  static constexpr auto validity_fields() {
    return std::tuple{
        Field{"valid_for", &M::valid_for, Use::optional,
              "How long creds are valid from when they are signed, like `720h`, at most a year; null: "
              "for ever."},
        Field{"renew_before", &M::renew_before, Use::optional,
              "How long before they expire the plan signs new creds; null: once they have expired."},
        Field{"expires_at",
              &M::expires_at,
              Use::computed,
              "When the creds expire, in RFC 3339; null: never.",
              {.keep = true}},
        Field{"ready_for_renewal",
              &M::ready_for_renewal,
              Use::computed,
              "Whether the time to renew has come: the plan then signs new creds.",
              {.keep = true}},
        Field{
            "jwt",
            &M::jwt,
            Use::computed,
            "The user's JWT, where `public_key` is given and the store has no seed of it: of no use without "
            "that seed. Else null: the store has the creds.",
            {.keep = true}},
    };
  }
  static constexpr auto life_fields() {
    return std::tuple{
        Field{
            "on_change",
            &M::on_change,
            Use::optional_computed,
            "What becomes of copies of the old creds when a change makes new ones: `keep_old` (they work on "
            "with the old rights until they expire) or `revoke_old`.",
            {.default_value = std::string_view("keep_old"), .validators = {&change_policies}}},
        Field{"revoke_on_destroy",
              &M::revoke_on_destroy,
              Use::optional_computed,
              "Revoke the user in its account when it is destroyed, so that creds that were handed out end "
              "with it.",
              {.default_value = true}},
        Field{"deletion_policy",
              &M::deletion_policy,
              Use::optional_computed,
              "What destroying does: `delete` (revoke, and take the creds out of use; the default), `retain` "
              "(leave user and creds; the default for an imported one) or `prevent`.",
              {.keep = true, .validators = {&deletion_policies}}},
        Field{"adopted",
              &M::adopted,
              Use::computed,
              "Whether the user was there before this resource.",
              {.keep = true}},
        Field{"timeouts", &M::timeouts, Use::optional, "How long each step may take."},
    };
  }

 public:
  static constexpr auto fields() {
    return std::tuple_cat(key_fields(), RightsModel::fields(), validity_fields(), life_fields());
  }
  static constexpr auto rules() {
    return std::array{tfplugin::together("signing_seed_wo", "signing_seed_wo_version"),
                      tfplugin::needs("renew_before", "valid_for")};
  }
};
static_assert(tfplugin::valid<UserModel>());

// Without subject, issuer and expiry: those are the key's, the signer's and the moment's.
nats::UserClaims to_claims(const UserModel& model);
std::int64_t seconds_of(const Value<tfplugin::Duration>& duration);  // 0: null or unknown.

// What a server makes of them: `5s` and `5000ms` are one.
bool same_creds(const UserModel& a, const UserModel& b);
bool is_unknown_in_creds(const UserModel& planned);
// A plan may keep what the state has where the configuration only spells it otherwise.
void keep_spelling(const UserModel& prior, UserModel& planned);
bool is_due(const UserModel& state, std::int64_t now);  // Unix seconds.

void check_keys(const UserModel& config, tfplugin::Diagnostics& diagnostics);
void check_validity(const UserModel& config, tfplugin::Diagnostics& diagnostics);
// Without a server nothing can be revoked.
void check_account_jwt(const UserModel& config, tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
