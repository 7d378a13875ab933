// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "nats/base64.h"
#include "nats/program.h"
#include "standin/test_standin.h"
#include "standin/text.h"
#include "standin/workflow_file.h"

namespace ghboot::standin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace fs = std::filesystem;

constexpr std::string_view deploy = R"(name: Deploy
run-name: Deploy ${{ inputs.distinct_id }} to ${{ github.event.inputs.place }}
on:
  # By hand.
  workflow_dispatch:
    inputs:
      distinct_id:
        description: for finding it
        required: false
      place:
        type: string
  repository_dispatch:
    types: [go]
jobs:
  build:
    runs-on: ubuntu-latest
)";

TEST(WorkflowFileTest, HasItsNameTriggersAndInputs) {
  const WorkflowFile file = read_workflow(deploy);
  EXPECT_EQ(file.name, "Deploy");
  EXPECT_TRUE(file.dispatches);
  EXPECT_TRUE(file.dispatches_repository);
  EXPECT_THAT(file.inputs, ElementsAre("distinct_id", "place"));
  EXPECT_EQ(run_title(file, {{"distinct_id", "42"}}), "Deploy 42 to ");
}

TEST(WorkflowFileTest, TriggersInOtherForms) {
  EXPECT_TRUE(read_workflow("on: [push, workflow_dispatch]\n").dispatches);
  EXPECT_TRUE(read_workflow("on:\n- push\n- workflow_dispatch\n").dispatches);
  EXPECT_FALSE(read_workflow("on: push\njobs:\n  workflow_dispatch:\n").dispatches);
  EXPECT_FALSE(read_workflow("").dispatches);
}

