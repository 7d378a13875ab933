// SPDX-License-Identifier: Apache-2.0
#include "helper/output_folder.h"

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "helper/output_survey.h"
#include "helper/test_folder.h"

namespace ghboot::helper {
namespace {

namespace fs = std::filesystem;

using render::ChangeKind, render::FileMode;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;

class OutputFolderTest : public TestFolder {
 protected:
  void put(const std::string& path, std::string_view bytes = "x") const {
    fs::create_directories((out_ / path).parent_path());
    std::ofstream(out_ / path, std::ios::binary) << bytes;
  }
  std::string bytes(const std::string& path) const { return read_whole(out_ / path).value_or("none"); }
  static std::vector<std::string> files(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
    return names;
  }
  OutputFolder open() const { return std::move(*OutputFolder::to_write_to(out_)); }
  render::StoredFiles survey(const std::set<std::string>& paths) const {
    return open().survey(paths).value();
  }
  std::string apply(const std::vector<render::Change>& changes) const {
    const auto applied = open().apply(changes);
    return applied ? "" : applied.error().message;
  }
  static render::Change write(std::string path, std::string text = "x", FileMode mode = FileMode::regular) {
    return {.file = {.path = std::move(path), .mode = mode, .bytes = std::move(text)}};
  }
  static render::Change removal(std::string path) {
    return {.kind = ChangeKind::removed, .file = {.path = std::move(path)}};
  }

