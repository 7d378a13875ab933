// SPDX-License-Identifier: Apache-2.0
#include "standin/run_stage.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "nats/time_text.h"
#include "standin/event.h"
#include "standin/shape.h"
#include "standin/state.h"
#include "standin/text.h"
#include "standin/view.h"

namespace ghboot::standin {

namespace {

constexpr std::array stages{RunStage::queued, RunStage::in_progress, RunStage::completed};
constexpr std::array<std::string_view, 3> steps{"Set up job", "Run", "Complete job"};

std::string url_of(const Call& call, const Run& run) {
  const Repository& repository = call.state.repositories.at(run.repository_id);
  return fmt::format("{}/repos/{}/actions/runs/{}", call.request.api(), full_name(call.state, repository),
                     run.id);
}

Json conclusion_of(const Run& run, RunStage stage) {
  if (stage != RunStage::completed) return nullptr;
  return run.cancelled_at != 0 ? "cancelled" : run.conclusion;
}

Json time_or_null(bool there, std::int64_t at) { return there ? Json(iso_time(at)) : Json(nullptr); }

// "Run" is the step that the run's conclusion is of.
Json conclusion_of_step(const Run& run, RunStage stage, std::size_t index) {
  if (stage != RunStage::completed || index == 1) return conclusion_of(run, stage);
  return "success";
}

// A job that was cancelled before it started has no step.
bool has_steps(const Run& run, RunStage stage) {
  return stage != RunStage::queued &&
         (run.cancelled_at == 0 || run.cancelled_at >= run.created_at + run.queued_seconds);
}

Json step_view(const Run& run, RunStage stage, std::size_t index) {
  const bool done = stage == RunStage::completed;
  return {{"name", steps[index]},
          {"status", stage_text(stage)},
          {"conclusion", conclusion_of_step(run, stage, index)},
          {"number", index + 1},
          {"started_at", time_or_null(stage != RunStage::queued, run.created_at + run.queued_seconds)},
          {"completed_at", time_or_null(done, finished_at(run))}};
}

Json job_view(const Call& call, const Run& run, RunStage stage) {
  Json list = Json::array();
  for (std::size_t i = 0; i < steps.size() && has_steps(run, stage); ++i)
    list.push_back(step_view(run, stage, i));
  const std::string url = url_of(call, run);
  Json view{{"id", run.id + 1},
            {"run_id", run.id},
            {"run_url", url},
            {"run_attempt", 1},
            {"head_sha", run.head_sha},
            {"head_branch", run.head_branch},
            {"status", stage_text(stage)},
            {"conclusion", conclusion_of(run, stage)},
            {"created_at", iso_time(run.created_at)},
            {"started_at", iso_time(run.created_at + run.queued_seconds)},
            {"completed_at", time_or_null(stage == RunStage::completed, finished_at(run))},
            {"name", "build"},
            {"workflow_name", run.name},
            {"steps", list}};
  add_job_members(view);
  return view;
}

Json view_at(const Call& call, const Run& run, RunStage stage) {
  const Repository& repository = call.state.repositories.at(run.repository_id);
  const std::string url = url_of(call, run);
  Json view{{"id", run.id},
            {"name", run.name},
            {"head_branch", run.head_branch},
            {"head_sha", run.head_sha},
            {"path", run.path},
            {"display_title", run.title},
            {"run_number", run.number},
            {"run_attempt", 1},
            {"event", run.event},
            {"status", stage_text(stage)},
            {"conclusion", conclusion_of(run, stage)},
            {"workflow_id", run.workflow_id},
            {"url", url},
            {"html_url",
             fmt::format("https://github.com/{}/actions/runs/{}", full_name(call.state, repository), run.id)},
            {"created_at", iso_time(run.created_at)},
            {"run_started_at", iso_time(run.created_at)},
            {"updated_at", iso_time(std::min(call.now, finished_at(run)))},
            {"jobs_url", url + "/jobs"},
            {"cancel_url", url + "/cancel"},
            {"rerun_url", url + "/rerun"},
            {"actor", login_view(call.state, run.actor, call.request.api())},
            {"triggering_actor", login_view(call.state, run.actor, call.request.api())},
            {"repository", repository_view(call.state, repository, call.request.api())},
            {"head_repository", repository_view(call.state, repository, call.request.api())}};
  add_run_members(view);
  return view;
}

void tell(Call& call, const Run& run, RunStage stage) {
  constexpr std::array<std::string_view, 3> run_actions{"requested", "in_progress", "completed"};
  const std::string action(run_actions[static_cast<std::size_t>(std::to_underlying(stage))]);
  const Repository& repository = call.state.repositories.at(run.repository_id);
  const Owner& owner = owner_of(call.state, repository);
  emit(call, &owner, &repository,
       {.name = "workflow_run", .action = action, .payload = {{"workflow_run", view_at(call, run, stage)}}});
  emit(call, &owner, &repository,
       {.name = "workflow_job",
        .action = stage == RunStage::queued ? "queued" : action,
        .payload = {{"workflow_job", job_view(call, run, stage)}}});
}

bool after(std::string_view text, std::int64_t at, bool or_equal) {
  const std::string whole = text.contains('T') ? std::string(text) : std::string(text) + "T00:00:00Z";
  const auto time = nats::parse_time(whole);
  return time && (at > *time || (or_equal && at == *time));
}

}  // namespace

std::int64_t finished_at(const Run& run) {
  return run.cancelled_at != 0 ? run.cancelled_at : run.created_at + run.queued_seconds + run.run_seconds;
}

RunStage stage_of(const Run& run, std::int64_t now) {
  if (now >= finished_at(run)) return RunStage::completed;
  return now >= run.created_at + run.queued_seconds ? RunStage::in_progress : RunStage::queued;
}

std::string_view stage_text(RunStage stage) {
  return stage == RunStage::completed     ? "completed"
         : stage == RunStage::in_progress ? "in_progress"
                                          : "queued";
}

Json run_view(const Call& call, const Run& run) { return view_at(call, run, stage_of(run, call.now)); }

Json jobs_view(const Call& call, const Run& run) {
  return {{"total_count", 1}, {"jobs", Json::array({job_view(call, run, stage_of(run, call.now))})}};
}

void tell_runs(Call& call) {
  for (auto& [id, run] : call.state.runs) {
    const int reached = std::to_underlying(stage_of(run, call.now)) + 1;
    // A cancelled run may never have been in progress.
    while (run.told < reached) {
      const RunStage stage = stages[static_cast<std::size_t>(std::clamp(run.told, 0, 2))];
      ++run.told;
      if (stage != RunStage::in_progress || run.cancelled_at == 0) tell(call, run, stage);
      call.changed = true;
    }
  }
}

bool created_within(std::string_view range, std::int64_t at) {
  if (range.empty()) return true;
  if (const std::size_t dots = range.find(".."); dots != std::string_view::npos)
    return (range.starts_with('*') || after(range.substr(0, dots), at, true)) &&
           (range.ends_with('*') || !after(range.substr(dots + 2), at, false));
  if (range.starts_with(">=")) return after(range.substr(2), at, true);
  if (range.starts_with("<=")) return !after(range.substr(2), at, false);
  if (range.starts_with('>')) return after(range.substr(1), at, false);
  if (range.starts_with('<')) return !after(range.substr(1), at, true);
  return after(range, at, true);
}

}  // namespace ghboot::standin
