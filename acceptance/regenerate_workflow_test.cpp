// SPDX-License-Identifier: Apache-2.0
// `ghboot regenerate --workflow`: a workflow of the repository makes the files, under the lock.
#include <csignal>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/regenerate_place.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class RegenerateWorkflow : public RegeneratePlace {
 protected:
  RegenerateWorkflow() {
    repository.runs_take(0, 0);
    repository.put_workflow("files.yml");
  }
  static std::vector<std::string> words(const std::vector<std::string>& more = {},
                                        const std::string& file = "files.yml") {
    std::vector<std::string> all{"regenerate", "--org", "acme", "--workflow", file};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
};

TEST_F(RegenerateWorkflow, IsDispatchedFollowedAndTold) {
  const Outcome told = helper.run(words({"--input", "team=platform", "--reason", "a new team"}));
  ASSERT_TRUE(done(told));
  EXPECT_THAT(told.out, MatchesRegex("run [0-9]+ of files.yml on main succeeded, token [0-9]+\\.[0-9]+: "
                                     "https?://.*/actions/runs/[0-9]+\n"));
  EXPECT_THAT(told.err, AllOf(HasSubstr("ghboot: files.yml is completed: http"), Not(HasSubstr("fenced"))));
  const json runs = history();
  EXPECT_EQ(runs[0]["status"], "completed");
  EXPECT_EQ(runs[0]["target"], "acme/.github .github/workflows/files.yml");
  EXPECT_EQ(runs[0]["reason"], "a new team");

  const Outcome as_json = helper.run(words({"--json", "--ref", "main"}));
  ASSERT_TRUE(done(as_json));
  const json made = json::parse(as_json.out);
  EXPECT_EQ(made["status"], "succeeded");
  EXPECT_EQ(made["run_id"], repository.workflow_runs()[0]["id"]);
  EXPECT_EQ(made["url"], repository.workflow_runs()[0]["html_url"]);
  EXPECT_EQ(made["ref"], "main");
  EXPECT_EQ(made["fenced"], true);
  EXPECT_THAT(made["token"].get<std::string>(), MatchesRegex("[0-9]+\\.[0-9]+"));
  EXPECT_EQ(repository.workflow_runs().size(), 2U);
}

TEST_F(RegenerateWorkflow, ThatFailsIsToldWithStepAndLog) {
  repository.control("PATCH", "/settings", {{"run_conclusion", "failure"}});
  const Outcome failed = helper.run(words());
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_EQ(failed.out, "");
  EXPECT_THAT(failed.err, AllOf(HasSubstr("the workflow files.yml ended with failure"), HasSubstr("step \""),
                                HasSubstr("/actions/runs/")));
  EXPECT_EQ(history()[0]["status"], "failed");
}

TEST_F(RegenerateWorkflow, ThatTakesNoneOfOurInputsIsWarnedOf) {
  repository.put(".github/workflows/foreign.yml", "name: Foreign\non:\n  workflow_dispatch:\n");
  const Outcome told = helper.run(words({}, "foreign.yml"));
  ASSERT_TRUE(done(told));
  EXPECT_THAT(told.err, HasSubstr("ghboot: foreign.yml is not fenced: it took none of ghboot's inputs "
                                  "(ghboot_token, ghboot_nonce)"));
}

class RegenerateInterrupted : public RegenerateWorkflow, public testing::WithParamInterface<int> {};

TEST_P(RegenerateInterrupted, CancelsItsRun) {
  repository.runs_take(0, 600);
  Process process = helper.start(words());
  ASSERT_TRUE(process.wait_for_output("files.yml is in_progress"));
  process.signal(GetParam());
  const Outcome ended = process.wait();
  EXPECT_EQ(ended.exit_code, 1) << ended.text();
  EXPECT_THAT(ended.err, HasSubstr("it was stopped"));
  EXPECT_EQ(repository.workflow_runs()[0]["conclusion"], "cancelled");
  EXPECT_EQ(history()[0]["status"], "failed");
}

INSTANTIATE_TEST_SUITE_P(By, RegenerateInterrupted, testing::Values(SIGINT, SIGTERM));

TEST_F(RegenerateWorkflow, WithWhatIsForTemplatesIsRefused) {
  const std::string folder = templates.path().string();
  const std::vector<std::vector<std::string>> wrong{
      {"--templates", folder},   {"--dry-run"},        {"--request"},
      {"--variable", "a=b"},     {"--branch", "main"}, {"--input", "no-value"},
      {"--workflow", "../x.yml"}};
  for (const auto& more : wrong) {
    const Outcome refused = helper.run(words(more));
    EXPECT_EQ(refused.exit_code, 2) << more[0];
    EXPECT_EQ(refused.out, "");
    EXPECT_THAT(refused.err, testing::StartsWith("ghboot: ")) << more[0];
  }
  const Outcome refused =
      helper.run({"regenerate", "--org", "acme", "--templates", folder, "--input", "a=b"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--input is of a workflow: give --workflow FILE too"));
  EXPECT_TRUE(repository.workflow_runs().empty());
}

TEST_F(RegenerateWorkflow, ThatIsNotThereIsTold) {
  const Outcome failed = helper.run(words({}, "no-such.yml"));
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.err, HasSubstr("no-such.yml"));
}

}  // namespace
}  // namespace ghboot::acceptance
