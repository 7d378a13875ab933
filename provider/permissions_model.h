// SPDX-License-Identifier: Apache-2.0
// Permissions, as Terraform sees them: of a user, of a scoped signing key's template, and the defaults of an
// account. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "nats/user_rights.h"
#include "provider/exact_duration.h"
#include "tfplugin/diagnostics.h"
#include "tfplugin/field.h"
#include "tfplugin/validators.h"

namespace ghboot::provider {

using tfplugin::Field;
using tfplugin::Use;
using tfplugin::Value;

inline constexpr auto minus_one_or_more = tfplugin::at_least(-1);

struct SubjectsModel {
  Value<std::vector<std::string>> allow, deny;
  static constexpr auto fields() {
    return std::tuple{
        Field{"allow", &SubjectsModel::allow, Use::optional,
              "Subjects that are allowed, wildcards included; null: all, `[]`: none."},
        Field{"deny", &SubjectsModel::deny, Use::optional,
              "Subjects that are denied, although allowed above."},
    };
  }
  auto operator<=>(const SubjectsModel&) const = default;
};

struct ResponsesModel {
  Value<std::int64_t> max;
  Value<std::string> ttl;
  static constexpr auto fields() {
    return std::tuple{
        Field{"max",
              &ResponsesModel::max,
              Use::required,
              "Answers to one request; -1: no limit.",
              {.validators = {&minus_one_or_more}}},
        Field{"ttl",
              &ResponsesModel::ttl,
              Use::optional,
              "How long after the request, like `5s`; null: the server's own limit.",
              {.validators = {&is_exact_duration}}},
    };
  }
  auto operator<=>(const ResponsesModel&) const = default;
};

struct PermissionsModel {
  Value<SubjectsModel> publish, subscribe;
  Value<ResponsesModel> responses;
  static constexpr auto fields() {
    using M = PermissionsModel;
    return std::tuple{
        Field{"publish", &M::publish, Use::optional, "Where the user may publish; null: anywhere."},
        Field{"subscribe", &M::subscribe, Use::optional,
              "Where the user may subscribe; an entry may be `subject queue`."},
        Field{"responses", &M::responses, Use::optional,
              "Answers that the user may send to requests it got, although it may not publish there."},
    };
  }
  auto operator<=>(const PermissionsModel&) const = default;
};
static_assert(tfplugin::valid<SubjectsModel>() && tfplugin::valid<ResponsesModel>() &&
              tfplugin::valid<PermissionsModel>());

nats::Permissions to_claims(const PermissionsModel& model);
Value<PermissionsModel> to_model(const nats::Permissions& permissions);  // Null: none are said.

// An error at each subject that a server would refuse, or that lets through other messages than it seems.
void check_permissions(const Value<PermissionsModel>& permissions, const tfplugin::Path& path,
                       tfplugin::Diagnostics& diagnostics);
void check_subject(const Value<std::string>& subject, const tfplugin::Path& path,
                   tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
