// SPDX-License-Identifier: Apache-2.0
// The imports of an account, as Terraform sees them. Threads: any.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "nats/imports.h"
#include "provider/exports_model.h"

namespace ghboot::provider {

struct ImportModel {
  Value<std::string> subject, kind, account, name, local_subject, token;
  Value<bool> share, allow_trace;

  static constexpr auto fields() {
    using M = ImportModel;
    constexpr auto use = Use::optional_computed;
    constexpr tfplugin::Flags off{.default_value = false};
    return std::tuple{
        Field{"subject", &M::subject, Use::required,
              "What is imported, as the exporter names it: the export's subject, or a part of it."},
        Field{"kind",
              &M::kind,
              Use::required,
              "What it is: `stream` or `service`.",
              {.validators = {&export_kinds}}},
        Field{"account", &M::account, Use::required, "Public key, `A…`, of the account that exports it."},
        Field{"name", &M::name, Use::optional, "Name, for people."},
        Field{"local_subject", &M::local_subject, Use::optional,
              "What it is called in this account; null: as there. Each `*` of `subject` stands in it, as `*` "
              "or as `$1`, `$2` and so on."},
        Field{
            "token",
            &M::token,
            Use::optional,
            "The activation by which a private export may be imported (`ghboot_nats_activation`). Left out "
            "of what plans show, but no secret: it is of use to the account that it names alone, and stands "
            "in that account's JWT, as servers store it.",
            {.sensitive = true}},
        Field{"share", &M::share, use,
              "Of a service: let the exporter see who asks, where it measures latency.", off},
        Field{"allow_trace", &M::allow_trace, use, "Of a stream: the exporter's traces go on into it.", off},
    };
  }
  auto operator<=>(const ImportModel&) const = default;
};
static_assert(tfplugin::valid<ImportModel>());

using ImportsModel = std::set<ImportModel>;

nats::Import to_claims(const ImportModel& model);
std::vector<nats::Import> to_claims(const ImportsModel& models);  // Sorted.
ImportsModel to_model(const std::vector<nats::Import>& imports);
ImportsModel spelled_as(const ImportsModel& before, const ImportsModel& there);
std::string difference_of(const ImportsModel& there, const ImportsModel& wanted);  // Tells no token.

// As check_exports(). `importer`: the account's key, or empty while it is not known.
void check_imports(const Value<ImportsModel>& imports, const Value<std::int64_t>& limit,
                   std::string_view importer, tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
