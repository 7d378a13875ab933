// SPDX-License-Identifier: Apache-2.0
#include "github/workflow_runs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "github/refusal.h"
#include "nats/time_text.h"

namespace ghboot::github {
namespace {

using nlohmann::json;

constexpr std::string_view actions_write = "the permission Actions: write, or the scope `repo`";
constexpr std::size_t runs_max = 1'000;  // GitHub's own, of a listing with a filter.
constexpr std::size_t jobs_max = 10'000;

// github.com and GHE.com tell it; a GitHub Enterprise Server up to 3.20 answers 400 to a member that it does
// not know.
bool tells_runs(const BaseUrl& base) { return !base.text().ends_with("/api/v3"); }

bool is_unknown_member(const Error& error) {
  return (error.status == 400 || error.status == 422) && says(error, "return_run_details");
}

Result<WorkflowRun> read_run(const json& body) {
  const auto id = id_in(body, "id");
  if (!id) return std::unexpected(id.error());
  WorkflowRun run{.id = *id,
                  .title = text_in(body, "display_title"),
                  .status = text_in(body, "status"),
                  .conclusion = text_in(body, "conclusion"),
                  .html_url = text_in(body, "html_url"),
                  .created_at = text_in(body, "created_at")};
  if (run.status.empty())
    return failure(
        ErrorKind::unreachable,
        "GitHub's answer is no run of a workflow: look at the base URL, and at proxies on the way.");
  return run;
}

bool is_good(std::string_view conclusion) {
  return conclusion == "success" || conclusion == "skipped" || conclusion == "neutral";
}

std::string first_failed_step(const json& job) {
  const json& steps = member_in(job, "steps");
  for (const json& step : steps.is_array() ? steps : json::array()) {
    const std::string conclusion = text_in(step, "conclusion");
    // The steps behind a failed one, and those of what was cancelled, did nothing of their own.
    if (!conclusion.empty() && conclusion != "cancelled" && !is_good(conclusion))
      return text_in(step, "name");
  }
  return "";
}

}  // namespace

WorkflowRuns::WorkflowRuns(Client& client, RepositoryName repository, std::string file)
    : client_(client), repository_(std::move(repository)), file_(std::move(file)) {}

std::string WorkflowRuns::at(std::string_view rest) const {
  return fmt::format("/repos/{}/{}/actions/{}", encoded(repository_.owner), encoded(repository_.name), rest);
}

Error WorkflowRuns::told_of_dispatch(const Error& error) const {
  const std::string failed =
      fmt::format("The workflow {} of {}/{} was not started", file_, repository_.owner, repository_.name);
  if (error.kind == ErrorKind::unknown) return error;
  // It may also not be there, which is the same answer.
  if (error.kind == ErrorKind::missing)
    return told(
        fmt::format("{}: there is no .github/workflows/{} on the default branch, or the token may not "
                    "start it, which takes {}.",
                    failed, file_, actions_write),
        error);
  return refusal({.failed = failed, .permission = std::string(actions_write)}, error);
}

Result<std::optional<std::int64_t>> WorkflowRuns::dispatch(std::string_view ref,
                                                           const std::map<std::string, std::string>& inputs,
                                                           const Wait& wait) {
  json body{{"ref", ref}, {"inputs", inputs}};
  const Request plain{.method = "POST",
                      .path = at(fmt::format("workflows/{}/dispatches", encoded(file_))),
                      .body = body_text(body)};
  Request request = plain;
  body["return_run_details"] = true;
  if (tells_runs(client_.base())) request.body = body_text(body);
  auto answer = client_.send(request, wait);
  // What answered so did nothing.
  if (!answer && is_unknown_member(answer.error())) answer = client_.send(plain, wait);
  if (!answer) return std::unexpected(told_of_dispatch(answer.error()));
  const auto id = id_in(*answer->json, "workflow_run_id");
  return id ? std::optional(*id) : std::nullopt;
}

Result<std::vector<WorkflowRun>> WorkflowRuns::list(std::int64_t since_unix, const Wait& wait) {
  std::string path =
      at(fmt::format("workflows/{}/runs?event=workflow_dispatch&per_page=100", encoded(file_)));
  if (since_unix > 0) path += "&created=" + encoded(">=" + nats::time_text(since_unix));
  const auto listing = client_.list({.path = path}, wait, runs_max, "workflow_runs");
  if (!listing) return std::unexpected(listing.error());
  std::vector<WorkflowRun> out;
  for (const json& item : *listing->items) {
    auto run = read_run(item);
    if (!run) return std::unexpected(run.error());
    out.push_back(*std::move(run));
  }
  return out;
}

Result<WorkflowRun> WorkflowRuns::run(std::int64_t id, const Wait& wait) {
  const auto answer = client_.send({.path = at(fmt::format("runs/{}", id))}, wait);
  if (!answer) return std::unexpected(answer.error());
  return read_run(*answer->json);
}

Result<std::vector<FailedStep>> WorkflowRuns::failed_steps(std::int64_t id, const Wait& wait) {
  const auto listing = client_.list({.path = at(fmt::format("runs/{}/jobs?filter=latest&per_page=100", id))},
                                    wait, jobs_max, "jobs");
  if (!listing) return std::unexpected(listing.error());
  std::vector<FailedStep> out;
  for (const json& job : *listing->items) {
    const std::string conclusion = text_in(job, "conclusion");
    if (conclusion.empty() || is_good(conclusion)) continue;
    out.push_back({.job = text_in(job, "name"), .step = first_failed_step(job), .conclusion = conclusion});
  }
  return out;
}

Result<void> WorkflowRuns::cancel(std::int64_t id, const Wait& wait) {
  const auto answer = client_.send(
      {.method = "POST", .path = at(fmt::format("runs/{}/cancel", id)), .idempotent = true}, wait);
  if (answer) return {};
  if (answer.error().kind != ErrorKind::conflict) return std::unexpected(answer.error());
  // It has ended, or has not begun yet and cannot be cancelled so early.
  const auto found = run(id, wait);
  if (found && found->is_over()) return {};
  return std::unexpected(answer.error());
}

}  // namespace ghboot::github
