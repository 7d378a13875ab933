// SPDX-License-Identifier: Apache-2.0
#include "acceptance/process.h"

#include <csignal>
#include <cstdlib>
#include <string>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acceptance/temp_folder.h"

namespace ghboot::acceptance {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

Command shell(const std::string& script) {
  return {{"/bin/sh", "-c", script}, "/", {{"PATH", "/usr/bin:/bin"}}};
}

TEST(Process, CollectsBothStreamsAndTheExitCode) {
  Outcome outcome = Process(shell("echo to-out; echo to-err >&2; exit 7")).wait();
  EXPECT_EQ(outcome.out, "to-out\n");
  EXPECT_EQ(outcome.err, "to-err\n");
  EXPECT_EQ(outcome.exit_code, 7);
}

TEST(Process, ReadsMoreThanAPipeHolds) {
  EXPECT_EQ(Process(shell("head -c 1000000 /dev/zero")).wait().out.size(), 1000000U);
}

TEST(Process, InheritsNoVariable) {
  setenv("GHBOOT_LEAKS_IN", "1", 1);
  EXPECT_THAT(Process(shell("env")).wait().out, testing::Not(HasSubstr("GHBOOT_LEAKS_IN")));
}

TEST(Process, SaysWhichSignalEndedIt) {
  Process process(shell("echo ready; sleep 60"));
  ASSERT_TRUE(process.wait_for_output("ready"));
  process.signal(SIGKILL);
  Outcome outcome = process.wait();
  EXPECT_EQ(outcome.signal, SIGKILL);
  EXPECT_EQ(outcome.exit_code, -1);
}

TEST(Process, StopsWaitingForOutputWhenTheProcessEnds) {
  Process process(shell("echo other"));
  EXPECT_FALSE(process.wait_for_output("never said"));
  EXPECT_FALSE(process.running());
}

TEST(Process, TakesItsGrandchildrenAlong) {
  int grandchild = 0;
  {
    Process process(shell("sleep 60 & echo pid=$!.; wait"));
    ASSERT_TRUE(process.wait_for_output("."));
    grandchild = std::stoi(process.output().substr(4));
    ASSERT_FALSE(ends_within(grandchild, seconds(0)));
  }
  EXPECT_TRUE(ends_within(grandchild, seconds(10)));
}

TEST(Process, EndsOnTimeWithWhatWasSaidSoFar) {
  Process process(shell("echo said; sleep 60"));
  ASSERT_TRUE(process.wait_for_output("said"));
  try {
    process.wait(seconds(0));
    FAIL() << "waited for a process that sleeps";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("said"));
  }
}

TEST(Process, RefusesAProgramThatIsNotThere) {
  EXPECT_THROW(Process(Command{{"/nowhere/program"}, "/", {}}), std::system_error);
  EXPECT_THROW(Process(Command{{"no-such-program-anywhere"}, "/", {}}), std::system_error);
}

TEST(Process, LimitsWhatItsChildMayWrite) {
  TempFolder folder;
  Command command = shell("head -c 100 /dev/zero > small; head -c 5000 /dev/zero > big");
  command.folder = folder.path();
  command.file_size_max = 1000;
  Outcome outcome = Process(command).wait();
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_EQ(std::filesystem::file_size(folder.path() / "small"), 100U);
  EXPECT_EQ(std::filesystem::file_size(folder.path() / "big"), 1000U);
}

}  // namespace
}  // namespace ghboot::acceptance
