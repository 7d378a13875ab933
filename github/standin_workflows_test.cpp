// SPDX-License-Identifier: Apache-2.0
// A workflow of Acme/Shop that is dispatched: how its run is found with and without GitHub's telling, how it
// ends, and that a dispatch is sent once, whatever becomes of its answer.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "github/standin_fixture.h"
#include "github/workflow_runs.h"
#include "nats/base64.h"
#include "nats/time_text.h"

namespace ghboot::github {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view workflow = R"(name: Regenerate
run-name: regenerate ${{ inputs.id }}
on:
  workflow_dispatch:
    inputs:
      id:
        required: true
jobs:
  build:
    runs-on: ubuntu-latest
)";

class StandinWorkflows : public StandinMeeting {
 protected:
  StandinWorkflows() {
    put("regenerate.yml", workflow);
    put("push.yml", "on: push\n");
    settings({{"run_queued_seconds", 0}, {"run_seconds", 0}});
  }
  void put(const std::string& file, std::string_view text) {
    const Json body{{"message", "m"}, {"content", nats::encode_base64(text)}};
    EXPECT_TRUE(client_->send({.method = "PUT",
                               .path = "/repos/Acme/Shop/contents/.github/workflows/" + file,
                               .body = body_text(body)},
                              wait()));
  }
  void settings(const Json& changes) { control("PATCH", "/settings", changes); }
  WorkflowRuns runs(std::string file = "regenerate.yml") {
    return {*client_, {"Acme", "Shop"}, std::move(file)};
  }
  // As on a GitHub Enterprise Server.
  void go_to_server() { client_ = client("ghp_admin", service_->address() + "/api/v3"); }

  std::int64_t dispatched(const std::string& id) {
    const auto run = runs().dispatch("main", {{"id", id}}, wait());
    EXPECT_TRUE(run) << run.error().message;
    return run ? run->value_or(0) : 0;
  }
  Error refused(const std::map<std::string, std::string>& inputs, ErrorKind kind,
                const std::string& ref = "main", const std::string& file = "regenerate.yml") {
    const auto run = runs(file).dispatch(ref, inputs, wait());
    EXPECT_FALSE(run);
    if (run) return {};
    EXPECT_EQ(run.error().kind, kind) << run.error().message;
    return run.error();
  }
  std::vector<WorkflowRun> listed(std::int64_t since = 0) {
    const auto found = runs().list(since, wait());
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(std::vector<WorkflowRun>{});
  }
  std::vector<FailedStep> failed(std::int64_t id) {
    const auto steps = runs().failed_steps(id, wait());
    EXPECT_TRUE(steps) << steps.error().message;
    return steps.value_or(std::vector<FailedStep>{});
  }
  std::int64_t dispatches() {
    std::int64_t count = 0;
    for (const Json& one : requests()) count += one["method"] == "POST" ? 1 : 0;
    return count;
  }
};

TEST_F(StandinWorkflows, TheRunThatGitHubNamesIsTheOneWithTheTitle) {
  const std::int64_t id = dispatched("r-1");
  ASSERT_NE(id, 0);
  const auto run = runs().run(id, wait());
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->title, "regenerate r-1");
  EXPECT_TRUE(run->is_over());
  EXPECT_EQ(run->conclusion, "success");
  EXPECT_THAT(run->html_url, HasSubstr("/Acme/Shop/actions/runs/"));
  EXPECT_TRUE(nats::parse_time(run->created_at));
  EXPECT_THAT(failed(id), IsEmpty());
}

TEST_F(StandinWorkflows, AServerThatNamesNoRunIsNotAskedForItAndTheListHasIt) {
  settings({{"run_details", false}});
  go_to_server();
  mark();
  EXPECT_EQ(dispatched("r-1"), 0);
  EXPECT_EQ(dispatches(), 1);
  EXPECT_EQ(dispatched("r-2"), 0);
  const auto found = listed(nats::system_clock().unix_seconds() - 60);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].title, "regenerate r-2");
  EXPECT_EQ(found[1].title, "regenerate r-1");
}

TEST_F(StandinWorkflows, WhereTheQuestionIsNotKnownItIsLeftOut) {
  settings({{"run_details", false}});
  mark();
  EXPECT_EQ(dispatched("r-1"), 0);
  EXPECT_EQ(dispatches(), 2);
  EXPECT_THAT(listed(), SizeIs(1));
}

TEST_F(StandinWorkflows, TheListHasThisFilesRunsSinceThenOnAllPages) {
  put("other.yml", workflow);
  ASSERT_TRUE(runs("other.yml").dispatch("main", {{"id", "x"}}, wait()));
  dispatched("0");
  service_->standin().change(
      [](standin::State& state) {  // As if it had been dispatched a hundred times more.
        const standin::Run first = state.runs.rbegin()->second;
        for (int i = 1; i <= 100; ++i) {
          standin::Run run = first;
          run.id = state.take_id();
          run.number += i;
          run.title = "regenerate " + std::to_string(i);
          state.runs.emplace(run.id, run);
        }
      });
  const auto found = listed();
  ASSERT_THAT(found, SizeIs(101));
  EXPECT_EQ(found.front().title, "regenerate 100");
  EXPECT_THAT(listed(nats::system_clock().unix_seconds() + 3600), IsEmpty());
}

