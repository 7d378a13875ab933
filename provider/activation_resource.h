// SPDX-License-Identifier: Apache-2.0
// ghboot_nats_activation: a token by which one account may import a private export of another. It is a
// signature, kept in the state alone: no server is asked, and none is told. Destroying it forgets it; what
// makes a token void is its expiry, or a revocation at the export. Threads: as every resource.
#pragma once

#include <optional>
#include <string>
#include <tuple>

#include "provider/export_kinds.h"
#include "provider/session.h"
#include "tfplugin/field.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

struct ActivationModel {
  tfplugin::Value<std::string> account, signing_key, subject, kind, importer, expires_at, token;

  static constexpr auto fields() {
    using tfplugin::Field, tfplugin::Use;
    using M = ActivationModel;
    return std::tuple{
        Field{"account", &M::account, Use::required, "Public key, `A…`, of the account that exports."},
        Field{"signing_key", &M::signing_key, Use::optional,
              "Public key, `A…`, of a signing key of that account, which signs; null: the account's own key. "
              "The "
              "seed of which signs is in the store."},
        Field{"subject", &M::subject, Use::required,
              "What may be imported: the export's subject, or a part of it."},
        Field{"kind",
              &M::kind,
              Use::required,
              "What is exported: `stream` or `service`.",
              {.validators = {&export_kinds}}},
        Field{"importer", &M::importer, Use::required, "Public key, `A…`, of the account that may import."},
        Field{"expires_at", &M::expires_at, Use::optional,
              "Until when, in RFC 3339 like `2027-01-15T08:00:00Z`; null: for ever."},
        Field{"token",
              &M::token,
              Use::computed,
              "The activation, for `token` of the import. Made again only when something above changes.",
              {.sensitive = true}},
    };
  }
};
static_assert(tfplugin::valid<ActivationModel>());

class ActivationResource final : public tfplugin::Resource<ActivationModel> {
 public:
  explicit ActivationResource(const Sessions& sessions);

 protected:
  void check(const ActivationModel& config, tfplugin::Diagnostics& diagnostics) const override;
  void plan_change(PlannedChange change) const override;
  std::optional<ActivationModel> create_thing(const ActivationModel& planned,
                                              tfplugin::Call& call) const override;
  std::optional<ActivationModel> read_thing(const ActivationModel& state, tfplugin::Call&) const override;
  std::optional<ActivationModel> update_thing(const ActivationModel& prior, const ActivationModel& planned,
                                              tfplugin::Call& call) const override;
  void destroy_thing(const ActivationModel& state, tfplugin::Call& call) const override;
  std::optional<ActivationModel> import_thing(const std::string& id, tfplugin::Call& call) const override;

 private:
  std::optional<ActivationModel> sign(const ActivationModel& planned, std::string_view summary,
                                      tfplugin::Call& call) const;

  const Sessions& sessions_;
};

}  // namespace ghboot::provider
