// SPDX-License-Identifier: Apache-2.0
#include "provider/imports_model.h"

#include <fmt/format.h>

#include "provider/shared_subjects.h"
#include "provider/text_or_null.h"

namespace ghboot::provider {
namespace {

using tfplugin::Path;

constexpr std::string_view attribute = "imports";

ImportModel to_model(const nats::Import& entry) {
  return {.subject = entry.subject,
          .kind = entry.type,
          .account = entry.account,
          .name = text_or_null(entry.name),
          .local_subject = text_or_null(entry.local_subject),
          .token = text_or_null(entry.token),
          .share = entry.share,
          .allow_trace = entry.allow_trace};
}

// A token that is not known yet is looked at once it is.
bool is_known_but_for_its_token(ImportModel model) {
  if (model.token.is_unknown()) model.token = Value<std::string>();
  return tfplugin::Codec<ImportModel>::encode(model).is_wholly_known();
}

}  // namespace

nats::Import to_claims(const ImportModel& model) {
  nats::Import out{.subject = model.subject.value_or(""),
                   .type = model.kind.value_or(""),
                   .account = model.account.value_or("")};
  out.name = model.name.value_or("");
  out.local_subject = model.local_subject.value_or("");
  if (out.local_subject == out.subject) out.local_subject.clear();
  out.token = model.token.value_or("");
  out.share = model.share.value_or(false);
  out.allow_trace = model.allow_trace.value_or(false);
  return out;
}

std::vector<nats::Import> to_claims(const ImportsModel& models) { return sorted_claims(models); }

ImportsModel to_model(const std::vector<nats::Import>& imports) {
  ImportsModel out;
  for (const nats::Import& entry : imports) out.insert(to_model(entry));
  return out;
}

ImportsModel spelled_as(const ImportsModel& before, const ImportsModel& there) {
  return spelled_by_claims(before, there);
}

std::string difference_of(const ImportsModel& there, const ImportsModel& wanted) {
  return claims_difference(attribute, there, wanted, [](const nats::Import& entry) {
    return fmt::format("{} \"{}\" of {}", entry.type, entry.subject, entry.account);
  });
}

void check_imports(const Value<ImportsModel>& imports, const Value<std::int64_t>& limit,
                   std::string_view importer, tfplugin::Diagnostics& diagnostics) {
  if (!imports.is_known() || imports->size() > shared_max) return;  // Its count says that.
  std::vector<nats::Import> known;
  for (const ImportModel& model : *imports)
    if (is_known_but_for_its_token(model)) known.push_back(to_claims(model));
  const Path path({attribute});
  report_problems(path, "Import that servers refuse", nats::problems_of(known, importer), diagnostics);
  check_count(path, attribute, known.size(), limit, diagnostics);
}

}  // namespace ghboot::provider
