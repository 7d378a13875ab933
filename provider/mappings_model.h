// SPDX-License-Identifier: Apache-2.0
// `mappings` and `authorization` of an account, as Terraform sees them. Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "nats/authorization.h"
#include "nats/subject_mappings.h"
#include "tfplugin/diagnostics.h"
#include "tfplugin/field.h"
#include "tfplugin/validators.h"

namespace ghboot::provider {

using tfplugin::Field;
using tfplugin::Use;
using tfplugin::Value;

inline constexpr tfplugin::Between percent{1, 100};

struct DestinationModel {
  Value<std::string> subject, cluster;
  Value<std::int64_t> weight;

  static constexpr auto fields() {
    using M = DestinationModel;
    return std::tuple{
        Field{"subject", &M::subject, Use::required,
              "Where the message goes; `{{wildcard(1)}}` is what the first `*` of the source stands for."},
        Field{"weight",
              &M::weight,
              Use::optional_computed,
              "Percent of the messages, 1 to 100. What is missing to 100 stays where it was.",
              {.default_value = std::int64_t{100}, .validators = {&percent}}},
        Field{"cluster", &M::cluster, Use::optional,
              "In this cluster alone; null: where no entry names the cluster."},
    };
  }
  bool operator==(const DestinationModel&) const = default;
};

struct MappingModel {
  Value<std::vector<DestinationModel>> destinations;
  static constexpr auto fields() {
    return std::tuple{
        Field{"destinations", &MappingModel::destinations, Use::required, "Where messages go, by weight."}};
  }
  bool operator==(const MappingModel&) const = default;
};

struct AuthorizationModel {
  Value<std::set<std::string>> auth_users, allowed_accounts;
  Value<std::string> xkey;

  static constexpr auto fields() {
    using M = AuthorizationModel;
    return std::tuple{
        Field{"auth_users", &M::auth_users, Use::optional,
              "Public keys, `U…`, of the users by which the service itself connects."},
        Field{"allowed_accounts", &M::allowed_accounts, Use::optional,
              "Public keys, `A…`, of accounts that the service may put users into; `*`: any."},
        Field{"xkey", &M::xkey, Use::optional,
              "Public curve key, `X…`, for which the servers encrypt what they ask; null: they do not."},
    };
  }
  bool operator==(const AuthorizationModel&) const = default;
};
static_assert(tfplugin::valid<MappingModel>() && tfplugin::valid<AuthorizationModel>());

using Mappings = std::map<std::string, MappingModel>;

nats::SubjectMappings to_claims(const Mappings& mappings);
Mappings to_model(const nats::SubjectMappings& mappings);
nats::Authorization to_claims(const AuthorizationModel& model);
AuthorizationModel to_model(const nats::Authorization& authorization);

// Errors at `mappings` and `authorization`: of what servers would refuse, or ignore without a word.
void check_mappings(const Value<Mappings>& mappings, tfplugin::Diagnostics& diagnostics);
void check_authorization(const Value<AuthorizationModel>& authorization, tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
