// SPDX-License-Identifier: Apache-2.0
// Runs that let a workflow make the files, against the stand-in: the very run is found and followed, an
// earlier one ended, and one whose holder may not go on is cancelled.
#include "regen/workflow_run.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "github/standin_fixture.h"
#include "nats/base64.h"

namespace ghboot::regen {
namespace {

using nats::LeaseError;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view shipped = R"(name: Regenerate
run-name: Regenerate (${{ inputs.ghboot_nonce }})
on:
  workflow_dispatch:
    inputs:
      ghboot_token:
        type: string
      ghboot_nonce:
        type: string
      team:
        type: string
)";

class WorkflowRuns : public github::StandinMeeting {
 protected:
  WorkflowRuns() {
    put("regenerate.yml", shipped);
    put("foreign.yml", "name: Foreign\non:\n  workflow_dispatch:\n");
    settings({{"run_queued_seconds", 0}, {"run_seconds", 0}});
    mark();
  }
  void put(const std::string& file, std::string_view text) {
    const Json body{{"message", "m"}, {"content", nats::encode_base64(text)}};
    EXPECT_TRUE(client_->send({.method = "PUT",
                               .path = "/repos/Acme/Shop/contents/.github/workflows/" + file,
                               .body = github::body_text(body)},
                              wait()));
  }
  void settings(const Json& changes) { control("PATCH", "/settings", changes); }

  Result<WorkflowDone> run(std::string nonce = "n-1") {
    order_.run = std::move(nonce);
    order_.token = {.generation = 1, .sequence = 7};
    if (!order_.safe_point) order_.safe_point = [] { return nats::LeaseResult<void>(); };
    if (!order_.left) order_.left = [] { return std::chrono::seconds(24); };
    WorkflowRun run(
        {.client = *client_, .clock = clock_, .say = [this](const std::string& text) { said_ += text; }},
        terms_);
    return run.run(order_, wait());
  }
  std::string refused() {
    const auto done = run();
    return done ? "done" : done.error().message;
  }
  nlohmann::json listed() {
    return (*client_->send({.path = "/repos/Acme/Shop/actions/runs"}, wait())->json)["workflow_runs"];
  }
  int dispatches() {
    int count = 0;
    for (const Json& one : requests())
      count += one["target"].get<std::string>().ends_with("/dispatches") ? 1 : 0;
    return count;
  }