  const fs::path out_ = temporary_ / "out";
};

TEST_F(OutputFolderTest, OnlyWhatIsAskedForIsLookedAt) {
  put("a", "x");
  put("b/run", "#!");
  fs::permissions(out_ / "b/run", fs::perms::owner_all);
  fs::create_symlink("b", out_ / "c");
  put("other");
  put("b/other");
  const auto found = survey({"a", "b/run", "c", "none", "d/none"});
  EXPECT_THAT(found, ElementsAre(Key("a"), Key("b/run"), Key("c")));
  EXPECT_EQ(found.at("a").sha, render::blob_sha("x"));
  EXPECT_EQ(found.at("a").mode, "100644");
  EXPECT_EQ(found.at("b/run").mode, "100755");
  EXPECT_EQ(found.at("c").mode, "120000");
  EXPECT_EQ(found.at("c").sha, render::blob_sha("b"));
}

TEST_F(OutputFolderTest, WhatIsInTheWayIsFound) {
  put("file");
  put("folder/a");
  put("folder/b/c");
  fs::create_symlink(".", out_ / "link");
  put("README.md");
  put("Docs/x");
  EXPECT_THAT(survey({"file/x", "folder", "link/x", "readme.md", "docs/y"}),
              ElementsAre(Key("Docs/…"), Key("README.md"), Key("file"), Key("folder/a"), Key("folder/b/c"),
                          Key("link")));
}

TEST_F(OutputFolderTest, AFolderThatIsNotThereHoldsNothingAndLookingDoesNotMakeIt) {
  EXPECT_THAT(OutputFolder::to_look_at(out_)->survey({"a"}).value(), IsEmpty());
  EXPECT_FALSE(fs::exists(out_));
  put("file");
  const auto file = OutputFolder::to_look_at(out_ / "file");
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message, AllOf(HasSubstr("cannot look into"), HasSubstr("Not a directory")));
  EXPECT_FALSE(OutputFolder::to_write_to(out_ / "file" / "x"));
}

TEST_F(OutputFolderTest, WhatIsWrittenHasItsModeAndWhatTheUmaskLets) {
  put("changed", "old");
  fs::create_hard_link(out_ / "changed", out_ / "other");
  const mode_t before = ::umask(027);
  EXPECT_EQ(apply({write("a/b/run", "#!", FileMode::executable), write("changed", "new"),
                   write("link", "a", FileMode::symlink)}),
            "");
  ::umask(before);
  EXPECT_EQ(bytes("a/b/run"), "#!");
  EXPECT_EQ(bytes("changed"), "new");
  EXPECT_EQ(bytes("other"), "old") << "another name of the old file keeps it";
  EXPECT_EQ(fs::read_symlink(out_ / "link"), "a");
  EXPECT_EQ(fs::status(out_ / "a/b/run").permissions(), static_cast<fs::perms>(0750));
  EXPECT_EQ(fs::status(out_ / "changed").permissions(), static_cast<fs::perms>(0640));
  EXPECT_THAT(files(out_ / "a/b"), ElementsAre("run")) << "nothing is left beside it";
}

TEST_F(OutputFolderTest, NoSymbolicLinkIsFollowed) {
  const fs::path outside = temporary_ / "outside";
  fs::create_directories(outside);
  std::ofstream(outside / "file") << "theirs";
  fs::create_directories(out_);
  fs::create_symlink(outside, out_ / "folder");
  fs::create_symlink(outside / "file", out_ / "file");
  EXPECT_THAT(
      apply({write("folder/file")}),
      HasSubstr("out/folder/file: a symbolic link or a file stands where a folder is needed: remove it"));
  EXPECT_THAT(apply({removal("folder/file")}), HasSubstr("cannot remove"));
  EXPECT_FALSE(open().read("folder/file"));
  EXPECT_FALSE(open().read("file"));
  EXPECT_EQ(apply({write("file", "ours")}), "") << "the link itself is replaced";
  EXPECT_EQ(bytes("file"), "ours");
  EXPECT_EQ(read_whole(outside / "file").value(), "theirs");
}

TEST_F(OutputFolderTest, FoldersThatAreEmptyThenGoAndNoOther) {
  put("a/b/c");
  put("a/kept");
  put("d/e");
  EXPECT_EQ(apply({removal("a/b/c"), removal("d/e"), removal("gone"), removal("x/gone")}), "");
  EXPECT_FALSE(fs::exists(out_ / "a/b"));
  EXPECT_FALSE(fs::exists(out_ / "d"));
  EXPECT_TRUE(fs::exists(out_ / "a/kept"));
  EXPECT_TRUE(fs::exists(out_));
}

TEST_F(OutputFolderTest, WhatIsRemovedMakesPlaceForWhatIsWritten) {
  put("a");
  put("b/c");
  EXPECT_EQ(apply({write("a/b"), write("b"), removal("a"), removal("b/c")}), "");
  EXPECT_EQ(bytes("a/b"), "x");
  EXPECT_EQ(bytes("b"), "x");
  fs::create_directory(out_ / "empty");
  EXPECT_EQ(apply({write("empty")}), "");
  EXPECT_EQ(bytes("empty"), "x");
}

// A run that is cut off leaves files that a manifest does not list yet; one that lists them and has none
// would take the user's own for ours.
TEST_F(OutputFolderTest, TheManifestIsWrittenLast) {
  put("z/file");
  const std::string manifest(render::manifest_path);
  EXPECT_THAT(apply({write(manifest), write("z/file/x")}), HasSubstr("a file stands"));
  EXPECT_EQ(bytes(manifest), "none");
  EXPECT_EQ(apply({write(manifest), write("y")}), "");
  EXPECT_EQ(bytes(manifest), "x");
}

TEST_F(OutputFolderTest, WhatAKilledRunLeftIsSwept) {
  put(".ghboot-render.new", "half");
  EXPECT_EQ(apply({write("a")}), "");
  EXPECT_THAT(files(out_), ElementsAre("a"));
}

TEST_F(OutputFolderTest, OneWritesAtATime) {
  const OutputFolder first = open();
  const auto second = OutputFolder::to_write_to(out_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ExitCode::in_progress);
  EXPECT_THAT(second.error().message, HasSubstr("another ghboot render writes to"));
  EXPECT_TRUE(OutputFolder::to_look_at(out_)) << "looking waits for nobody";
}

}  // namespace
}  // namespace ghboot::helper
