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

RunState of_this_process() {
  return {
      .supervisor = ::getpid(), .supervisor_started = start_ticks(::getpid()), .server = 7, .restarts = 2};
}

TEST_F(RunStateTest, OfAProcessThatLivesIsFound) {
  ASSERT_TRUE(write_state(folder_, of_this_process()));
  const auto state = running(folder_);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->supervisor, ::getpid());
  EXPECT_EQ(state->server, 7);
  EXPECT_EQ(state->restarts, 2);
}

TEST_F(RunStateTest, OfAnEarlierProcessWithTheSameIdIsNot) {
  RunState state = of_this_process();
  --state.supervisor_started;
  ASSERT_TRUE(write_state(folder_, state));
  EXPECT_FALSE(running(folder_));
}

TEST_F(RunStateTest, WithoutAFileNothingRuns) { EXPECT_FALSE(running(folder_)); }

TEST_F(RunStateTest, BrokenFileIsAsNone) {
  ASSERT_TRUE(write_whole(folder_.run_folder() / "state.json", R"({"supervisor": -1})"));
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

TEST_F(RunStateTest, ServerThatIsReadyIsNotWaitedFor) {
  RunState state = of_this_process();
  state.server = ::getpid();
  state.server_started = start_ticks(::getpid());
  ASSERT_TRUE(write_state(folder_, state));
  EXPECT_TRUE(wait_until_ready(folder_, state, std::chrono::milliseconds(0)));
}

TEST_F(RunStateTest, ServerThatHasCrashedUnnoticedIsNotReady) {
  ASSERT_TRUE(
      write_state(folder_, of_this_process()));  // Its server's start is not written down: another one.
  EXPECT_FALSE(wait_until_ready(folder_, of_this_process(), std::chrono::milliseconds(20)));
}

TEST_F(RunStateTest, WaitEndsWhenTheServerIsReady) {
  RunState state = of_this_process();
  ASSERT_TRUE(write_state(folder_, state));
  std::jthread supervisor([this, state]() mutable {
    state.server = ::getpid();
    state.server_started = start_ticks(::getpid());
    EXPECT_TRUE(write_state(folder_, state));
  });
  const auto ready = wait_until_ready(folder_, state, std::chrono::seconds(30));
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->server, ::getpid());
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
