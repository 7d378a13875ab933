// SPDX-License-Identifier: Apache-2.0
// The signing keys of an account, as Terraform sees them. Threads: any.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "nats/signing_keys.h"
#include "provider/rights_model.h"
#include "tfplugin/diagnostics.h"
#include "tfplugin/field.h"

namespace ghboot::provider {

// Plain, or scoped: with a role, a template or both.
struct SigningKeyModel {
  Value<std::string> public_key, role, description;
  Value<RightsModel> rights;

  static constexpr auto fields() {
    using M = SigningKeyModel;
    return std::tuple{
        Field{"public_key", &M::public_key, Use::required,
              "The signing key, `A…`: of a `ghboot_nats_key` of kind `account`, say."},
        Field{"role", &M::role, Use::optional,
              "Name of the role that the key gives to its users, for people; no two keys have the same."},
        Field{"description", &M::description, Use::optional, "Of the role, for people."},
        Field{
            "template", &M::rights, Use::optional,
            "What each user may do that the key signs. Subjects may hold `{{name()}}`, `{{subject()}}`, "
            "`{{account-name()}}`, `{{account-subject()}}`, `{{tag(KEY)}}` and `{{account-tag(KEY)}}`. Null "
            "beside a role: everything. Null without a role: the key is plain, and its users have rights "
            "of their own."},
    };
  }
  auto operator<=>(const SigningKeyModel&) const = default;
};
static_assert(tfplugin::valid<SigningKeyModel>());

using SigningKeys = std::set<SigningKeyModel>;

// By key. Unknown keys are left out.
std::vector<nats::SigningKey> to_claims(const SigningKeys& keys);
SigningKeys to_model(const std::vector<nats::SigningKey>& keys);
// `there`, with those of `before` that mean the same in their spelling.
SigningKeys spelled_as(const SigningKeys& before, const SigningKeys& there);

// Errors at `signing_keys`: of what servers would refuse, or what nobody could mean. `account`: the account's
// own key.
void check_signing_keys(const Value<SigningKeys>& keys, const Value<std::string>& account,
                        tfplugin::Diagnostics& diagnostics);

// Keys of `before` that are certainly not in `planned`.
std::vector<std::string> removed_keys(const Value<SigningKeys>& before, const Value<SigningKeys>& planned);

}  // namespace ghboot::provider
