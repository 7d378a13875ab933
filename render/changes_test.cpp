// SPDX-License-Identifier: Apache-2.0
#include "render/changes.h"

#include <cstdio>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/test_templates.h"

namespace ghboot::render {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string manifest{manifest_path};

RenderedFile file(std::string path, std::string bytes = "x", FileMode mode = FileMode::regular) {
  return {.path = std::move(path), .mode = mode, .bytes = std::move(bytes)};
}

StoredFile stored(std::string_view bytes = "x", std::string mode = "100644") {
  return {.mode = std::move(mode), .sha = blob_sha(bytes)};
}

Manifest of_default(const Paths& paths) {
  return paths.empty() ? Manifest() : Manifest{{std::string(default_set), paths}};
}

// "+a", "~a" and "-a".
std::vector<std::string> marks(const std::vector<Change>& changes) {
  std::vector<std::string> out;
  for (const Change& change : changes)
    out.push_back(std::string("+~-").substr(std::to_underlying(change.kind), 1) + change.file.path);
  return out;
}

// Their marks, or the error.
std::vector<std::string> changes(const std::vector<RenderedFile>& wanted, const StoredFiles& there,
                                 const Manifest& known, const SetTerms& ours = {}) {
  const auto found = changes_of(wanted, there, known, ours);
  if (found) return marks(*found);
  EXPECT_EQ(found.error().kind, ErrorKind::invalid);
  return {found.error().message};
}

std::vector<std::string> changes(const std::vector<RenderedFile>& wanted, const StoredFiles& there,
                                 const Paths& known = {}, bool prune = true) {
  return changes(wanted, there, of_default(known), {.prune = prune});
}

std::string manifest_in(const std::vector<Change>& changes) {
  for (const Change& change : changes)
    if (change.file.path == manifest) return change.file.bytes;
  return "no manifest";
}

std::string manifest_written(const std::vector<RenderedFile>& wanted, const StoredFiles& there,
                             const Manifest& known, const SetTerms& ours) {
  const auto found = changes_of(wanted, there, known, ours);
  return found ? manifest_in(*found) : found.error().message;
}

std::string manifest_written(const std::vector<RenderedFile>& wanted, const StoredFiles& there,
                             const Paths& known, bool prune) {
  return manifest_written(wanted, there, of_default(known), {.prune = prune});
}

TEST(Changes, WhatIsThereAlreadyIsNoChange) {
  const StoredFiles there{{"a", stored()},
                          {"b", stored("#!", "100755")},
                          {"c", stored("a", "120000")},
                          {"old", stored("x")},
                          {"theirs", stored()},
                          {manifest, stored(manifest_text(of_default({"a", "b", "c", "old"})))}};
  const std::vector<RenderedFile> wanted{file("a"), file("b", "#!", FileMode::executable),
                                         file("c", "a", FileMode::symlink), file("old")};
  EXPECT_THAT(changes(wanted, there), IsEmpty());
  EXPECT_FALSE(needs_manifest(wanted, there));
}

TEST(Changes, BytesAndModesAreCompared) {
  const StoredFiles there{{"bytes", stored("y")}, {"link", stored()}, {"mode", stored("x", "100755")}};
  EXPECT_THAT(
      changes({file("bytes"), file("link", "x", FileMode::symlink), file("mode"), file("new")}, there),
      ElementsAre("+" + manifest, "~bytes", "~link", "~mode", "+new"));
}

TEST(Changes, OnlyWhatTheManifestListsIsRemoved) {
  const StoredFiles there{{"a", stored()}, {"gone", stored()}, {"theirs", stored()}, {manifest, stored("…")}};
  EXPECT_TRUE(needs_manifest({file("a")}, there));
  EXPECT_THAT(changes({file("a")}, there, {"a", "gone", "removed by hand"}),
              ElementsAre("~" + manifest, "-gone"));
  EXPECT_EQ(manifest_written({file("a")}, there, {"a", "gone"}, true), manifest_text(of_default({"a"})));
}

TEST(Changes, WithoutPruneTheyStayAndStayListed) {
  const StoredFiles there{{"a", stored()}, {"gone", stored()}, {manifest, stored("…")}};
  EXPECT_THAT(changes({file("a")}, there, {"a", "gone", "removed by hand"}, false),
              ElementsAre("~" + manifest));
  EXPECT_EQ(manifest_written({file("a")}, there, {"a", "gone", "removed by hand"}, false),
            manifest_text(of_default({"a", "gone"})))
      << "what somebody removed, and may put there himself, is ours no more";
}

TEST(Changes, WhatMakesNothingTakesTheManifestAwayToo) {
  const StoredFiles there{
      {"a", stored()}, {manifest, stored(manifest_text(of_default({"a"})))}, {"theirs", stored()}};
  EXPECT_TRUE(needs_manifest({}, there));
  EXPECT_THAT(changes({}, there, {"a"}), ElementsAre("-" + manifest, "-a"));
  EXPECT_THAT(changes({}, {{"theirs", stored()}}), IsEmpty());
}

TEST(Changes, WhatCannotLieBesideWhatIsThereIsTold) {
  EXPECT_THAT(changes({file("readme.md")}, {{"README.md", stored()}}),
              ElementsAre("README.md and readme.md differ by upper and lower case only: rename one"));
  EXPECT_THAT(changes({file("a/b")}, {{"a", stored()}}),
              ElementsAre("a is a file, and a/b needs a folder there: rename or remove one"));
  EXPECT_THAT(changes({file("a")}, {{"a/b", stored()}, {"a/c", stored()}}),
              ElementsAre("a is a folder, and a file is to be there: rename or remove one"));
  EXPECT_THAT(changes({file("m")}, {{"m", {.mode = "160000", .sha = blob_sha("x")}}}),
              ElementsAre("m is a submodule, and a file is to be there: remove or rename one"));
  EXPECT_THAT(changes({file("a")}, {{".GitHub/x", stored()}}),
              ElementsAre(HasSubstr(".GitHub and .github differ")))
      << "the manifest's own folder too";
  EXPECT_THAT(changes({file("a")}, {{"x/y", stored()}, {"X/y", stored()}}), ElementsAre("+" + manifest, "+a"))
      << "what others have is theirs";
}

TEST(Changes, WhatIsRemovedMakesPlace) {
  EXPECT_THAT(changes({file("readme.md")}, {{"README.md", stored()}}, {"README.md"}),
              ElementsAre("+" + manifest, "-README.md", "+readme.md"));
  EXPECT_THAT(changes({file("a/b")}, {{"a", stored()}}, {"a"}), ElementsAre("+" + manifest, "-a", "+a/b"));
  EXPECT_THAT(changes({file("a")}, {{"a/b", stored()}}, {"a/b"}), ElementsAre("+" + manifest, "+a", "-a/b"));
  EXPECT_THAT(changes({file("a/b")}, {{"a", stored()}}, {"a"}, false), ElementsAre(HasSubstr("a is a file")));
}

const StoredFiles two_sets_there{
    {"a", stored()}, {"gone", stored()}, {"label", stored()}, {"theirs", stored()}, {manifest, stored("…")}};
const Manifest two_sets{{"default", {"a", "gone"}}, {"labels", {"label", "removed by hand"}}};

TEST(Sets, WhatAnotherListsIsNeitherRemovedNorUnlisted) {
  EXPECT_THAT(changes({file("a")}, two_sets_there, two_sets), ElementsAre("~" + manifest, "-gone"));
  EXPECT_EQ(manifest_written({file("a")}, two_sets_there, two_sets, {}),
            manifest_text({{"default", {"a"}}, {"labels", {"label", "removed by hand"}}}));
  EXPECT_THAT(changes({file("label")}, two_sets_there, two_sets, {.name = "labels"}),
              ElementsAre("~" + manifest));
}

TEST(Sets, ANewOneStandsBesideTheOthers) {
  EXPECT_TRUE(needs_manifest({file("new")}, two_sets_there, {.name = "new"}));
  EXPECT_THAT(changes({file("new")}, two_sets_there, two_sets, {.name = "new"}),
              ElementsAre("~" + manifest, "+new"));
  Manifest three = two_sets;
  three["new"] = {"new"};
  EXPECT_EQ(manifest_written({file("new")}, two_sets_there, two_sets, {.name = "new"}), manifest_text(three));
}

TEST(Sets, OneThatIsAloneNeedsNoLookIntoTheManifest) {
  const StoredFiles there{{"a", stored()}, {manifest, stored(manifest_text({{"labels", {"a"}}}))}};
  EXPECT_FALSE(needs_manifest({file("a")}, there, {.name = "labels"}));
  EXPECT_TRUE(needs_manifest({file("a")}, there)) << "the same path, but of another set";
}

TEST(Sets, OneThatMakesNothingAnyMoreGoesAndTheLastTakesTheManifestAway) {
  EXPECT_THAT(changes({}, two_sets_there, two_sets), ElementsAre("~" + manifest, "-a", "-gone"));
  EXPECT_EQ(manifest_written({}, two_sets_there, two_sets, {}),
            manifest_text({{"labels", {"label", "removed by hand"}}}));
  EXPECT_THAT(changes({}, two_sets_there, Manifest{{"labels", {"label"}}}, {.name = "labels"}),
              ElementsAre("-" + manifest, "-label"));
}

TEST(Sets, WhatAnotherMakesIsRefusedWithTheWayOut) {
  EXPECT_THAT(changes({file("a"), file("label", "other")}, two_sets_there, two_sets),
              ElementsAre("label is made by the templates of the set labels, as .github/ghboot-manifest.json "
                          "has it: rename one; or take it out of those templates, and apply them first "
                          "(`-target`, where one configuration has both); where nothing makes the set labels "
                          "any more, call yours so"));
  EXPECT_THAT(changes({file("removed by hand")}, two_sets_there, two_sets),
              ElementsAre(HasSubstr("removed by hand is made by the templates of the set labels")))
      << "it will be put back";
  EXPECT_THAT(
      changes({file("readme.md")}, {{"README.md", stored()}, {manifest, stored("…")}},
              Manifest{{"labels", {"README.md"}}}),
      ElementsAre(HasSubstr("readme.md is made by the templates of the set labels, as README.md, which "
                            "differs by case only, as .github/ghboot-manifest.json has it")));
}

TEST(Sets, WhatTheCallerRemembersIsRemovedUnlessAnotherListsIt) {
  EXPECT_THAT(changes({file("a")}, two_sets_there, two_sets, {.made_before = {"label", "theirs"}}),
              ElementsAre("~" + manifest, "-gone", "-theirs"));
}

TEST(Sets, OneThatIsRenamedTakesWhatItMadeWithIt) {
  const SetTerms renamed{.name = "owners", .names_before = {"default"}, .made_before = {"a", "gone"}};
  EXPECT_THAT(changes({file("a")}, two_sets_there, two_sets, renamed), ElementsAre("~" + manifest, "-gone"));
  EXPECT_EQ(manifest_written({file("a")}, two_sets_there, two_sets, renamed),
            manifest_text({{"labels", {"label", "removed by hand"}}, {"owners", {"a"}}}));
  const SetTerms another{.name = "owners", .names_before = {"default"}, .made_before = {"gone"}};
  EXPECT_EQ(
      manifest_written({file("gone")}, two_sets_there, two_sets, another),
      manifest_text({{"default", {"a"}}, {"labels", {"label", "removed by hand"}}, {"owners", {"gone"}}}))
      << "what somebody else made under the old name stays theirs";
}

TEST(Sets, WhatGoesForGoodIsOfOursAlone) {
  const auto without = [](const Paths& paths) { return changes_without(paths, two_sets_there, two_sets); };
  EXPECT_THAT(marks(without({"gone", "label", "theirs", "never there"})),
              ElementsAre("-gone", "-theirs", "~" + manifest));
  EXPECT_EQ(manifest_in(without({"gone", "label"})),
            manifest_text({{"default", {"a"}}, {"labels", {"label", "removed by hand"}}}));
  EXPECT_EQ(manifest_in(without({"a", "gone"})), manifest_text({{"labels", {"label", "removed by hand"}}}));
  EXPECT_THAT(marks(without({"label"})), IsEmpty());
  EXPECT_THAT(marks(changes_without({"a"}, two_sets_there, of_default({"a"}))),
              ElementsAre("-a", "-" + manifest));
}

class BlobTest : public TestTemplates {};

TEST_F(BlobTest, IsNamedAsGitNamesIt) {
  using namespace std::string_literals;
  EXPECT_EQ(blob_sha(""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  for (const std::string& bytes : {"x\n"s, "a\0b"s, std::string(100'000, 'y')}) {
    put("file", bytes);
    const std::string command = "git hash-object --no-filters '" + (root_ / "file").string() + "'";
    const std::unique_ptr<FILE, int (*)(FILE*)> git(::popen(command.c_str(), "r"), &::pclose);
    ASSERT_TRUE(git);
    std::string named(40, ' ');
    ASSERT_EQ(std::fread(named.data(), 1, named.size(), git.get()), named.size()) << "is git there?";
    EXPECT_EQ(blob_sha(bytes), named);
  }
}

}  // namespace
}  // namespace ghboot::render