  WorkflowTerms terms_{.repository = {"Acme", "Shop"}, .file = "regenerate.yml"};
  RunOrder order_;
  std::string said_;
};

TEST_F(WorkflowRuns, AreDispatchedOnceFoundAndFollowedToTheirEnd) {
  terms_.inputs = {{"team", "platform"}};
  const auto done = run("n-42");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(done->is_fenced);
  EXPECT_EQ(done->ref, "main");
  ASSERT_EQ(listed().size(), 1U);
  EXPECT_EQ(listed()[0]["id"], done->id);
  EXPECT_EQ(listed()[0]["display_title"], "Regenerate (n-42)");
  EXPECT_EQ(dispatches(), 1);
  EXPECT_THAT(said_, HasSubstr("regenerate.yml is completed: "));
}

TEST_F(WorkflowRuns, AreFoundByTheirTitleWhereGithubDoesNotTellTheirNumber) {
  client_ = client("ghp_admin", service_->address() + "/api/v3");
  const auto done = run("n-43");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(listed()[0]["id"], done->id);
}

TEST_F(WorkflowRuns, WhoseDispatchIsNotAnsweredAreLookedUpAndNotDispatchedAgain) {
  fault({{"method", "POST"},
         {"path_prefix", "/repos/acme/shop/actions/workflows"},
         {"cut", "after"},
         {"times", 1}});
  const auto done = run("n-44");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(dispatches(), 1);
  EXPECT_EQ(listed().size(), 1U);
}

TEST_F(WorkflowRuns, ThatFailSayWhichStepAndWhere) {
  settings({{"run_conclusion", "failure"}});
  EXPECT_THAT(refused(), AllOf(HasSubstr("the workflow regenerate.yml ended with failure"),
                               HasSubstr("step \""), HasSubstr("/actions/runs/")));
}

TEST_F(WorkflowRuns, OfAnEarlierHolderAreCancelledFirst) {
  settings({{"run_queued_seconds", 0}, {"run_seconds", 3600}});
  github::WorkflowRuns earlier(*client_, {"Acme", "Shop"}, "regenerate.yml");
  ASSERT_TRUE(earlier.dispatch("main", {{"ghboot_nonce", "old"}}, wait()));
  settings({{"run_seconds", 0}});
  const auto done = run("n-45");
  ASSERT_TRUE(done) << done.error().message;
  for (const auto& one : listed())
    EXPECT_EQ(one["conclusion"], one["id"] == done->id ? "success" : "cancelled");
  EXPECT_THAT(said_, HasSubstr("an earlier run is cancelled"));
}

TEST_F(WorkflowRuns, WhoseHolderLosesTheLockAreCancelled) {
  settings({{"run_seconds", 3600}});
  int points = 0;
  order_.safe_point = [&]() -> nats::LeaseResult<void> {  // The first is before the dispatch.
    if (++points > 1) return nats::fail(LeaseError::lost, "another has it");
    return {};
  };
  EXPECT_THAT(refused(), AllOf(StartsWith("the lock was lost: another has it, while the run of "),
                               HasSubstr(" was in_progress: https://github.com/Acme/")));
  ASSERT_EQ(listed().size(), 1U);
  EXPECT_EQ(listed()[0]["conclusion"], "cancelled");
}

TEST_F(WorkflowRuns, AreFollowedThroughAnOutage) {
  fault({{"method", "GET"},
         {"path_prefix", "/repos/acme/shop/actions/runs/"},
         {"status", 502},
         {"body", "<html>"},
         {"times", 3}});
  const auto done = run("n-46");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(listed()[0]["conclusion"], "success");
}

TEST_F(WorkflowRuns, WhoseDispatchIsNotAnsweredAreCancelledWhereTheirHolderMayNotGoOn) {
  settings({{"run_seconds", 3600}});
  fault({{"method", "POST"},
         {"path_prefix", "/repos/acme/shop/actions/workflows"},
         {"cut", "after"},
         {"times", 1}});
  int points = 0;
  order_.safe_point = [&]() -> nats::LeaseResult<void> {
    if (++points > 1) return nats::fail(LeaseError::lost, "another has it");
    return {};
  };
  order_.left = [&] { return std::chrono::seconds(points > 1 ? 0 : 24); };
  terms_.ref = "main";
  const auto done = run("n-47");
  ASSERT_FALSE(done);
  ASSERT_EQ(listed().size(), 1U);
  EXPECT_EQ(listed()[0]["conclusion"], "cancelled") << done.error().message;
}

TEST_F(WorkflowRuns, ThatDoNotStartAreCancelledWithWords) {
  settings({{"run_queued_seconds", 3600}});
  terms_.start_max = std::chrono::seconds(0);
  EXPECT_THAT(refused(),
              AllOf(HasSubstr("did not start within 0 s (it is queued)"), HasSubstr("is there a runner")));
  EXPECT_EQ(listed()[0]["conclusion"], "cancelled");
}

TEST_F(WorkflowRuns, ThatSomebodyElseCancelsSaySo) {
  settings({{"run_conclusion", "cancelled"}});
  EXPECT_THAT(refused(), HasSubstr("ended with cancelled"));
}

TEST_F(WorkflowRuns, OfAWorkflowThatKnowsNoneOfOurInputsAreNotFenced) {
  terms_.file = "foreign.yml";
  const auto done = run();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_FALSE(done->is_fenced);
}

TEST_F(WorkflowRuns, OfWhatIsNoWorkflowAreRefused) {
  terms_.file = "no-such.yml";
  EXPECT_THAT(refused(), HasSubstr("no-such.yml"));
  put("push.yml", "on: push\n");
  terms_.file = "push.yml";
  EXPECT_THAT(refused(), HasSubstr("workflow_dispatch"));
  terms_.file = "regenerate.yml";
  terms_.inputs = {{"no_such_input", "1"}};
  EXPECT_THAT(refused(), HasSubstr("no_such_input"));
  EXPECT_TRUE(listed().empty());
}

}  // namespace
}  // namespace ghboot::regen
