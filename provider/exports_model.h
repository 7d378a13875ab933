// SPDX-License-Identifier: Apache-2.0
// The exports of an account, as Terraform sees them. Threads: any.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "nats/exports.h"
#include "provider/exact_duration.h"
#include "provider/export_kinds.h"
#include "provider/permissions_model.h"

namespace ghboot::provider {

// More are refused before they are planned: a server compares each with each, and a plan of 5,000 takes
// Terraform a minute.
inline constexpr std::size_t shared_max = 10'000;
inline constexpr tfplugin::Count shared_count{0, shared_max};

inline constexpr tfplugin::OneOf response_types{"Singleton", "Stream", "Chunked"};
inline constexpr tfplugin::Between sampling_range{0, 100};
inline constexpr auto zero_or_more = tfplugin::at_least(0);

struct LatencyModel {
  Value<std::string> results;
  Value<std::int64_t> sampling;
  static constexpr auto fields() {
    using M = LatencyModel;
    return std::tuple{
        Field{"results", &M::results, Use::required, "Subject on which servers publish what they measured."},
        Field{"sampling",
              &M::sampling,
              Use::optional_computed,
              "Of a hundred requests, how many are measured; 0: those that ask for it by a header.",
              {.default_value = std::int64_t{100}, .validators = {&sampling_range}}},
    };
  }
  auto operator<=>(const LatencyModel&) const = default;
};

struct ExportModel {
  Value<std::string> subject, kind, name, description, info_url, response_type, response_threshold;
  Value<bool> token_required, advertise, allow_trace;
  Value<std::int64_t> account_token_position;
  Value<LatencyModel> latency;

  static constexpr auto fields() {
    using M = ExportModel;
    constexpr auto use = Use::optional_computed;
    constexpr tfplugin::Flags off{.default_value = false};
    return std::tuple{
        Field{"subject", &M::subject, Use::required, "What is exported; may have wildcards."},
        Field{"kind",
              &M::kind,
              Use::required,
              "`stream` (others get its messages) or `service` (others send requests to it).",
              {.validators = {&export_kinds}}},
        Field{"name", &M::name, Use::optional, "Name, for people."},
        Field{"description", &M::description, Use::optional, "For people."},
        Field{"info_url", &M::info_url, Use::optional, "Where people read more, with scheme and host."},
        Field{"token_required", &M::token_required, use,
              "Private: an import needs an activation (`ghboot_nats_activation`).", off},
        Field{
            "account_token_position",
            &M::account_token_position,
            use,
            "Private otherwise: the subject's token, counted from 1, that is a `*` and where an importer may "
            "have its own public key alone; 0: no such.",
            {.default_value = std::int64_t{0}, .validators = {&zero_or_more}}},
        Field{
            "response_type",
            &M::response_type,
            Use::optional,
            "Of a service: `Singleton` (one answer; the same as null), `Stream` (many) or `Chunked` (one in "
            "parts).",
            {.validators = {&response_types}}},
        Field{"response_threshold",
              &M::response_threshold,
              Use::optional,
              "Of a service: how long an answer may take, like `5s`; null: the server's own limit.",
              {.validators = {&is_exact_duration}}},
        Field{"latency", &M::latency, Use::optional, "Of a service: measure how long answers take."},
        Field{"advertise", &M::advertise, use, "Show the export to others, for tools that list them.", off},
        Field{"allow_trace", &M::allow_trace, use, "Of a service: importers may trace messages into it.",
              off},
    };
  }
  auto operator<=>(const ExportModel&) const = default;
};
static_assert(tfplugin::valid<LatencyModel>() && tfplugin::valid<ExportModel>());

using ExportsModel = std::set<ExportModel>;

nats::Export to_claims(const ExportModel& model);
std::vector<nats::Export> to_claims(const ExportsModel& models);  // Sorted.
ExportsModel to_model(const std::vector<nats::Export>& exports);
// `there`, each written as in `before` where that means the same.
ExportsModel spelled_as(const ExportsModel& before, const ExportsModel& there);
// One line for each export in which the two differ, as "  exports: stream \"a.>\" is not there".
std::string difference_of(const ExportsModel& there, const ExportsModel& wanted);

// Of what is known already: an error for each thing that servers refuse, and where there are more than
// `limit`, unless that is -1 or not known.
void check_exports(const Value<ExportsModel>& exports, const Value<std::int64_t>& limit,
                   const Value<bool>& wildcards, tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
