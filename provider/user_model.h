// SPDX-License-Identifier: Apache-2.0
// The attributes of a user, as Terraform sees them, and the way to NATS's claims.
#pragma once

#include <string>
#include <tuple>

#include "nats/user_claims.h"
#include "provider/deletion_policy.h"
#include "provider/permissions_model.h"
#include "tfplugin/field.h"
#include "tfplugin/timeouts.h"

namespace ghboot::provider {

struct UserModel {
  Value<std::string> account, name, public_key, deletion_policy;
  Value<PermissionsModel> permissions;
  Value<bool> revoke_on_destroy, adopted;
  Value<tfplugin::Timeouts> timeouts;

  static constexpr auto fields() {
    using M = UserModel;
    return std::tuple{
        Field{"account",
              &M::account,
              Use::required,
              "Public key, `A…`, of the account that the user belongs to; its seed is in the store.",
              {.requires_replace = true}},
        Field{"name", &M::name, Use::required, "Name, for people, and of the creds in the store."},
        Field{"permissions", &M::permissions, Use::optional,
              "What the user may do; null: what the account's defaults say, else everything."},
        Field{"public_key", &M::public_key, Use::computed, "The user's identity, `U…`.", {.keep = true}},
        Field{"revoke_on_destroy",
              &M::revoke_on_destroy,
              Use::optional_computed,
              "Revoke the user in its account when it is destroyed, so that creds that were handed out end "
              "with "
              "it.",
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
};
static_assert(tfplugin::valid<UserModel>());

// Without subject and issuer: those are the key's and the signer's.
nats::UserClaims to_claims(const UserModel& model);

}  // namespace ghboot::provider
