// SPDX-License-Identifier: Apache-2.0
// ghboot_nats_account: an account as the servers' resolvers store it. What Terraform leaves null is not
// managed: it keeps its value and is never drift. Rules of plan and adoption stand at plan_change() and
// create_thing(). Threads: as every resource.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "nats/account_state.h"
#include "provider/account_model.h"
#include "provider/deletion_policy.h"
#include "provider/session.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

inline constexpr tfplugin::OneOf push_kinds{"resolver", "none"};

struct AccountModel : ClaimsModel {
  Value<std::string> public_key, operator_key, push, jwt, deletion_policy;
  Value<bool> force_destroy, adopt_existing, adopted, in_sync;
  Value<tfplugin::Timeouts> timeouts;

 private:
  static constexpr auto computed_too = Use::optional_computed;

  static constexpr auto claims() {
    using M = AccountModel;
    return std::tuple{
        Field<M, std::string>{"name", &M::name, Use::required,
                              "Name, for people: several accounts may have it. No spaces, no slashes."},
        Field<M, std::string>{
            "public_key",
            &M::public_key,
            computed_too,
            "The account's identity, `A…`. Left out, a key is made and its seed kept in the store. Given, it "
            "is the key of an account that exists or shall be made; its seed is then yours to keep.",
            {.requires_replace = true, .keep = true, .identity = tfplugin::IdentityUse::required}},
        Field<M, std::string>{"description",
                              &M::description,
                              computed_too,
                              "For people. Null: not managed; an empty text: none.",
                              {.keep = true}},
        Field<M, std::string>{"info_url",
                              &M::info_url,
                              computed_too,
                              "Where people read more, with scheme and host. Null: not managed.",
                              {.keep = true}},
        Field<M, LimitsModel>{
            "limits",
            &M::limits,
            computed_too,
            "What the account may use. Null: not managed. When set, it is owned whole: what "
            "is left out inside has its default.",
            {.keep = true}},
        Field<M, PermissionsModel>{
            "default_permissions",
            &M::default_permissions,
            computed_too,
            "What the account's users may do that have no permissions of their own. Null: not managed; `{}`: "
            "everything. When set, it is owned whole.",
            {.keep = true}},
        Field<M, std::set<std::string>>{
            "tags",
            &M::tags,
            computed_too,
            "Tags; servers keep them in lower case. Null: not managed; `[]`: none.",
            {.keep = true}},
    };
  }

  // Claims about what the account offers and takes.
  static constexpr auto sharing() {
    using M = AccountModel;
    return std::tuple{
        Field<M, ExportsModel>{"exports",
                               &M::exports,
                               computed_too,
                               "What the account offers to others. Null: not managed; `[]`: nothing. When "
                               "set, it is owned whole.",
                               {.keep = true, .validators = {&shared_count}}},
        Field<M, ImportsModel>{
            "imports",
            &M::imports,
            computed_too,
            "What the account takes from others. Null: not managed; `[]`: nothing. When set, it is owned "
            "whole.",
            {.keep = true, .validators = {&shared_count}}},
    };
  }

  // Claims about who signs, who is let in, and where messages go.
  static constexpr auto access() {
    using M = AccountModel;
    return std::tuple{
        Field<M, SigningKeys>{
            "signing_keys",
            &M::signing_keys,
            computed_too,
            "Keys that may sign users beside the account's own: plain ones, and scoped ones, whose role says "
            "what their users may do. Null: not managed; `[]`: none. When set, it is owned whole.",
            {.keep = true}},
        Field<M, Mappings>{
            "mappings",
            &M::mappings,
            computed_too,
            "By subject: where messages go that are published to it. Null: not managed; `{}`: none. When "
            "set, it is owned whole.",
            {.keep = true}},
        Field<M, AuthorizationModel>{
            "authorization",
            &M::authorization,
            computed_too,
            "Auth callout: a service of the account's own says who may connect. Needs servers of 2.10 or "
            "newer. Null: not managed; `{}`: none. When set, it is owned whole.",
            {.keep = true}},
        Field<M, Revocations>{
            "revocations",
            &M::revocations,
            computed_too,
            "Further revocations, by a user's public key, or `*` for all users: until when issued, in RFC "
            "3339 or in seconds since 1970. Entries of others are neither shown nor removed. One that is "
            "taken out is taken back, and a time may be moved to an earlier one, unless somebody has revoked "
            "the same key later.",
            {.keep = true}},
    };
  }