TEST_F(StandinWorkflows, WhatCannotBeDispatchedIsInGitHubsWords) {
  EXPECT_THAT(refused({{"other", "1"}}, ErrorKind::invalid).message,
              AllOf(HasSubstr("The workflow regenerate.yml of Acme/Shop was not started."),
                    HasSubstr(R"(Unexpected inputs provided: ["other"])")));
  EXPECT_THAT(refused({}, ErrorKind::invalid, "none").message, HasSubstr("No ref found for: none"));
  EXPECT_THAT(refused({}, ErrorKind::invalid, "main", "push.yml").message,
              HasSubstr("Workflow does not have 'workflow_dispatch' trigger"));
  EXPECT_THAT(
      refused({}, ErrorKind::missing, "main", "no ne.yml").message,
      HasSubstr("there is no .github/workflows/no ne.yml on the default branch, or the token may not"));
  const auto none = runs("none.yml").list(0, wait());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::missing);
}

TEST_F(StandinWorkflows, ATokenThatMayNotIsToldTheRight) {
  client_ = client(token({{"login", "ada"},
                          {"kind", "fine_grained"},
                          {"owner", "Acme"},
                          {"permissions", {{"actions", "read"}}}}));
  EXPECT_THAT(refused({{"id", "1"}}, ErrorKind::refused).message,
              HasSubstr("was not started: it takes the permission Actions: write, or the scope `repo`"));
}

TEST_F(StandinWorkflows, ADispatchIsSentOnceWhateverBecomesOfItsAnswer) {
  for (const auto& [cut, count] : {std::pair("before", 0U), std::pair("after", 1U)}) {
    fault({{"method", "POST"}, {"cut", cut}, {"times", 1}});
    mark();
    EXPECT_THAT(refused({{"id", "r-1"}}, ErrorKind::unknown).message,
                HasSubstr("It may have happened: look it up"));
    EXPECT_EQ(dispatches(), 1);
    EXPECT_THAT(listed(), SizeIs(count));
  }
  fault({{"method", "POST"}, {"status", 502}, {"body", "html"}, {"cut", "after"}, {"times", 1}});
  refused({{"id", "r-2"}}, ErrorKind::unknown);
  EXPECT_THAT(listed(), SizeIs(2));
}

TEST_F(StandinWorkflows, AnAnswerWithoutARunIsDoneAllTheSame) {
  fault({{"method", "POST"},
         {"status", 200},
         {"body", R"({"workflow_run_id":null})"},
         {"cut", "after"},
         {"times", 1}});
  EXPECT_EQ(dispatched("r-1"), 0);
  EXPECT_THAT(listed(), SizeIs(1));
}

TEST_F(StandinWorkflows, TheStepThatFailedIsNamed) {
  settings({{"run_conclusion", "failure"}});
  const std::int64_t id = dispatched("r-1");
  EXPECT_EQ(runs().run(id, wait())->conclusion, "failure");
  const auto steps = failed(id);
  ASSERT_THAT(steps, SizeIs(1));
  EXPECT_EQ(steps[0].job, "build");
  EXPECT_EQ(steps[0].step, "Run");
  EXPECT_EQ(steps[0].conclusion, "failure");
}

TEST_F(StandinWorkflows, ARunThatWasCancelledHasNoStepThatFailed) {
  for (const auto& [queued, status] : {std::pair(600, "queued"), std::pair(0, "in_progress")}) {
    settings({{"run_queued_seconds", queued}, {"run_seconds", 600}});
    const std::int64_t id = dispatched("r-1");
    EXPECT_EQ(runs().run(id, wait())->status, status);
    EXPECT_THAT(failed(id), IsEmpty());  // It has not ended.
    // Its answer is lost, and the second try finds it cancelled.
    fault({{"method", "POST"}, {"cut", "after"}, {"times", 1}});
    const auto cancelled = runs().cancel(id, wait());
    EXPECT_TRUE(cancelled) << cancelled.error().message;
    EXPECT_EQ(runs().run(id, wait())->conclusion, "cancelled");
    const auto steps = failed(id);
    ASSERT_THAT(steps, SizeIs(1));
    EXPECT_EQ(steps[0].step, "");
    EXPECT_EQ(steps[0].conclusion, "cancelled");
  }
}

TEST_F(StandinWorkflows, CancellingIsDoneWhereTheRunHasEndedAndNotWhereItMustNotBe) {
  const std::int64_t over = dispatched("r-1");
  EXPECT_TRUE(runs().cancel(over, wait()));
  settings({{"run_seconds", 600}});
  const std::int64_t busy = dispatched("r-2");
  fault(
      {{"method", "POST"},
       {"status", 409},
       {"times", 1},
       {"body",
        R"({"message":"Cannot cancel a workflow re-run that has not yet queued.","documentation_url":"d"})"}});
  const auto early = runs().cancel(busy, wait());
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::conflict);
  EXPECT_THAT(early.error().message, HasSubstr("has not yet queued"));
  const auto none = runs().cancel(1, wait());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::missing);
}

TEST_F(StandinWorkflows, WhatIsNoRunIsAnError) {
  fault({{"method", "GET"}, {"status", 200}, {"body", R"({"id":7})"}});
  const auto run = runs().run(7, wait());
  ASSERT_FALSE(run);
  EXPECT_THAT(run.error().message, HasSubstr("is no run of a workflow"));
}

}  // namespace
}  // namespace ghboot::github
