// SPDX-License-Identifier: Apache-2.0
// The data source ghboot_nats_account: an account as the servers store it, found by its public key or its
// name, with all its claims. Threads: as every data source.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "provider/account_model.h"
#include "provider/session.h"
#include "tfplugin/data_source.h"

namespace ghboot::provider {

struct AccountDataModel : ClaimsModel {
  Value<std::string> public_key, issuer, jwt, claims;
  Value<bool> in_sync;

  static constexpr auto fields() {
    using M = AccountDataModel;
    return std::tuple{
        Field<M, std::string>{"public_key", &M::public_key, Use::optional_computed,
                              "The account's identity, `A…`. Either this or `name`."},
        Field<M, std::string>{"name", &M::name, Use::optional_computed,
                              "Name; an error when several accounts have it."},
        Field<M, std::string>{"description", &M::description, Use::computed, "For people."},
        Field<M, std::string>{"info_url", &M::info_url, Use::computed, "Where people read more."},
        Field<M, LimitsModel>{"limits", &M::limits, Use::computed, "What the account may use."},
        Field<M, ExportsModel>{"exports", &M::exports, Use::computed, "What the account offers to others."},
        Field<M, ImportsModel>{"imports", &M::imports, Use::computed, "What the account takes from others."},
        Field<M, PermissionsModel>{"default_permissions", &M::default_permissions, Use::computed,
                                   "What users without permissions of their own may do."},
        Field<M, std::set<std::string>>{"tags", &M::tags, Use::computed, "Tags, in lower case."},
        Field<M, bool>{"in_sync", &M::in_sync, Use::computed,
                       "Whether every server that answers stores the same."},
        Field<M, std::string>{"issuer", &M::issuer, Use::computed,
                              "Public key, `O…`, of the operator's key that signed it."},
        Field<M, SigningKeys>{"signing_keys", &M::signing_keys, Use::computed,
                              "Keys that may sign users beside the account's own."},
        Field<M, Mappings>{"mappings", &M::mappings, Use::computed,
                           "By subject: where messages go that are published to it."},
        Field<M, AuthorizationModel>{"authorization", &M::authorization, Use::computed,
                                     "Auth callout: who may connect."},
        Field<M, Revocations>{"revocations", &M::revocations, Use::computed,
                              "All that are stored: by a user's public key, or `*`, until when issued."},
        Field<M, std::string>{"jwt", &M::jwt, Use::computed, "The account's JWT, as it is stored."},
        Field<M, std::string>{"claims", &M::claims, Use::computed, "All of its claims, as JSON."},
    };
  }
};
static_assert(tfplugin::valid<AccountDataModel>());

class AccountDataSource final : public tfplugin::DataSource<AccountDataModel> {
 public:
  explicit AccountDataSource(const Sessions& sessions);

 protected:
  void check(const AccountDataModel& config, tfplugin::Diagnostics& diagnostics) const override;
  std::optional<AccountDataModel> read_thing(const AccountDataModel& config,
                                             tfplugin::Call& call) const override;

 private:
  const Sessions& sessions_;
};

}  // namespace ghboot::provider
