// SPDX-License-Identifier: Apache-2.0
// Each rule of regenerations can be broken, and is told apart: a checker that finds nothing may be blind.
#include "faults/run_verdict.h"

#include <gtest/gtest.h>

namespace ghboot::faults {
namespace {

// A run that was cut off, fenced off by the next, and two that completed.
Seen good() {
  return {.runs = {{"1.2", "1", "completed"}, {"1.5", "2", "lost"}, {"1.9", "3", "completed"}},
          .commits = {{"", false, ""}, {"1.2", false, "1"}, {"1.9", true, "1"}, {"1.9", false, "3"}},
          .writers = {"a", "a", "b", "c", "c"},
          .done = {"1", "3"}};
}

TEST(RunVerdict, OfWhatIsPromisedIsGood) {
  const Verdict verdict = judge(good());
  EXPECT_TRUE(verdict.is_good());
  EXPECT_EQ(verdict.runs, 3U);
  EXPECT_EQ(verdict.commits, 3U);
  EXPECT_EQ(verdict.fences, 1U);
}

// Something was asked for while it ran.
TEST(RunVerdict, OfAHolderThatRunsAgainIsGood) {
  Seen seen = good();
  seen.runs.insert(seen.runs.begin() + 1, {"1.2", "1", "completed"});
  EXPECT_TRUE(judge(seen).is_good());
}

TEST(RunVerdict, FindsWhoWritesAfterAnotherHasBegun) {
  Seen seen = good();
  seen.writers.emplace_back("b");
  EXPECT_EQ(judge(seen).overlaps, 1U);
}

TEST(RunVerdict, FindsARunWithoutAnEndUnderALaterOne) {
  Seen seen = good();
  seen.runs[1].status = "running";
  EXPECT_EQ(judge(seen).overlaps, 1U);
}

TEST(RunVerdict, FindsTokensThatFallAndAnOlderFileOverANewerOne) {
  Seen seen = good();
  seen.commits.push_back({"1.5", false, "2"});
  const Verdict verdict = judge(seen);
  EXPECT_EQ(verdict.falls, 1U);
  EXPECT_EQ(verdict.older, 1U);
  EXPECT_EQ(verdict.lost, 1U);
}

TEST(RunVerdict, FindsARunThatCompletedWithoutItsChange) {
  Seen seen = good();
  seen.commits.pop_back();
  EXPECT_EQ(judge(seen).lost, 2U) << "that it has none, and that the branch is not as the last run left it";
}

TEST(RunVerdict, FindsAProgramThatEndedWellWithoutARun) {
  Seen seen = good();
  seen.done.insert("7");
  EXPECT_EQ(judge(seen).lost, 1U);
}

TEST(RunVerdict, FindsACommitTooManyAndAPullRequestTooMany) {
  Seen seen = good();
  seen.commits.push_back({"1.9", false, "3"});
  EXPECT_EQ(judge(seen).doubled, 1U);
  seen.pull_requests = 1;
  EXPECT_EQ(judge(seen).doubled, 2U);
}

TEST(RunVerdict, FindsCommitsOfNoRunAndFencesThatChangeFiles) {
  Seen seen = good();
  seen.commits.push_back({"1.12", false, "9"});
  EXPECT_EQ(judge(seen).strange, 1U);
  seen = good();
  seen.commits[2].version = "2";
  EXPECT_EQ(judge(seen).strange, 1U);
}

}  // namespace
}  // namespace ghboot::faults
