// SPDX-License-Identifier: Apache-2.0
#include "helper/data_folder.h"

#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "helper/test_folder.h"

namespace ghboot::helper {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

using DataFolderTest = TestFolder;

fs::path found(const std::string& flag, const std::map<std::string, std::string>& variables) {
  return DataFolder::find(flag, environment_of(variables))->root();
}

TEST(DataFolderFind, FlagElseVariableElseStateFolderElseHome) {
  EXPECT_EQ(found("/a", {{"GHBOOT_HOME", "/b"}}), "/a");
  EXPECT_EQ(found("", {{"GHBOOT_HOME", "/b"}, {"XDG_STATE_HOME", "/c"}}), "/b");
  EXPECT_EQ(found("", {{"XDG_STATE_HOME", "/c"}, {"HOME", "/d"}}), "/c/ghboot");
  EXPECT_EQ(found("", {{"GHBOOT_HOME", ""}, {"HOME", "/d"}}), "/d/.local/state/ghboot");
  EXPECT_TRUE(found("here", {}).is_absolute());
}

TEST(DataFolderFind, WithoutAnyFolderIsWrongUse) {
  EXPECT_EQ(DataFolder::find("", environment_of({})).error().code, ExitCode::wrong_use);
}

TEST_F(DataFolderTest, IsMadeForItsOwnerAloneWhateverTheUmask) {
  const mode_t before = ::umask(0);
  const auto made = folder_.make();
  ::umask(before);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(is_the_owners_alone(folder_.root()));
  for (const auto& entry : fs::recursive_directory_iterator(folder_.root()))
    EXPECT_TRUE(is_the_owners_alone(entry.path())) << entry.path();
}

TEST_F(DataFolderTest, WithFilesOfOthersIsRefusedAndLeftAlone) {
  fs::create_directories(folder_.root());
  std::ofstream(folder_.root() / "thesis.txt") << "x";
  for (const auto& refused : {folder_.make(), folder_.clear()}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ExitCode::wrong_use);
    EXPECT_THAT(refused.error().message, HasSubstr("thesis.txt"));
  }
  EXPECT_TRUE(fs::exists(folder_.root() / "thesis.txt"));
  EXPECT_FALSE(fs::exists(folder_.store()));
}

// A back-up beside the store begins with its name, and is the user's.
TEST_F(DataFolderTest, ClearLeavesWhatOnlyBeginsWithANameOfOurs) {
  ASSERT_TRUE(folder_.make());
  fs::create_directories(folder_.root() / "store.bak/keys");
  EXPECT_FALSE(folder_.clear());
  EXPECT_TRUE(fs::exists(folder_.root() / "store.bak/keys"));
}

TEST_F(DataFolderTest, ClearTakesAwayWhatWasMade) {
  ASSERT_TRUE(folder_.make());
  ASSERT_TRUE(write_whole(folder_.settings_file(), "{}"));
  ASSERT_TRUE(folder_.clear());
  EXPECT_FALSE(folder_.set_up());
  EXPECT_FALSE(fs::exists(folder_.store()));
}

TEST_F(DataFolderTest, WrittenFileReplacesTheOneBeforeAndIsTheOwnersAlone) {
  const fs::path file = temporary_ / "file";
  const mode_t before = ::umask(0);
  ASSERT_TRUE(write_whole(file, "old, and longer"));
  ASSERT_TRUE(write_whole(file, "new"));
  ::umask(before);
  EXPECT_EQ(read_whole(file).value(), "new");
  EXPECT_TRUE(is_the_owners_alone(file));
  EXPECT_FALSE(fs::exists(file.string() + ".new"));
}

TEST_F(DataFolderTest, FileThatCannotBeReadIsNamed) {
  const auto read = read_whole(temporary_ / "absent");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr((temporary_ / "absent").string()));
}

}  // namespace
}  // namespace ghboot::helper
