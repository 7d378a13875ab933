// SPDX-License-Identifier: Apache-2.0
// ghboot operator init, run again with other words: what it says is true of what is there, or it is refused.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "helper/test_folder.h"
#include "helper/verbs.h"

namespace ghboot::helper {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class OperatorInit : public TestFolder {
 protected:
  struct Run {
    Result<ExitCode> result;
    std::string printed;
  };
  OperatorInitArgs args(const std::string& name = "acme") const {
    return {.name = name, .out = out().string(), .store = (temporary_ / "store").string()};
  }
  static Run run(const OperatorInitArgs& args) {
    testing::internal::CaptureStdout();
    auto result = operator_init(args, environment_of({}));
    return {std::move(result), testing::internal::GetCapturedStdout()};
  }
  static void expect_refused(const OperatorInitArgs& args, ExitCode code, const std::string& why) {
    const Run refused = run(args);
    ASSERT_FALSE(refused.result) << refused.printed;
    EXPECT_EQ(refused.result.error().code, code);
    EXPECT_THAT(refused.result.error().message, HasSubstr(why));
    EXPECT_THAT(refused.printed, Not(HasSubstr("export")));
  }
  fs::path out() const { return temporary_ / "out"; }
  // Every file below the temporary folder with what is in it.
  std::vector<std::string> everything() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(temporary_))
      if (entry.is_regular_file())
        files.push_back(entry.path().string() + "=" + read_whole(entry.path()).value());
    std::ranges::sort(files);
    return files;
  }
  void make(bool strict = false) const {
    auto first = args();
    first.port = 4333;
    first.strict = strict;
    const Run made = run(first);
    ASSERT_TRUE(made.result) << made.result.error().message;
  }
};

TEST_F(OperatorInit, AgainWithoutAPortPrintsThePortThatIsThere) {
  make();
  const auto before = everything();
  const Run again = run(args());
  ASSERT_TRUE(again.result) << again.result.error().message;
  EXPECT_THAT(again.printed,
              AllOf(HasSubstr("was there already"), HasSubstr("NATS_URL='nats://127.0.0.1:4333'")));
  EXPECT_EQ(everything(), before);
}

TEST_F(OperatorInit, AgainWithAnotherPortIsRefused) {
  make();
  const auto before = everything();
  auto other = args();
  other.port = 4444;
  expect_refused(other, ExitCode::failed, "is there already with port 4333");
  EXPECT_EQ(everything(), before);
}

TEST_F(OperatorInit, AnotherOperatorIsNamedBeforeAnythingElseThatDiffers) {
  make();
  auto other = args("other");
  other.port = 4444;
  expect_refused(other, ExitCode::failed, "holds operator acme already");
}

TEST_F(OperatorInit, AConfigurationThatSaysItsPortOtherwiseIsNotGuessedAt) {
  make();
  ASSERT_TRUE(write_whole(out() / "server.conf", "port: 4555\n"));
  const Run again = run(args());
  ASSERT_TRUE(again.result) << again.result.error().message;
  EXPECT_THAT(again.printed, AllOf(HasSubstr("set NATS_URL"), Not(HasSubstr("export NATS_URL"))));
}

TEST_F(OperatorInit, AgainWithAnotherStoreIsRefusedAndNothingIsPutThere) {
  make();
  const auto before = everything();
  auto other = args();
  other.store = (temporary_ / "other").string();
  expect_refused(other, ExitCode::failed, "is not in the store " + other.store);
  EXPECT_EQ(everything(), before);
  EXPECT_FALSE(fs::exists(other.store));
}

TEST_F(OperatorInit, AgainAsStrictIsRefusedWhereItIsNot) {
  make();
  auto other = args();
  other.strict = true;
  expect_refused(other, ExitCode::failed, "is not strict");
}

TEST_F(OperatorInit, AgainWithoutStrictSaysThatItIs) {
  make(true);
  const Run again = run(args());
  ASSERT_TRUE(again.result) << again.result.error().message;
  EXPECT_THAT(again.printed, HasSubstr("acme (strict) (was there already)"));
}

TEST_F(OperatorInit, AConfigurationWithoutItsOperatorIsLeftAlone) {
  fs::create_directories(out());
  ASSERT_TRUE(write_whole(out() / "server.conf", "port: 4222\n"));
  const auto before = everything();
  expect_refused(args(), ExitCode::failed, "without the operator");
  EXPECT_EQ(everything(), before);
}

TEST_F(OperatorInit, CredsThatWereMovedAreNotToldOfAsIfTheyWereThere) {
  make();
  const std::string path = read_whole(out() / "operator/system-creds.path").value();
  fs::rename(path, temporary_ / "moved.creds");
  expect_refused(args(), ExitCode::failed, "says that the system user's creds lie in " + path);
  ASSERT_TRUE(
      write_whole(out() / "operator/system-creds.path", (temporary_ / "moved.creds").string() + "\n"));
  const Run again = run(args());
  ASSERT_TRUE(again.result) << again.result.error().message;
  EXPECT_THAT(again.printed, HasSubstr("GHBOOT_SYSTEM_CREDS_FILE='" + (temporary_ / "moved.creds").string()));
}

TEST_F(OperatorInit, NamesThatFoldersCannotHoldAreWrongUseAndMakeNothing) {
  for (const char* name : {"", ".", "..", "a/b", "../acme", "/acme", "a b", "a\nb", "a\x1b[2J"}) {
    auto wanted = args(name);
    wanted.out.clear();
    expect_refused(wanted, ExitCode::wrong_use, "the operator's name ");
    wanted.out = out().string();
    expect_refused(wanted, ExitCode::wrong_use, "the operator's name ");
  }
  EXPECT_TRUE(everything().empty());
}

TEST_F(OperatorInit, PortZeroIsWrongUse) {
  auto wanted = args();
  wanted.port = 0;
  expect_refused(wanted, ExitCode::wrong_use, "--port 0");
  EXPECT_TRUE(everything().empty());
}

}  // namespace
}  // namespace ghboot::helper
