// SPDX-License-Identifier: Apache-2.0
#include "provider/exports_model.h"

#include <utility>

#include <fmt/format.h>

#include "nats/subject.h"
#include "provider/shared_subjects.h"
#include "provider/text_or_null.h"

namespace ghboot::provider {
namespace {

using tfplugin::Path;

constexpr std::string_view attribute = "exports";

ExportModel to_model(const nats::Export& entry) {
  ExportModel out{.subject = entry.subject,
                  .kind = entry.type,
                  .name = text_or_null(entry.name),
                  .description = text_or_null(entry.description),
                  .info_url = text_or_null(entry.info_url),
                  .response_type = text_or_null(entry.response_type),
                  .response_threshold = {},
                  .token_required = entry.token_required,
                  .advertise = entry.advertise,
                  .allow_trace = entry.allow_trace,
                  .account_token_position = entry.account_token_position,
                  .latency = {}};
  if (entry.response_threshold_ns > 0) out.response_threshold = nanoseconds_text(entry.response_threshold_ns);
  if (entry.latency)
    out.latency = LatencyModel{.results = entry.latency->results, .sampling = entry.latency->sampling};
  return out;
}

}  // namespace

nats::Export to_claims(const ExportModel& model) {
  nats::Export out{.subject = model.subject.value_or(""), .type = model.kind.value_or("")};
  out.name = model.name.value_or("");
  out.description = model.description.value_or("");
  out.info_url = model.info_url.value_or("");
  out.token_required = model.token_required.value_or(false);
  out.response_type = model.response_type.value_or("");
  if (out.response_type == "Singleton" && out.type == "service") out.response_type.clear();
  out.response_threshold_ns = parse_nanoseconds(model.response_threshold.value_or("")).value_or(0);
  if (model.latency.is_known())
    out.latency = nats::ServiceLatency{.sampling = model.latency->sampling.value_or(100),
                                       .results = model.latency->results.value_or("")};
  out.account_token_position = model.account_token_position.value_or(0);
  out.advertise = model.advertise.value_or(false);
  out.allow_trace = model.allow_trace.value_or(false);
  return out;
}

std::vector<nats::Export> to_claims(const ExportsModel& models) { return sorted_claims(models); }

ExportsModel to_model(const std::vector<nats::Export>& exports) {
  ExportsModel out;
  for (const nats::Export& entry : exports) out.insert(to_model(entry));
  return out;
}

ExportsModel spelled_as(const ExportsModel& before, const ExportsModel& there) {
  return spelled_by_claims(before, there);
}

std::string difference_of(const ExportsModel& there, const ExportsModel& wanted) {
  return claims_difference(attribute, there, wanted, [](const nats::Export& entry) {
    return fmt::format("{} \"{}\"", entry.type, entry.subject);
  });
}

void check_exports(const Value<ExportsModel>& exports, const Value<std::int64_t>& limit,
                   const Value<bool>& wildcards, tfplugin::Diagnostics& diagnostics) {
  if (!exports.is_known() || exports->size() > shared_max) return;  // Its count says that.
  std::vector<nats::Export> known;
  for (const ExportModel& model : *exports)
    if (tfplugin::Codec<ExportModel>::encode(model).is_wholly_known()) known.push_back(to_claims(model));
  const Path path({attribute});
  report_problems(path, "Export that servers refuse", nats::problems_of(known), diagnostics);
  check_count(path, attribute, known.size(), limit, diagnostics);
  if (wildcards.value_or(true)) return;
  for (const nats::Export& entry : known)
    if (nats::has_wildcard(entry.subject))
      diagnostics.error(path, "Export with a wildcard",
                        fmt::format("\"{}\" has a wildcard, and limits.wildcard_exports is false. Name each "
                                    "subject, or allow wildcards.",
                                    entry.subject));
}

}  // namespace ghboot::provider
