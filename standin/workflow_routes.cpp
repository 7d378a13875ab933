// SPDX-License-Identifier: Apache-2.0
// Workflows are the files below .github/workflows of the default branch; what runs is the clock. A dispatch
// answers 204, or 200 with the run where that is asked for; the newer version of the API always answers 200.
#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>

#include "standin/answer_headers.h"
#include "standin/commit_input.h"
#include "standin/crypto.h"
#include "standin/git_routes.h"
#include "standin/json_member.h"
#include "standin/page.h"
#include "standin/run_stage.h"
#include "standin/shape.h"
#include "standin/state.h"
#include "standin/text.h"
#include "standin/workflow_file.h"

namespace ghboot::standin {

namespace {

constexpr std::string_view workflow_folder = ".github/workflows";
constexpr std::size_t inputs_max = 25;
constexpr std::size_t payload_members_max = 10, payload_size_max = 64 << 10, event_type_length_max = 100;
constexpr Rule actions_read{
    .subject = Subject::repository, .permission = "actions", .scopes = "repo", .scopes_if_private = true};
constexpr Rule actions_write{Subject::repository, "actions", Level::write, Level::write, "repo, public_repo"};

struct Workflow {
  Id id;
  std::string path;
  WorkflowFile file;
};

// The same for the same path, so that nothing has to be kept.
Id workflow_id(const Call& call, std::string_view path) {
  const std::string digits = sha256_hex(fmt::format("{}:{}", call.repository->id, path)).substr(0, 7);
  Id id = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), id, 16);
  return id;
}

std::vector<Workflow> workflows_at(const Call& call, const std::string& commit) {
  std::vector<Workflow> found;
  const auto entries =
      call.git.tree(call.repository->id, fmt::format("{}:{}", commit, workflow_folder), false);
  for (const TreeEntry& entry : entries.value_or(std::vector<TreeEntry>{})) {
    if (!entry.path.ends_with(".yml") && !entry.path.ends_with(".yaml")) continue;
    const std::string path = fmt::format("{}/{}", workflow_folder, entry.path);
    Workflow one{workflow_id(call, path), path,
                 read_workflow(call.git.content(call.repository->id, entry.sha).value_or(""))};
    if (one.file.name.empty()) one.file.name = path;
    found.push_back(std::move(one));
  }
  return found;
}

std::vector<Workflow> workflows(const Call& call) {
  const auto commit = call.git.ref(call.repository->id, "heads/" + call.repository->default_branch);
  return commit ? workflows_at(call, *commit) : std::vector<Workflow>{};
}

// By its number or its file's name.
std::optional<Workflow> named_workflow(const std::vector<Workflow>& among, std::string_view name) {
  for (const Workflow& one : among) {
    if (one.path == fmt::format("{}/{}", workflow_folder, name) || fmt::format("{}", one.id) == name)
      return one;
  }
  return std::nullopt;
}

Json workflow_view(const Call& call, const Workflow& workflow) {
  return {{"id", workflow.id},
          {"name", workflow.file.name},
          {"path", workflow.path},
          {"state", "active"},
          {"node_id", node_id("W", workflow.id)},
          {"created_at", iso_time(call.repository->created_at)},
          {"updated_at", iso_time(call.repository->updated_at)},
          {"html_url", fmt::format("https://github.com/{}/blob/main/{}",
                                   full_name(call.state, *call.repository), workflow.path)},
          {"badge_url",
           fmt::format("https://github.com/{}/workflows/badge.svg", full_name(call.state, *call.repository))},
          {"url", fmt::format("{}/actions/workflows/{}", repository_url(call), workflow.id)}};
}

Response list_workflows(Call& call) {
  std::vector<Json> views;
  for (const Workflow& one : workflows(call)) views.push_back(workflow_view(call, one));
  return counted_page(call, "workflows", views);
}

Response get_workflow(Call& call) {
  const auto workflow = named_workflow(workflows(call), call.part("workflow"));
  return workflow ? json_response(200, workflow_view(call, *workflow)) : not_found();
}

struct Start {
  std::string event, branch, sha;
  std::map<std::string, std::string> inputs;
};