  // Where the account goes. No claims.
  static constexpr auto signing() {
    using M = AccountModel;
    return std::tuple{
        Field<M, std::string>{
            "push",
            &M::push,
            computed_too,
            "`resolver` (the default): the account is pushed to every server. `none`: it is only signed, for "
            "the preload of servers that need not exist yet, and no server is asked.",
            {.default_value = std::string_view("resolver"), .validators = {&push_kinds}}},
        Field<M, std::string>{
            "operator", &M::operator_key, Use::optional,
            "With `push = \"none\"`: public key, `O…`, of the operator's key that signs, of which the store "
            "has the seed, as of a `ghboot_nats_key`. Null: the provider's operator seed signs."},
        Field<M, std::string>{"jwt",
                              &M::jwt,
                              Use::computed,
                              "The account's JWT, with `push = \"none\"`; else null: the data source of the "
                              "same name has what servers store.",
                              {.keep = true}},
    };
  }

  static constexpr auto own() {  // No claims: ghboot's own.
    using M = AccountModel;
    constexpr tfplugin::Flags off{.default_value = false};
    return std::tuple{
        Field<M, std::string>{
            "deletion_policy",
            &M::deletion_policy,
            computed_too,
            "What destroying does: `delete` (the account goes from all servers; the default for an account "
            "that was made here), `retain` (it stays; the default for one that was adopted or imported) or "
            "`prevent` (destroying and replacing are refused).",
            {.keep = true, .validators = {&deletion_policies}}},
        Field<M, bool>{"force_destroy", &M::force_destroy, computed_too,
                       "Delete the account although it holds JetStream streams.", off},
        Field<M, bool>{"adopt_existing", &M::adopt_existing, computed_too,
                       "Take over an account with this public key that is there and differs.", off},
        Field<M, bool>{"adopted",
                       &M::adopted,
                       Use::computed,
                       "Whether the account was there before this resource.",
                       {.keep = true}},
        Field<M, bool>{"in_sync",
                       &M::in_sync,
                       Use::computed,
                       "Whether every server that answers stores these claims. False makes the next plan an "
                       "update that pushes them again. Null with `push = \"none\"`.",
                       {.keep = true}},
        Field<M, tfplugin::Timeouts>{"timeouts", &M::timeouts, Use::optional, "How long each step may take."},
    };
  }

 public:
  static constexpr auto fields() { return std::tuple_cat(claims(), sharing(), access(), signing(), own()); }
};
static_assert(tfplugin::valid<AccountModel>());

// What the mark of a create is kept under. `operator_key`: of the servers, or the key that signs.
std::string mark_name(std::string_view operator_key, const AccountModel& account);

// As far as values are known; `public_key` may be empty.
void check_sharing(const AccountModel& account, std::string_view public_key,
                   tfplugin::Diagnostics& diagnostics);

class AccountResource final : public tfplugin::Resource<AccountModel> {
 public:
  explicit AccountResource(const Sessions& sessions);

 protected:
  void check(const AccountModel& config, tfplugin::Diagnostics& diagnostics) const override;
  void plan_change(PlannedChange change) const override;
  std::optional<AccountModel> create_thing(const AccountModel& planned, tfplugin::Call& call) const override;
  std::optional<AccountModel> read_thing(const AccountModel& state, tfplugin::Call& call) const override;
  std::optional<AccountModel> update_thing(const AccountModel& prior, const AccountModel& planned,
                                           tfplugin::Call& call) const override;
  void destroy_thing(const AccountModel& state, tfplugin::Call& call) const override;
  std::optional<AccountModel> import_thing(const std::string& id, tfplugin::Call& call) const override;
  std::optional<AccountModel> import_identity_thing(const AccountModel& known,
                                                    tfplugin::Call& call) const override;

 private:
  std::optional<AccountModel> create_pushed(Session& session, const AccountModel& planned,
                                            tfplugin::Call& call) const;
  std::optional<AccountModel> update_pushed(Session& session, const AccountModel& prior,
                                            const AccountModel& planned, tfplugin::Call& call) const;
  void plan_create(const AccountModel& config, AccountModel& planned, tfplugin::Call& call) const;
  void warn_of_removed_keys(const AccountModel& prior, const AccountModel& planned,
                            tfplugin::Call& call) const;
  void warn_of_later_revocations(const AccountModel& prior, const AccountModel& planned,
                                 tfplugin::Call& call) const;
  void warn_of_old_servers(const AccountModel& planned, const AccountModel* prior,
                           tfplugin::Call& call) const;
  void warn_of_takeover(const AccountModel& planned, tfplugin::Call& call) const;

  const Sessions& sessions_;
};

}  // namespace ghboot::provider
