// SPDX-License-Identifier: Apache-2.0
// How a program that we run is told to end, and what it is given.
#include "helper/child.h"

#include <csignal>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <gmock/gmock.h>

#include "helper/test_folder.h"

namespace ghboot::helper {
namespace {

using testing::HasSubstr;

ChildCommand shell(std::string script) { return {.argv = {"/bin/sh", "-c", std::move(script)}}; }

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Child, HandsOverWhatItPrintedAndItsExitCode) {
  auto command = shell("echo \"$WORD\"; echo problem >&2; exit 7");
  command.environment = {{"WORD", "said"}};
  const auto outcome = run_child(command);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 7);
  EXPECT_EQ(outcome->out, "said\n");
  EXPECT_EQ(outcome->err, "problem\n");
}

TEST(Child, GetsNoDescriptorOfOurs) {
  const int ours = ::open("/dev/null", O_RDONLY);  // Without close-on-exec, as a library would open it.
  ASSERT_GE(ours, 3);
  const auto outcome = run_child(shell("ls /proc/self/fd/" + std::to_string(ours)));
  ::close(ours);
  ASSERT_TRUE(outcome);
  EXPECT_NE(outcome->exit_code, 0) << outcome->out;
  EXPECT_THAT(outcome->err, HasSubstr("No such file"));
}

using ChildFolder = TestFolder;

// Terraform gives its state's lock back at SIGTERM; at SIGKILL it could not.
TEST_F(ChildFolder, IsToldToEndBeforeItIsKilled) {
  auto command = shell("trap 'echo told; exit 0' TERM; echo up; while :; do sleep 0.05; done");
  command.log = temporary_ / "log";
  command.environment = {{"PATH", "/usr/bin:/bin"}};
  command.longest = std::chrono::seconds(1);
  const auto outcome = run_child(command);
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("/bin/sh did not end within 1 s and was stopped"));
  EXPECT_EQ(content(command.log), "up\ntold\n");
}

// A terminal sends Ctrl-C to both; terraform takes a second signal as the order to leave its state unwritten.
TEST(Child, EndsByItselfAtCtrlCWhileWeWaitForIt) {
  const auto outcome =
      run_child(shell("trap 'echo writes its state; exit 3' INT; kill -INT $PPID; kill -INT $$"));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 3);
  EXPECT_EQ(outcome->out, "writes its state\n");
}

}  // namespace
}  // namespace ghboot::helper
