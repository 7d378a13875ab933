// SPDX-License-Identifier: Apache-2.0
// Ephemeral ghboot_github_app_token: a token of the GitHub App's installation, for another provider or a
// write-only attribute, perhaps with less than the installation may do. It lives for an hour at most and is
// revoked when the command ends; no plan or state ever holds it. It cannot be renewed: GitHub makes another
// one instead. Threads: as every resource.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "provider/session.h"
#include "tfplugin/ephemeral.h"
#include "tfplugin/field.h"

namespace ghboot::provider {

using tfplugin::Field;
using tfplugin::Use;
using tfplugin::Value;

struct AppTokenModel {
  Value<std::set<std::string>> repositories, granted_repositories;
  Value<std::map<std::string, std::string>> permissions, granted_permissions;
  Value<std::string> token, expires_at;
  Value<std::int64_t> installation_id;
  static constexpr auto fields() {
    using M = AppTokenModel;
    return std::tuple{
        Field{
            "repositories", &M::repositories, Use::optional,
            "Names, without their owner, of the repositories that it is for; null: all of the installation."},
        Field{"permissions", &M::permissions, Use::optional,
              "What it may do, by GitHub's names, like `{ contents = \"read\" }`; null: all that the "
              "installation may."},
        Field{"token", &M::token, Use::computed, "The token.", {.sensitive = true}},
        Field{"expires_at", &M::expires_at, Use::computed, "When it expires, in RFC 3339."},
        Field{"granted_permissions", &M::granted_permissions, Use::computed, "What it may do."},
        Field{"granted_repositories", &M::granted_repositories, Use::computed,
              "Which repositories it is for; null: all of the installation."},
        Field{"installation_id", &M::installation_id, Use::computed, "GitHub's number of the installation."},
    };
  }
};
static_assert(tfplugin::valid<AppTokenModel>());

class EphemeralAppToken final : public tfplugin::Ephemeral<AppTokenModel> {
 public:
  explicit EphemeralAppToken(const Sessions& sessions);

 protected:
  void check(const AppTokenModel& config, tfplugin::Diagnostics& diagnostics) const override;
  std::optional<Opened> open_thing(const AppTokenModel& config, tfplugin::Call& call) const override;
  void close_thing(tfplugin::Call& call) const override;

 private:
  const Sessions& sessions_;
};

}  // namespace ghboot::provider
