// SPDX-License-Identifier: Apache-2.0
#include "render/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::render {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using Version = std::optional<FileVersion>;

Version regular(std::string bytes) { return FileVersion{.mode = "100644", .bytes = std::move(bytes)}; }
std::string text(std::string_view path, const Version& before, const Version& after) {
  return diff_of(path, before, after).text;
}

// Names of the bytes are git's own: `git hash-object`.
TEST(Diff, OfAChangedFileIsAsGitHasIt) {
  EXPECT_EQ(
      text("a.txt", regular("1\n2\n3\n4\n5\n6\n7\n8\n9\n"), regular("1\n2\n3\n4\nfive\n6\n7\n8\n9\n")),
      "diff --git a/a.txt b/a.txt\n"
      "index 07193989308c972f8a2d0f1b3a15c29ea4ac565b..4c5701d775286e43e9f53ee570f38b6070b09616 100644\n"
      "--- a/a.txt\n"
      "+++ b/a.txt\n"
      "@@ -2,7 +2,7 @@\n"
      " 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(Diff, OfAnAddedAndOfARemovedFileHasNothingOnTheOtherSide) {
  EXPECT_EQ(text("a", {}, regular("x\n")),
            "diff --git a/a b/a\n"
            "new file mode 100644\n"
            "index 0000000000000000000000000000000000000000..587be6b4c3f93f93c489c0111bba5596147a26cb\n"
            "--- /dev/null\n"
            "+++ b/a\n"
            "@@ -0,0 +1 @@\n"
            "+x\n");
  EXPECT_EQ(text("a", regular("x\n"), {}),
            "diff --git a/a b/a\n"
            "deleted file mode 100644\n"
            "index 587be6b4c3f93f93c489c0111bba5596147a26cb..0000000000000000000000000000000000000000\n"
            "--- a/a\n"
            "+++ /dev/null\n"
            "@@ -1 +0,0 @@\n"
            "-x\n");
}

TEST(Diff, ShowsChangesWhoseSurroundingsTouchAsOneAndOthersApart) {
  const std::string six = "1\n2\n3\n4\n5\n6\n", seven = six + "7\n";
  const std::string near = text("a", regular("a\n" + six + "b\n"), regular("A\n" + six + "B\n"));
  EXPECT_THAT(near, HasSubstr("@@ -1,8 +1,8 @@\n-a\n+A\n 1\n"));
  const std::string far = text("a", regular("a\n" + seven + "b\n"), regular("A\n" + seven + "B\nC\n"));
  EXPECT_THAT(far,
              HasSubstr("@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,5 @@\n 5\n 6\n 7\n-b\n+B\n+C\n"));
}

TEST(Diff, SaysWhereTheLastLineHasNoEnd) {
  EXPECT_THAT(text("a", regular("x"), regular("x\n")),
              EndsWith("@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n"));
  EXPECT_THAT(text("a", regular("y\nx"), regular("Y\nx")),
              EndsWith("@@ -1,2 +1,2 @@\n-y\n+Y\n x\n\\ No newline at end of file\n"));
}

TEST(Diff, OfAnEmptyFileIsItsHeaderAlone) {
  EXPECT_EQ(text("a", {}, regular("")),
            "diff --git a/a b/a\n"
            "new file mode 100644\n"
            "index 0000000000000000000000000000000000000000..e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n");
}

TEST(Diff, OfAChangedModeNamesBothAndNoLines) {
  EXPECT_EQ(text("run.sh", regular("x\n"), FileVersion{.mode = "100755", .bytes = "x\n"}),
            "diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n");
  EXPECT_THAT(text("run.sh", regular("x\n"), FileVersion{.mode = "100755", .bytes = "y\n"}),
              HasSubstr("new mode 100755\nindex 587be6b4c3f93f93c489c0111bba5596147a26cb.."
                        "975fbec8256d3e8a3797e7a3611380f27c49f4ac\n--- a/run.sh\n"));
}

TEST(Diff, OfASymlinkShowsWhereItLeadsAndAFileThatBecomesOneIsRemovedAndAdded) {
  const FileVersion link{.mode = "120000", .bytes = "docs/a"};
  EXPECT_THAT(
      text("a", FileVersion{.mode = "120000", .bytes = "docs/b"}, link),
      HasSubstr(" 120000\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-docs/b\n\\ No newline at end of file\n+docs/a\n"
                "\\ No newline at end of file\n"));
  const std::string both = text("a", regular("x\n"), link);
  EXPECT_LT(both.find("deleted file mode 100644"), both.find("new file mode 120000"));
}

TEST(Diff, OfASubmoduleThatGoesNamesItsCommit) {
  const std::string commit(40, 'c');
  EXPECT_THAT(text("a", FileVersion{.mode = "160000", .bytes = commit}, {}),
              testing::AllOf(HasSubstr("deleted file mode 160000\nindex " + commit + "..0"),
                             EndsWith("-Subproject commit " + commit + "\n")));
}

TEST(Diff, OfBytesThatAreNoTextSaysThatTheyDiffer) {
  const FileDiff diff = diff_of("a", regular("x\n"), regular(std::string("x\0y", 3)));
  EXPECT_THAT(diff.text, EndsWith("Binary files a/a and b/a differ\n"));
  EXPECT_FALSE(diff.is_whole);
}

TEST(Diff, OfWhatIsTooLargeSaysSoAndNothingOfIt) {
  const FileDiff diff = diff_of("a", {}, regular(std::string(diff_size_max + 1, 'x')));
  EXPECT_THAT(diff.text, EndsWith("\nFiles /dev/null and b/a (too large to show: 1048577 bytes; 1048576 are "
                                  "the most) differ\n"));
  EXPECT_FALSE(diff.is_whole);
  EXPECT_TRUE(diff_of("a", {}, regular(std::string(diff_size_max, 'x'))).is_whole);
  const FileVersion not_read{.mode = "100644", .sha = std::string(40, 'a'), .size = diff_size_max + 2};
  EXPECT_THAT(text("a", not_read, regular("x\n")),
              testing::AllOf(HasSubstr("index " + not_read.sha + "..587be6b"), HasSubstr("1048578 bytes")));
}

TEST(Diff, QuotesANameAsGitDoesAndEndsOneWithSpacesByATab) {
  EXPECT_THAT(
      text("a \"b\"", {}, regular("x\n")),
      testing::AllOf(HasSubstr(R"(diff --git "a/a \"b\"" "b/a \"b\"")"), HasSubstr("+++ \"b/a \\\"b\\\"\"")));
  EXPECT_THAT(text("a b", {}, regular("x\n")), HasSubstr("diff --git a/a b b/a b\n"));
  EXPECT_THAT(text("a b", {}, regular("x\n")), HasSubstr("--- /dev/null\n+++ b/a b\t\n"));
  EXPECT_THAT(text("ä", {}, regular("x\n")), HasSubstr("+++ b/ä\n"));
}

TEST(Diff, ForATerminalHasNothingThatMovesItsCursor) {
  EXPECT_EQ(for_terminal("+a\tä\x1b[2J\r\n-\xc2\x9b\x38\xff\n"), "+a\tä\\x1B[2J\\x0D\n-\\xC2\\x9B8\\xFF\n");
  EXPECT_EQ(for_terminal("no end"), "no end");
  EXPECT_EQ(for_terminal(""), "");
}

}  // namespace
}  // namespace ghboot::render
