// SPDX-License-Identifier: Apache-2.0
// `ghboot regenerate` and `ghboot history` as a person uses them: real nats-servers, a GitHub whose
// repositories are git's own, several at once, and holders that are killed.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/regenerate_place.h"
#include "regen/commit_token.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class RegenerateRun : public RegeneratePlace {};

TEST_F(RegenerateRun, CommitsWhatHasChangedAndSaysIt) {
  const Outcome dry = helper.run(words({"--dry-run"}));
  ASSERT_TRUE(done(dry));
  EXPECT_THAT(dry.out, StartsWith("+ .github/ghboot-manifest.json\n+ CODEOWNERS\ndiff --git "));
  EXPECT_EQ(repository.commits(), 1U);
  HelperDev without_nats;
  person(without_nats);
  without_nats.set("NATS_CREDS", "");
  without_nats.set("NATS_URL", "");
  EXPECT_EQ(without_nats.run(words({"--dry-run"})).out, dry.out) << "it asks GitHub alone";
  const Outcome first = helper.run(words());
  ASSERT_TRUE(done(first));
  EXPECT_THAT(first.out,
              MatchesRegex("\\+ .github/ghboot-manifest.json\n\\+ CODEOWNERS\ncommit [0-9a-f]+ on branch "
                           "main, token [0-9]+\\.[0-9]+\n"));
  EXPECT_THAT(first.err, HasSubstr("ghboot: reads acme/.github main\nghboot: 2 files change\n"
                                   "ghboot: moves main to " +
                                   repository.head().substr(0, 7) + "\n"));
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
  const Outcome second = helper.run(words({"--reason", "again"}));
  ASSERT_TRUE(done(second));
  EXPECT_THAT(second.out, HasSubstr("branch main has all files as they ought to be, token"));
  EXPECT_EQ(repository.commits(), 2U);
}

TEST_F(RegenerateRun, OfAnotherSetLeavesTheFilesOfTheFirst) {
  ASSERT_TRUE(done(helper.run(words())));
  const Outcome refused = helper.run(words({"--set", "labels"}));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("CODEOWNERS is made by the templates of the set default"));
  std::filesystem::remove(templates.path() / "CODEOWNERS");
  template_file("labels.yml", "- bug\n");
  ASSERT_TRUE(done(helper.run(words({"--set", "labels"}))));
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
  EXPECT_EQ(repository.content("labels.yml"), "- bug\n");
  const Outcome wrong = helper.run(words({"--set", "a/b"}));
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--set a/b: a name is 1 to 64 lower-case letters"));
}

TEST_F(RegenerateRun, TellsAsJson) {
  const Outcome told = helper.run(words({"--json", "--variable", "github_org=umbrella"}));
  ASSERT_TRUE(done(told));
  const json made = json::parse(told.out);
  EXPECT_EQ(made["status"], "committed");
  EXPECT_EQ(made["commit"], repository.head());
  EXPECT_EQ(made["changes"][1], (json{{"path", "CODEOWNERS"}, {"change", "added"}}));
  EXPECT_EQ(made["request"]["sequence"], 1);
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @umbrella/all\n");
}

TEST_F(RegenerateRun, TellsAsJsonWhatFailed) {
  repository.refuse_next_tree();
  const Outcome told = helper.run(words({"--json"}));
  EXPECT_EQ(told.exit_code, 1);
  const json failed = json::parse(told.out);
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_THAT(failed["message"].get<std::string>(), HasSubstr("no such tree"));
  EXPECT_THAT(told.err, HasSubstr(failed["message"].get<std::string>()));
}

TEST_F(RegenerateRun, IsInTheHistoryWithItsEnd) {
  EXPECT_EQ(helper.run({"history", "--org", "acme"}).out, "nothing was regenerated yet\n");
  ASSERT_TRUE(done(helper.run(words({"--reason", "a new team"}))));
  repository.refuse_next_tree();
  template_file("CODEOWNERS", "* @acme/platform\n");
  const Outcome failed = helper.run(words());
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.err, AllOf(HasSubstr("the run failed"), HasSubstr("no such tree")));
  const json runs = history();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0]["status"], "failed");
  EXPECT_THAT(runs[0]["error"].get<std::string>(), HasSubstr("no such tree"));
  EXPECT_EQ(runs[1]["status"], "completed");
  EXPECT_EQ(runs[1]["reason"], "a new team");
  EXPECT_THAT(helper.run({"history", "--org", "acme", "--limit", "1"}).out,
              AllOf(HasSubstr("failed"), testing::Not(HasSubstr("a new team"))));
}

TEST_F(RegenerateRun, OfTemplatesThatCannotBeRenderedAsksNobody) {
  template_file("CODEOWNERS", "* @<% nobody %>\n");
  const Outcome failed = helper.run(words());
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.err, AllOf(HasSubstr("CODEOWNERS:1:"), HasSubstr("nobody")));
  EXPECT_TRUE(history().empty());
}

TEST_F(RegenerateRun, WithoutTemplatesOrRequestSaysWhatToGive) {
  const Outcome failed = helper.run({"regenerate", "--org", "acme"});
  EXPECT_EQ(failed.exit_code, 2);
  EXPECT_THAT(failed.err, AllOf(HasSubstr("--templates FOLDER"), HasSubstr("--request")));
}

