// SPDX-License-Identifier: Apache-2.0
#include "provider/permissions_model.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "nats/subject.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Path;

// An empty list allows nothing. In claims it would allow everything, so there it is said by a denial.
nats::SubjectRules to_rules(const Value<SubjectsModel>& model) {
  if (!model.is_known()) return {};
  if (model->allow.is_known() && model->allow->empty()) return {.allow = {}, .deny = {">"}};
  return {.allow = model->allow.value_or({}), .deny = model->deny.value_or({})};
}

Value<SubjectsModel> to_model(const nats::SubjectRules& rules) {
  if (rules.allow.empty() && rules.deny.empty()) return {};
  SubjectsModel out;
  if (!rules.allow.empty()) out.allow = rules.allow;
  if (!rules.deny.empty()) out.deny = rules.deny;
  return out;
}

using ProblemOf = std::string_view (*)(std::string_view);

void report_problem(const std::string& subject, ProblemOf problem_of, const Path& path,
                    Diagnostics& diagnostics) {
  const auto problem = problem_of(subject);
  if (problem.empty()) return;
  diagnostics.error(
      path, "Not a subject",
      fmt::format("\"{}\" {}; a subject is like \"orders.*.created\" or \"orders.>\".", subject, problem));
}

void check_subjects(const Value<std::vector<std::string>>& subjects, ProblemOf problem_of, const Path& path,
                    Diagnostics& diagnostics) {
  if (!subjects.is_known()) return;
  for (std::size_t i = 0; i < subjects->size(); ++i)
    report_problem((*subjects)[i], problem_of, path.index(static_cast<std::int64_t>(i)), diagnostics);
}

void check_rules(const Value<SubjectsModel>& rules, ProblemOf problem_of, const Path& path,
                 Diagnostics& diagnostics) {
  if (!rules.is_known()) return;
  check_subjects(rules->allow, problem_of, path.attribute("allow"), diagnostics);
  check_subjects(rules->deny, problem_of, path.attribute("deny"), diagnostics);
}

}  // namespace

nats::Permissions to_claims(const PermissionsModel& model) {
  nats::Permissions out{.publish = to_rules(model.publish), .subscribe = to_rules(model.subscribe)};
  if (model.responses.is_known()) {
    out.responses_max = model.responses->max.value_or(0);
    out.responses_ttl_ns = parse_nanoseconds(model.responses->ttl.value_or("")).value_or(0);
  }
  return out;
}

Value<PermissionsModel> to_model(const nats::Permissions& permissions) {
  PermissionsModel out{.publish = to_model(permissions.publish),
                       .subscribe = to_model(permissions.subscribe)};
  if (permissions.responses_max != 0 || permissions.responses_ttl_ns != 0) {
    ResponsesModel responses;
    responses.max = permissions.responses_max;
    if (permissions.responses_ttl_ns > 0) responses.ttl = nanoseconds_text(permissions.responses_ttl_ns);
    out.responses = responses;
  }
  return out == PermissionsModel() ? Value<PermissionsModel>() : Value<PermissionsModel>(out);
}

void check_permissions(const Value<PermissionsModel>& permissions, const Path& path,
                       Diagnostics& diagnostics) {
  if (!permissions.is_known()) return;
  check_rules(permissions->publish, &nats::problem_of_subject, path.attribute("publish"), diagnostics);
  check_rules(permissions->subscribe, &nats::problem_of_subscription, path.attribute("subscribe"),
              diagnostics);
}

void check_subject(const Value<std::string>& subject, const Path& path, Diagnostics& diagnostics) {
  if (subject.is_known()) report_problem(*subject, &nats::problem_of_subject, path, diagnostics);
}

}  // namespace ghboot::provider
