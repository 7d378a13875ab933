// SPDX-License-Identifier: Apache-2.0
// A guarded command with real processes. Whoever runs below it holds the writing end of a FIFO: when reading
// that ends, all of them are gone.
#include "helper/guard.h"

#include <array>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/process_tree.h"
#include "helper/test_folder.h"

namespace ghboot::helper {
namespace {

using std::chrono::milliseconds, std::chrono::seconds;
using testing::HasSubstr;

nats::Instant in(std::chrono::nanoseconds duration) {
  const auto now = nats::system_lock_clock().read();
  return {.boot = now.boot + duration, .real = now.real + duration};
}

class GuardTest : public TestFolder {
 protected:
  GuardTest() {
    ::mkfifo(fifo_.c_str(), 0600);
    alive_ = Descriptor(::open(fifo_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  }
  // It holds the FIFO and says "up" before what it does.
  GuardedCommand command(const std::string& script) const {
    return {.argv = {"/bin/sh", "-c", fmt::format("exec 9>'{}'; {}", fifo_.string(), script)},
            .environment = {"PATH=/usr/bin:/bin"}};
  }
  // What was written until it is `text`, or until all have closed it.
  std::string read_until(std::string_view text) const {
    std::string all;
    std::array<char, 256> buffer{};
    pollfd readable{.fd = alive_.get(), .events = POLLIN, .revents = 0};
    while (all.find(text) == std::string::npos && ::poll(&readable, 1, 20'000) == 1) {
      const ssize_t count = ::read(alive_.get(), buffer.data(), buffer.size());
      if (count == 0) break;
      if (count > 0) all.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return all;
  }
  bool are_all_gone() const {  // Now: nobody has it open, and nothing is left in it.
    std::array<char, 256> buffer{};
    ssize_t count = 0;
    while ((count = ::read(alive_.get(), buffer.data(), buffer.size())) > 0) {
    }
    return count == 0;
  }

  const std::filesystem::path fifo_ = temporary_ / "alive";
  Descriptor alive_;
};

// Its shell and a child ignore SIGTERM; the child is in a session of its own, and an orphan.
constexpr auto stubborn =
    "trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep 60; :' & echo up >&9; sleep 60; :";

TEST_F(GuardTest, ACommandHasItsTokenAndItsExitCodeIsTold) {
  auto guard = Guard::make(command("test \"$GHBOOT_LOCK_TOKEN\" = 1.7 && exit 7")).value();
  guard.start("1.7", in(seconds(60)));
  const auto outcome = guard.wait();
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code, 7);
  EXPECT_FALSE(outcome->was_told);
  EXPECT_EQ(outcome->left, 0U);
}

TEST_F(GuardTest, ACommandThatASignalEndedIsToldAsShellsDo) {
  auto guard = Guard::make(command("kill -USR1 $$")).value();
  guard.start("1.1", in(seconds(60)));
  EXPECT_EQ(guard.wait().value().exit_code, 128 + SIGUSR1);
}

TEST_F(GuardTest, ACommandThatIsNoProgramIsTold) {
  auto guard = Guard::make({.argv = {"/nonexistent"}, .environment = {}}).value();
  guard.start("1.1", in(seconds(60)));
  const auto outcome = guard.wait();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "the command could not be started: No such file or directory");
}

TEST_F(GuardTest, BeforeTheDeadlineItIsAskedToEnd) {
  auto guard = Guard::make(command("trap 'exit 3' TERM; echo up >&9; while :; do sleep 0.05; done")).value();
  guard.start("1.1", in(seconds(60)));
  ASSERT_THAT(read_until("up"), HasSubstr("up"));
  guard.extend(in(Guard::farewell));
  const auto outcome = guard.wait();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 3);
  EXPECT_TRUE(outcome->was_told);
}

TEST_F(GuardTest, AtTheDeadlineAllOfItIsGoneWhateverItIgnores) {
  auto guard = Guard::make(command(stubborn)).value();
  guard.start("1.1", in(seconds(60)));
  ASSERT_THAT(read_until("up"), HasSubstr("up"));
  guard.extend(in(Guard::farewell));
  const auto deadline = in(Guard::farewell).boot;  // Later than the one that was given.
  const auto outcome = guard.wait();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 128 + SIGKILL);
  EXPECT_TRUE(are_all_gone());
  EXPECT_LT(nats::system_lock_clock().read().boot, deadline);
}

TEST_F(GuardTest, ADeadlineThatMovedIsTheOneThatCounts) {
  const std::string gate = temporary_ / "gate";
  ::mkfifo(gate.c_str(), 0600);
  const Descriptor release(::open(gate.c_str(), O_RDWR | O_CLOEXEC));
  auto guard = Guard::make(command("echo up >&9; read line <'" + gate + "'; exit 4")).value();
  guard.start("1.1", in(Guard::farewell + milliseconds(300)));
  guard.extend(in(seconds(60)));
  ASSERT_THAT(read_until("up"), HasSubstr("up"));
  ASSERT_GE(::poll(nullptr, 0, 600), 0);  // The first deadline's SIGTERM would be past.
  ASSERT_EQ(::write(release.get(), "\n", 1), 1);
  EXPECT_EQ(guard.wait().value().exit_code, 4);
}

TEST_F(GuardTest, TheOutcomeIsToldThoughAnOrderWasNotRead) {
  const std::string gate = temporary_ / "gate";
  ::mkfifo(gate.c_str(), 0600);
  const Descriptor release(::open(gate.c_str(), O_RDWR | O_CLOEXEC));
  auto guard = Guard::make(command("echo up >&9; read line <'" + gate + "'; exit 4")).value();
  guard.start("1.1", in(seconds(60)));
  ASSERT_THAT(read_until("up"), HasSubstr("up"));
  const pid_t process = descendants().front();
  siginfo_t changed{};
  ::kill(process, SIGSTOP);
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(process), &changed, WSTOPPED), 0);
  guard.extend(in(seconds(90)));
  ASSERT_EQ(::write(release.get(), "\n", 1), 1);
  ASSERT_EQ(read_until("nothing"), "") << "the command has ended";
  ::kill(process, SIGCONT);  // It looks at the command first.
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(process), &changed, WEXITED | WNOWAIT), 0);
  const auto outcome = guard.wait();
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code, 4);
}