const Run& start(Call& call, const Workflow& workflow, const Start& what) {
  const RunSettings& settings = call.state.run_settings;
  Run run{.id = call.state.take_id(),
          .repository_id = call.repository->id,
          .workflow_id = workflow.id,
          .number = 1,
          .name = workflow.file.name,
          .path = workflow.path,
          .event = what.event,
          .head_branch = what.branch,
          .head_sha = what.sha,
          .title = run_title(workflow.file, what.inputs),
          .actor = call.actor.user != nullptr ? call.actor.user->login : call.actor.app->slug + "[bot]",
          .inputs = what.inputs,
          .created_at = call.now,
          .queued_seconds = settings.queued_seconds,
          .run_seconds = settings.run_seconds,
          .conclusion = settings.conclusion};
  (void)call.state.take_id();  // Its job's.
  for (const auto& [id, other] : call.state.runs) {
    if (other.workflow_id == workflow.id) run.number = std::max(run.number, other.number + 1);
  }
  call.changed = true;
  const Run& kept = call.state.runs.emplace(run.id, run).first->second;
  tell_runs(call);
  return kept;
}

// The error has no errors[], as GitHub's has none.
std::expected<std::map<std::string, std::string>, Response> read_inputs(const Json& body,
                                                                        const WorkflowFile& file) {
  std::map<std::string, std::string> inputs;
  const auto found = body.find("inputs");
  if (found == body.end() || found->is_null()) return inputs;
  if (!found->is_object())
    return std::unexpected(invalid_request("For 'properties/inputs', it is not an object."));
  if (found->size() > inputs_max)
    return std::unexpected(invalid_request(
        fmt::format("No more than {} properties are allowed; {} were supplied.", inputs_max, found->size())));
  std::vector<std::string> unexpected;
  for (const auto& [name, value] : found->items()) {
    if (!value.is_string())
      return std::unexpected(invalid_request(
          fmt::format("For 'properties/inputs/{}', {} is not a string.", name, value.dump())));
    inputs[name] = value.get<std::string>();
    if (std::ranges::find(file.inputs, name) == file.inputs.end()) unexpected.push_back(name);
  }
  if (!unexpected.empty())
    return std::unexpected(
        error_response(422, fmt::format("Unexpected inputs provided: {}", Json(unexpected).dump())));
  return inputs;
}

Response dispatch(Call& call) {
  const Id id = call.repository->id;
  auto known = named_workflow(workflows(call), call.part("workflow"));
  if (!known) return not_found();
  const bool is_newer = api_version(call.request) == newer_version;
  const bool asks = call.body.contains("return_run_details");
  if (asks && (is_newer || !call.state.run_settings.returns_details))
    return error_response(400, "\"return_run_details\" is not a permitted key.");
  std::string ref = text_member(call.body, "ref");
  if (ref.empty()) return invalid_request("\"ref\" wasn't supplied.");
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/"}) {
    if (ref.starts_with(prefix)) ref.erase(0, prefix.size());
  }
  const bool is_name = call.git.ref(id, "heads/" + ref) || call.git.ref(id, "tags/" + ref);
  const auto commit = is_name ? call.git.commit_of(id, ref) : std::nullopt;
  if (!commit) return error_response(422, fmt::format("No ref found for: {}", ref));
  // The file of that ref counts.
  const auto there = named_workflow(workflows_at(call, *commit), call.part("workflow"));
  if (!there || !there->file.dispatches)
    return error_response(422, "Workflow does not have 'workflow_dispatch' trigger");
  auto inputs = read_inputs(call.body, there->file);
  if (!inputs) return inputs.error();
  const Run& run = start(call, *there, {"workflow_dispatch", ref, *commit, *std::move(inputs)});
  if (!is_newer && !(asks && call.body["return_run_details"] == true)) return {.status = 204};
  const Json view = run_view(call, run);
  return json_response(
      200, {{"workflow_run_id", run.id}, {"run_url", view["url"]}, {"html_url", view["html_url"]}});
}

Response repository_dispatch(Call& call) {
  const std::string type = text_member(call.body, "event_type");
  if (type.empty() || type.size() > event_type_length_max)
    return invalid_request("\"event_type\" is 1 to 100 characters.");
  const Json payload = call.body.contains("client_payload") ? call.body["client_payload"] : Json::object();
  if (!payload.is_object() || payload.size() > payload_members_max)
    return invalid_request(fmt::format("No more than {} properties are allowed; {} were supplied.",
                                       payload_members_max, payload.size()));
  if (payload.dump().size() > payload_size_max) return error_response(422, "client_payload is too large");
  const std::string& branch = call.repository->default_branch;
  const auto commit = call.git.ref(call.repository->id, "heads/" + branch);
  for (const Workflow& one : workflows(call)) {
    if (one.file.dispatches_repository) start(call, one, {"repository_dispatch", branch, *commit, {}});
  }
  return {.status = 204};
}

