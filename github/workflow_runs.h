// SPDX-License-Identifier: Apache-2.0
// One workflow file of a repository and its runs (docs.github.com, REST API, "Workflows", "Workflow runs",
// "Workflow jobs"). It cannot tell whether a dispatch that was not answered happened: look for a run whose
// title has what was sent. Threads: those of the Client.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "github/git_data.h"

namespace ghboot::github {

struct WorkflowRun {
  std::int64_t id = 0;
  std::string title{};       // `run-name`, filled in.
  std::string status{};      // "queued", "in_progress", "completed", "waiting", …
  std::string conclusion{};  // "success", "failure", "cancelled", …; empty until it is completed.
  std::string html_url{}, created_at{};
  bool is_over() const { return status == "completed"; }
};

struct FailedStep {
  std::string job{}, step{};  // `step` is empty where none failed: the job did not start, or was cancelled.
  std::string conclusion{};   // The job's: "failure", "cancelled", "timed_out", …
};

class WorkflowRuns {
 public:
  // `file`: its name below .github/workflows.
  WorkflowRuns(Client& client, RepositoryName repository, std::string file);

  // The run's id, where the API tells (GitHub Enterprise Server does not): else nothing, and it is found by
  // its title. ErrorKind::invalid: no workflow_dispatch, inputs it does not know, no such ref, in GitHub's
  // words. ErrorKind::missing: no such workflow. ErrorKind::unknown: no answer; never repeat it, look.
  Result<std::optional<std::int64_t>> dispatch(std::string_view ref,
                                               const std::map<std::string, std::string>& inputs,
                                               const Wait& wait);
  // Of event workflow_dispatch, the newest first, made at `since_unix` or later (0: any). GitHub gives 1,000
  // at most; ErrorKind::refused: it gave more.
  Result<std::vector<WorkflowRun>> list(std::int64_t since_unix, const Wait& wait);
  Result<WorkflowRun> run(std::int64_t id, const Wait& wait);
  // Jobs that did not succeed, each with its first such step.
  Result<std::vector<FailedStep>> failed_steps(std::int64_t id, const Wait& wait);
  // Done too where the run has ended already. ErrorKind::conflict: it cannot be cancelled yet.
  Result<void> cancel(std::int64_t id, const Wait& wait);

 private:
  std::string at(std::string_view rest) const;
  Error told_of_dispatch(const Error& error) const;
  Client& client_;
  RepositoryName repository_;
  std::string file_;
};

}  // namespace ghboot::github
