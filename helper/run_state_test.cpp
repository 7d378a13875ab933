// SPDX-License-Identifier: Apache-2.0
#include "helper/run_state.h"

#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/test_folder.h"

namespace ghboot::helper {
namespace {

class RunStateTest : public TestFolder {
 protected:
  void SetUp() override { ASSERT_TRUE(folder_.make()); }
};

RunningProcess this_process() { return {.id = ::getpid(), .started = start_ticks(::getpid())}; }

RunState of_this_process() {
  return {.supervisor = this_process(),
          .servers = {{.id = 7}, {.id = 8}},
          .github = RunningProcess{.id = 9},
          .restarts = 2};
}

TEST_F(RunStateTest, OfAProcessThatLivesIsFound) {
  ASSERT_TRUE(write_state(folder_, of_this_process()));
  const auto state = running(folder_);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->supervisor.id, ::getpid());
  ASSERT_EQ(state->servers.size(), 2U);
  EXPECT_EQ(state->servers[1].id, 8);
  ASSERT_TRUE(state->github);
  EXPECT_EQ(state->github->id, 9);
  EXPECT_EQ(state->restarts, 2);
}

TEST_F(RunStateTest, WrittenBeforeThereWasAGithubStandinIsReadWithoutOne) {
  RunState state = of_this_process();
  state.github.reset();
  ASSERT_TRUE(write_state(folder_, state));
  const auto read = running(folder_);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->github);
  EXPECT_EQ(read->children().size(), 2U);
}

TEST_F(RunStateTest, OfAnEarlierProcessWithTheSameIdIsNot) {
  RunState state = of_this_process();
  --state.supervisor.started;
  ASSERT_TRUE(write_state(folder_, state));
  EXPECT_FALSE(running(folder_));
}

TEST_F(RunStateTest, WithoutAFileNothingRuns) { EXPECT_FALSE(running(folder_)); }

TEST_F(RunStateTest, BrokenFileIsAsNone) {
  ASSERT_TRUE(write_whole(folder_.run_folder() / "state.json", R"({"supervisor": {"process": -1}})"));
  EXPECT_FALSE(running(folder_));
}

TEST_F(RunStateTest, LockIsHeldByOneAndFreeAfterIt) {
  {
    const auto first = try_run_lock(folder_);
    ASSERT_TRUE(first && *first);
    const auto second = try_run_lock(folder_);
    ASSERT_TRUE(second);
    EXPECT_FALSE(*second);
  }
  const auto third = try_run_lock(folder_);
  EXPECT_TRUE(third && *third);
}

TEST_F(RunStateTest, ServersThatAreReadyAreNotWaitedFor) {
  RunState state = of_this_process();
  state.servers = {this_process(), this_process()};
  state.github = this_process();
  ASSERT_TRUE(write_state(folder_, state));
  EXPECT_TRUE(wait_until_ready(folder_, state, std::chrono::milliseconds(0)));
}

TEST_F(RunStateTest, ServerThatHasCrashedUnnoticedIsNotReady) {
  ASSERT_TRUE(
      write_state(folder_, of_this_process()));  // Its server's start is not written down: another one.
  EXPECT_FALSE(wait_until_ready(folder_, of_this_process(), std::chrono::milliseconds(20)));
}

TEST_F(RunStateTest, WaitEndsWhenTheLastServerIsReady) {
  RunState state = of_this_process();
  state.servers = {this_process(), this_process()};
  state.github = RunningProcess{};
  ASSERT_TRUE(write_state(folder_, state));
  std::jthread supervisor([this, state]() mutable {
    state.github = this_process();
    EXPECT_TRUE(write_state(folder_, state));
  });
  const auto ready = wait_until_ready(folder_, state, std::chrono::seconds(30));
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->github->id, ::getpid());
}

TEST(StartTicks, OfAProcessThatHasEndedAreNone) {
  EXPECT_NE(start_ticks(::getpid()), 0U);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(start_ticks(child), 0U) << "it has ended, and nobody has looked yet";
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(start_ticks(child), 0U);
}

}  // namespace
}  // namespace ghboot::helper
