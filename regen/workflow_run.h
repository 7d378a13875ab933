// SPDX-License-Identifier: Apache-2.0
// The run that lets a workflow of the repository make the files: it dispatches the workflow, finds the very
// run, and holds the lock until that has ended. Always holds: at most one dispatch is sent; runs of this
// workflow that an earlier holder began have ended before; a run whose holder lost the lock, or was stopped,
// is cancelled and followed to its end. It cannot fence what the workflow commits: that is for the workflow's
// own concurrency group, and for a push without force. Threads: one. What WorkflowParts borrows outlives it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "github/workflow_runs.h"
#include "regen/run_fence.h"

namespace ghboot::regen {

constexpr std::string_view standard_workflow = "regenerate-github-files.yml";
constexpr std::string_view workflow_file_pattern = "[A-Za-z0-9_.-]{1,100}\\.ya?ml";
constexpr std::string_view workflow_file_words = "the name of a file like `regenerate.yml`, without folders";
bool is_workflow_file(std::string_view name);  // By the pattern.

struct WorkflowTerms {
  github::RepositoryName repository{};
  std::string file{standard_workflow};  // Below .github/workflows.
  std::string ref{};                    // Empty: the repository's default branch.
  std::map<std::string, std::string> inputs{};
  std::chrono::seconds start_max{600};  // How long a run may wait for a runner.
};

struct WorkflowDone {
  std::int64_t id = 0;
  std::string ref{}, html_url{};
  bool is_fenced = true;  // False: the workflow knows none of ghboot's inputs.
};

struct WorkflowParts {
  github::Client& client;
  nats::Clock& clock;
  std::function<void(const std::string&)> say{};  // What becomes of it, for people.
};

class WorkflowRun {
 public:
  static constexpr std::chrono::seconds look_every{3}, farewell{60}, find_max{60};
  static constexpr std::string_view token_input = "ghboot_token", nonce_input = "ghboot_nonce";

  WorkflowRun(WorkflowParts parts, WorkflowTerms terms);

  // As the log has it: "acme/.github .github/workflows/regenerate.yml".
  std::string target() const;
  // Under the lock; `wait` bounds all of it. ErrorKind::refused: the run failed, with job and step; conflict:
  // the lock was lost; unknown: whether it was dispatched is not known.
  Result<WorkflowDone> run(const RunOrder& order, const nats::Wait& wait);

 private:
  Result<void> end_earlier(RunFence& fence);
  Result<std::int64_t> start(RunFence& fence, std::int64_t since, WorkflowDone& done);
  // By its title; where the workflow has no input for that, by being the only one since.
  Result<std::int64_t> find(RunFence& fence, std::int64_t since, bool is_fenced);
  Result<WorkflowDone> follow(RunFence& fence, WorkflowDone done);
  Result<void> explain(RunFence& fence, const github::WorkflowRun& run);
  // What was dispatched, or may have been, must not go on beside the next holder: what to say of it.
  std::string take_back(const RunOrder& order, std::int64_t id, std::int64_t since);
  void say(const std::string& text) const;

  bool is_ours(const github::WorkflowRun& run, const RunOrder& order) const {
    return run.title.contains(order.run);
  }

  const WorkflowParts parts_;
  WorkflowTerms terms_;
  github::WorkflowRuns runs_;
};

}  // namespace ghboot::regen