bool wanted(const Call& call, const Run& run) {
  const auto fits = [&](std::string_view parameter, std::string_view value) {
    const std::string_view asked = call.request.parameter(parameter);
    return asked.empty() || asked == value;
  };
  const RunStage stage = stage_of(run, call.now);
  const bool is_done = stage == RunStage::completed;
  const std::string_view conclusion = !is_done                ? ""
                                      : run.cancelled_at != 0 ? std::string_view("cancelled")
                                                              : run.conclusion;
  return run.repository_id == call.repository->id && fits("branch", run.head_branch) &&
         fits("event", run.event) && fits("actor", run.actor) && fits("head_sha", run.head_sha) &&
         (fits("status", stage_text(stage)) || fits("status", conclusion)) &&
         created_within(call.request.parameter("created"), run.created_at);
}

Response runs_response(const Call& call, Id workflow) {
  std::vector<Json> views;
  for (const auto& [id, run] : std::views::reverse(call.state.runs)) {
    if (wanted(call, run) && (workflow == 0 || run.workflow_id == workflow))
      views.push_back(run_view(call, run));
  }
  return counted_page(call, "workflow_runs", views);
}

Response list_runs(Call& call) { return runs_response(call, 0); }

Response list_runs_of_workflow(Call& call) {
  const auto workflow = named_workflow(workflows(call), call.part("workflow"));
  return workflow ? runs_response(call, workflow->id) : not_found();
}

Run* run_of(Call& call, Id id) {
  const auto found = call.state.runs.find(id);
  return found == call.state.runs.end() || found->second.repository_id != call.repository->id
             ? nullptr
             : &found->second;
}

Response get_run(Call& call) {
  const Run* run = run_of(call, call.id_part("run_id"));
  return run == nullptr ? not_found() : json_response(200, run_view(call, *run));
}

Response list_jobs(Call& call) {
  const Run* run = run_of(call, call.id_part("run_id"));
  return run == nullptr ? not_found() : json_response(200, jobs_view(call, *run));
}

Response get_job(Call& call) {
  const Run* run = run_of(call, call.id_part("job_id") - 1);
  return run == nullptr ? not_found() : json_response(200, jobs_view(call, *run)["jobs"][0]);
}

Response cancel(Call& call) {
  Run* run = run_of(call, call.id_part("run_id"));
  if (run == nullptr) return not_found();
  if (stage_of(*run, call.now) == RunStage::completed)
    return error_response(409, "Cannot cancel a workflow run that is completed.");
  run->cancelled_at = call.now;
  call.changed = true;
  tell_runs(call);
  return json_response(202, Json::object());
}

constexpr std::array routes{
    Route{"GET", "/repos/{owner}/{repo}/actions/workflows", list_workflows, actions_read},
    Route{"GET", "/repos/{owner}/{repo}/actions/workflows/{workflow}", get_workflow, actions_read},
    Route{"POST", "/repos/{owner}/{repo}/actions/workflows/{workflow}/dispatches", dispatch, actions_write},
    Route{"GET", "/repos/{owner}/{repo}/actions/workflows/{workflow}/runs", list_runs_of_workflow,
          actions_read},
    Route{"GET", "/repos/{owner}/{repo}/actions/runs", list_runs, actions_read},
    Route{"GET", "/repos/{owner}/{repo}/actions/runs/{run_id}", get_run, actions_read},
    Route{"GET", "/repos/{owner}/{repo}/actions/runs/{run_id}/jobs", list_jobs, actions_read},
    Route{"GET", "/repos/{owner}/{repo}/actions/jobs/{job_id}", get_job, actions_read},
    Route{"POST", "/repos/{owner}/{repo}/actions/runs/{run_id}/cancel", cancel, actions_write},
    Route{"POST", "/repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel", cancel, actions_write},
    Route{"POST", "/repos/{owner}/{repo}/dispatches", repository_dispatch, contents_write}};

}  // namespace

std::span<const Route> workflow_routes() { return routes; }

}  // namespace ghboot::standin