// Of one reason, too: what each brings may be other files than the others'.
TEST_F(RegenerateRun, OfEightAtOnceOneCommits) {
  std::deque<HelperDev> people;
  std::deque<Process> all;
  for (int one = 0; one < 8; ++one) {
    person(people.emplace_back());
    all.push_back(people.back().start(words()));
  }
  for (Process& one : all) EXPECT_EQ(one.wait().exit_code, 0);
  EXPECT_EQ(repository.commits(), 2U);
  const json runs = history();
  EXPECT_TRUE(std::ranges::all_of(runs, [](const json& run) { return run["status"] == "completed"; }))
      << runs;
}

// kill -9 when GitHub has done the nth request of a run and not yet answered it: GitHub logs a request before
// it sends the answer, and waits for who reads the log.
class RegenerateKilled : public RegenerateRun, public testing::WithParamInterface<int> {};

TEST_P(RegenerateKilled, LeavesNothingThatTheNextDoesNotMend) {
  ASSERT_TRUE(done(helper.run(words())));
  template_file("CODEOWNERS", "* @acme/platform\n");
  HelperDev dead;
  person(dead);
  std::optional<Process> killed;
  std::atomic<int> seen = 0, id = 0;
  repository.github->standin().set_log([&](const std::string& line) {
    if (json::parse(line)["target"].get<std::string>().contains("/git/") && ++seen == GetParam())
      ::kill(id, SIGKILL);
  });
  {
    // It asks GitHub only after NATS: its id is known by then.
    killed.emplace(dead.start(words({"--reason", "killed"})));
    id = killed->id();
  }
  EXPECT_EQ(killed->wait().signal, SIGKILL);
  repository.github->standin().set_log({});
  release("it was killed");
  template_file("CODEOWNERS", "* @acme/newer\n");
  const Outcome next = helper.run(words({"--reason", "next"}));
  ASSERT_TRUE(done(next));
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/newer\n");
  const auto messages = repository.messages();
  EXPECT_TRUE(std::ranges::any_of(messages, [](const std::string& one) {
    return one.starts_with("Fence off");
  })) << "the branch was moved before anything else";
  std::vector<nats::LockToken> tokens;
  for (const std::string& message : messages)
    if (const auto token = regen::token_in(message)) tokens.push_back(*token);
  EXPECT_TRUE(std::ranges::is_sorted(tokens, std::ranges::greater())) << "tokens never fall along the branch";
  const json runs = history();
  EXPECT_EQ(runs[0]["status"], "completed");
  EXPECT_EQ(runs[1]["status"], "lost");
  EXPECT_EQ(repository.pull_requests(), 0);
}

// Held by the network until another has run: what it moves the branch to is no fast forward any more.
TEST_F(RegenerateRun, WhoseMoveComesAfterTheNextRunsIsRefused) {
  ASSERT_TRUE(done(helper.run(words())));
  template_file("CODEOWNERS", "* @acme/older\n");
  std::atomic<bool> is_committed = false;
  repository.github->standin().set_log([&](const std::string& line) {
    const json asked = json::parse(line);
    if (asked["method"] == "POST" && asked["target"].get<std::string>().ends_with("/git/commits"))
      is_committed = true;
  });
  repository.fault({{"method", "PATCH"},
                    {"path_prefix", "/repos/acme/.github/git/refs"},
                    {"latency_ms", 8'000},
                    {"times", 1}});
  HelperDev late;
  person(late);
  Process held = late.start(words({"--reason", "late"}));
  while (!is_committed && held.running()) nats::system_clock().sleep(std::chrono::milliseconds(20), within());
  repository.github->standin().set_log({});
  release("it seems to be dead");
  template_file("CODEOWNERS", "* @acme/newer\n");
  ASSERT_TRUE(done(helper.run(words({"--reason", "next"}))));
  const Outcome told = held.wait();
  EXPECT_EQ(told.exit_code, 1) << told.text();
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/newer\n") << "no older file over a newer one";
  EXPECT_EQ(history()[0]["status"], "completed");
}

// Stopped before it moves the branch, for as long as another needs to run.
TEST_F(RegenerateRun, ThatIsStoppedBeforeItsMoveMovesNothingOnceItGoesOn) {
  ASSERT_TRUE(done(helper.run(words())));
  template_file("CODEOWNERS", "* @acme/older\n");
  std::atomic<int> id = 0;
  std::atomic<bool> is_stopped = false;
  repository.github->standin().set_log([&](const std::string& line) {
    const json asked = json::parse(line);
    if (asked["method"] != "POST" || !asked["target"].get<std::string>().ends_with("/git/commits")) return;
    ::kill(id, SIGSTOP);
    is_stopped = true;
  });
  HelperDev stopped;
  person(stopped);
  Process held = stopped.start(words({"--reason", "stopped"}));
  id = held.id();
  while (!is_stopped) nats::system_clock().sleep(std::chrono::milliseconds(20), within());
  repository.github->standin().set_log({});
  release("it does not answer");
  template_file("CODEOWNERS", "* @acme/newer\n");
  ASSERT_TRUE(done(helper.run(words({"--reason", "next"}))));
  held.signal(SIGCONT);
  const Outcome told = held.wait();
  EXPECT_EQ(told.exit_code, 1) << told.text();
  EXPECT_THAT(told.err, HasSubstr("the run failed after it was taken for lost: its work does not count"));
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/newer\n");
}

INSTANTIATE_TEST_SUITE_P(AfterRequest, RegenerateKilled, testing::Range(1, 7));

}  // namespace
}  // namespace ghboot::acceptance