class WorkflowTest : public StandinTest {
 protected:
  WorkflowTest() {
    std::string name = (fs::temp_directory_path() / "ghboot-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    const auto program = nats::find_program("git", std::getenv("PATH"), {"/usr/bin/git"});
    git_ = Git(program->string(), folder_ + "/git");
    const State state = standin_->state();
    standin_ = open();
    standin_->change([&](State& empty) { empty = state; });
    put("deploy.yml", deploy);
    put("ci.yml", "name: CI\non: push\n");
  }
  ~WorkflowTest() override { fs::remove_all(folder_); }

  void put(const std::string& name, std::string_view text) {
    ask("PUT", repo_ + "/contents/.github/workflows/" + name,
        {{"message", "m"}, {"content", nats::encode_base64(text)}});
  }
  Response dispatch(const Json& body, const std::string& workflow = "deploy.yml",
                    const TestHeaders& headers = {}) {
    return ask("POST", repo_ + "/actions/workflows/" + workflow + "/dispatches", body, headers);
  }
  Json run(Id id) { return json(ask("GET", fmt::format("{}/actions/runs/{}", repo_, id))); }
  Id started() {
    return json(dispatch({{"ref", "main"}, {"return_run_details", true}}))["workflow_run_id"].get<Id>();
  }
  std::string message(const Response& response) { return json(response).value("message", ""); }

  std::string folder_;
  const std::string repo_ = "/repos/acme/shop";
};

TEST_F(WorkflowTest, ADispatchAnswersWithItsRunOnlyWhenAsked) {
  EXPECT_EQ(dispatch({{"ref", "main"}}).status, 204U);
  const Response response = dispatch({{"ref", "refs/heads/main"}, {"return_run_details", true}});
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(run(json(response)["workflow_run_id"].get<Id>())["event"], "workflow_dispatch");
}

TEST_F(WorkflowTest, TheNewerVersionAlwaysAnswersWithIt) {
  const TestHeaders newer{{"X-GitHub-Api-Version", "2026-03-10"}};
  EXPECT_EQ(dispatch({{"ref", "main"}}, "deploy.yml", newer).status, 200U);
}

TEST_F(WorkflowTest, AnOlderServerDoesNotKnowTheParameter) {
  ask("PATCH", "/_standin/settings", {{"run_details", false}});
  EXPECT_EQ(dispatch({{"ref", "main"}, {"return_run_details", true}}).status, 400U);
  EXPECT_EQ(dispatch({{"ref", "main"}}).status, 204U);
}

TEST_F(WorkflowTest, WhatCannotBeDispatchedIsNamed) {
  EXPECT_EQ(dispatch({{"ref", "main"}}, "no-such.yml").status, 404U);
  EXPECT_EQ(message(dispatch({{"ref", "main"}}, "ci.yml")),
            "Workflow does not have 'workflow_dispatch' trigger");
  EXPECT_EQ(message(dispatch({{"ref", "fail"}})), "No ref found for: fail");
  const Response foo = dispatch({{"ref", "main"}, {"inputs", {{"foo", "1"}}}});
  EXPECT_EQ(foo.status, 422U);
  EXPECT_EQ(message(foo), "Unexpected inputs provided: [\"foo\"]");
  EXPECT_FALSE(json(foo).contains("errors"));
  EXPECT_THAT(message(dispatch({{"ref", "main"}, {"inputs", {{"place", 1}}}})),
              ::testing::HasSubstr("is not a string"));
  EXPECT_EQ(dispatch(Json::object()).status, 422U);
}

TEST_F(WorkflowTest, ARunGoesThroughItsStagesByTheClock) {
  const Id id = started();
  EXPECT_EQ(run(id)["status"], "queued");
  EXPECT_EQ(run(id)["conclusion"], nullptr);
  clock_.seconds += 2;
  EXPECT_EQ(run(id)["status"], "in_progress");
  const Json jobs = json(ask("GET", fmt::format("{}/actions/runs/{}/jobs", repo_, id)));
  ASSERT_THAT(jobs["jobs"], SizeIs(1));
  EXPECT_THAT(jobs["jobs"][0]["steps"], SizeIs(3));
  EXPECT_EQ(ask("GET", repo_ + "/actions/jobs/" + jobs["jobs"][0]["id"].dump()).status, 200U);
  clock_.seconds += 4;
  EXPECT_EQ(run(id)["status"], "completed");
  EXPECT_EQ(run(id)["conclusion"], "success");
}

TEST_F(WorkflowTest, EachStageIsToldToHooksOnce) {
  make_hook("https://a.example", {"workflow_run"});
  sent_.clear();
  started();
  clock_.seconds += 10;
  standin_->tick();
  standin_->tick();
  std::vector<std::string> actions;
  for (const Outgoing& one : sent_) actions.push_back(Json::parse(one.body)["action"].get<std::string>());
  EXPECT_THAT(actions, ElementsAre("requested", "in_progress", "completed"));
}

TEST_F(WorkflowTest, ARunIsCancelledUntilItIsDone) {
  const Id id = started();
  const std::string place = fmt::format("{}/actions/runs/{}/cancel", repo_, id);
  EXPECT_EQ(ask("POST", place).status, 202U);
  EXPECT_EQ(run(id)["conclusion"], "cancelled");
  EXPECT_EQ(ask("POST", place).status, 409U);
}

TEST_F(WorkflowTest, RunsAreFoundByTheirTitleAndTime) {
  const std::string before = iso_time(clock_.seconds);
  dispatch({{"ref", "main"}, {"inputs", {{"distinct_id", "42"}}}});
  const auto count = [&](const std::string& query) {
    return json(ask("GET", repo_ + "/actions/runs?" + query))["total_count"].get<int>();
  };
  const Json listed =
      json(ask("GET", repo_ + "/actions/runs?event=workflow_dispatch&created=%3E%3D" + before));
  ASSERT_EQ(listed["total_count"], 1);
  EXPECT_EQ(listed["workflow_runs"][0]["display_title"], "Deploy 42 to ");
  EXPECT_EQ(count("status=queued&branch=main&actor=ada"), 1);
  EXPECT_EQ(count("status=completed"), 0);
  EXPECT_EQ(count("created=%3E" + before), 0);
  EXPECT_EQ(count("event=push"), 0);
}

TEST_F(WorkflowTest, ARepositoryDispatchGivesNoRunAndStartsThoseThatListen) {
  EXPECT_EQ(ask("POST", repo_ + "/dispatches", {{"event_type", "go"}}).status, 204U);
  EXPECT_EQ(json(ask("GET", repo_ + "/actions/runs?event=repository_dispatch"))["total_count"], 1);
  Json payload;
  for (int i = 0; i < 11; ++i) payload["p" + std::to_string(i)] = i;
  EXPECT_EQ(ask("POST", repo_ + "/dispatches", {{"event_type", "go"}, {"client_payload", payload}}).status,
            422U);
  EXPECT_EQ(ask("POST", repo_ + "/dispatches", {{"event_type", std::string(101, 'x')}}).status, 422U);
}

}  // namespace
}  // namespace ghboot::standin
