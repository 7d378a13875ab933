// SPDX-License-Identifier: Apache-2.0
#include "provider/permissions_model.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

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

bool has_white_space(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

// May be "subject queue".
std::string_view problem_with_queue(std::string_view subject) {
  const auto space = subject.find(' ');
  if (space == std::string_view::npos) return problem_of_subject(subject);
  const auto queue = subject.substr(space + 1);
  if (queue.empty() || has_white_space(queue)) return "has no queue group of one word after its space";
  return problem_of_subject(subject.substr(0, space));
}

void check_subjects(const Value<std::vector<std::string>>& subjects, const Path& path, bool may_have_queue,
                    Diagnostics& diagnostics) {
  if (!subjects.is_known()) return;
  for (std::size_t i = 0; i < subjects->size(); ++i) {
    const auto problem =
        may_have_queue ? problem_with_queue((*subjects)[i]) : problem_of_subject((*subjects)[i]);
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

// Empty tokens, white space, a '>' that is not last.
std::string_view problem_of_subject(std::string_view subject) {
  if (subject.empty()) return "is empty";
  if (has_white_space(subject)) return "has white space";
  if (subject.front() == '.' || subject.back() == '.' || subject.contains("..")) return "has an empty token";
  const auto tail = subject.find('>');
  const bool whole_token = tail == 0 || (tail != std::string_view::npos && subject[tail - 1] == '.');
  if (whole_token && tail + 1 < subject.size()) return "has a \">\" before its end";
  return "";
}

}  // namespace ghboot::provider
