// SPDX-License-Identifier: Apache-2.0
#include "provider/permissions_model.h"

#include <algorithm>
#include <chrono>
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

// May be "subject queue".
std::string_view problem_with_queue(std::string_view subject) {
  const auto space = subject.find(' ');
  if (space == std::string_view::npos) return nats::problem_of_subject(subject);
  const auto queue = subject.substr(space + 1);
  if (queue.empty() || std::ranges::any_of(queue, [](unsigned char c) { return c <= ' ' || c == 0x7f; }))
    return "has no queue group of one word after its space";
  return nats::problem_of_subject(subject.substr(0, space));
}

void check_subjects(const Value<std::vector<std::string>>& subjects, const Path& path, bool may_have_queue,
                    Diagnostics& diagnostics) {
  if (!subjects.is_known()) return;
  for (std::size_t i = 0; i < subjects->size(); ++i) {
    const auto problem =
        may_have_queue ? problem_with_queue((*subjects)[i]) : nats::problem_of_subject((*subjects)[i]);
    if (problem.empty()) continue;
    diagnostics.error(path.index(static_cast<std::int64_t>(i)), "Not a subject",
                      fmt::format("\"{}\" {}; a subject is like \"orders.*.created\" or \"orders.>\".",
                                  (*subjects)[i], problem));
  }
}

void check_rules(const Value<SubjectsModel>& rules, const Path& path, bool may_have_queue,
                 Diagnostics& diagnostics) {
  if (!rules.is_known()) return;
  check_subjects(rules->allow, path.attribute("allow"), may_have_queue, diagnostics);
  check_subjects(rules->deny, path.attribute("deny"), may_have_queue, diagnostics);
}

}  // namespace

nats::Permissions to_claims(const PermissionsModel& model) {
  nats::Permissions out{.publish = to_rules(model.publish), .subscribe = to_rules(model.subscribe)};
  if (model.responses.is_known()) {
    out.responses_max = model.responses->max.value_or(0);
    const auto ttl = tfplugin::parse_duration(model.responses->ttl.value_or(""));
    if (ttl) out.responses_ttl_ns = std::chrono::nanoseconds(*ttl).count();
  }
  return out;
}

Value<PermissionsModel> to_model(const nats::Permissions& permissions) {
  PermissionsModel out{.publish = to_model(permissions.publish),
                       .subscribe = to_model(permissions.subscribe)};
  if (permissions.responses_max != 0 || permissions.responses_ttl_ns != 0) {
    ResponsesModel responses;
    responses.max = permissions.responses_max;
    if (permissions.responses_ttl_ns > 0)
      responses.ttl = duration_text(permissions.responses_ttl_ns / 1'000'000);
    out.responses = responses;
  }
  return out == PermissionsModel() ? Value<PermissionsModel>() : Value<PermissionsModel>(out);
}

void check_permissions(const Value<PermissionsModel>& permissions, const Path& path,
                       Diagnostics& diagnostics) {
  if (!permissions.is_known()) return;
  check_rules(permissions->publish, path.attribute("publish"), false, diagnostics);
  check_rules(permissions->subscribe, path.attribute("subscribe"), true, diagnostics);
}

std::string duration_text(std::int64_t milliseconds) {
  constexpr std::pair<std::int64_t, std::string_view> units[] = {
      {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}};
  for (const auto& [size, name] : units)
    if (milliseconds % size == 0) return fmt::format("{}{}", milliseconds / size, name);
  return fmt::format("{}ms", milliseconds);
}

}  // namespace ghboot::provider