TEST_F(GuardTest, ADaemonThatACommandLeavesBehindIsEndedWithIt) {
  auto guard =
      Guard::make(command("setsid sh -c 'setsid sleep 60 & exit' & wait; echo up >&9; exit 0")).value();
  guard.start("1.1", in(seconds(60)));
  const auto outcome = guard.wait();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 0);
  EXPECT_EQ(outcome->left, 1U);
  EXPECT_TRUE(are_all_gone());
}

TEST_F(GuardTest, AnEndThatWasAskedForComesThoughTheCommandIsStopped) {
  auto guard =
      Guard::make(command("trap 'exit 5' TERM; echo up >&9; kill -STOP $$; while :; do sleep 0.05; done"))
          .value();
  guard.start("1.1", in(seconds(60)));
  ASSERT_THAT(read_until("up"), HasSubstr("up"));
  guard.end();
  EXPECT_EQ(guard.wait().value().exit_code, 5);
}

TEST_F(GuardTest, AGuardThatIsKilledTakesItsCommandAlong) {
  auto guard = Guard::make(command(stubborn)).value();
  guard.start("1.1", in(seconds(60)));
  ASSERT_THAT(read_until("up"), HasSubstr("up"));
  ::kill(descendants().front(), SIGKILL);
  const auto outcome = guard.wait();
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("the command's guard was killed"));
  EXPECT_TRUE(are_all_gone());
}

TEST_F(GuardTest, WhoeverHoldsTheLockAndIsKilledTakesItsCommandAlong) {
  const pid_t holder = ::fork();
  if (holder == 0) {
    auto guard = Guard::make(command(stubborn)).value();
    guard.start("1.1", in(seconds(60)));
    for (;;) ::pause();
  }
  ASSERT_THAT(read_until("up"), HasSubstr("up"));
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  EXPECT_EQ(read_until("nothing"), "") << "read to its end: nobody holds it any more";
  EXPECT_TRUE(are_all_gone());
}

TEST_F(GuardTest, ACommandThatWasNotStartedLeavesNothing) {
  {
    const auto guard = Guard::make(command("echo up >&9")).value();
  }
  EXPECT_THAT(descendants(), testing::IsEmpty());
  EXPECT_TRUE(are_all_gone());
}

}  // namespace
}  // namespace ghboot::helper
