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

using Paths = std::set<std::string>;

const std::string manifest{manifest_path};

RenderedFile file(std::string path, std::string bytes = "x", FileMode mode = FileMode::regular) {
  return {.path = std::move(path), .mode = mode, .bytes = std::move(bytes)};
}

StoredFile stored(std::string_view bytes = "x", std::string mode = "100644") {
  return {.mode = std::move(mode), .sha = blob_sha(bytes)};
}

// "+a", "~a" and "-a", or the error.
std::vector<std::string> changes(const std::vector<RenderedFile>& wanted, const StoredFiles& there,
                                 const Paths& known = {}, bool prune = true) {
  const auto found = changes_of(wanted, there, known, prune);
  if (!found) {
    EXPECT_EQ(found.error().kind, ErrorKind::invalid);
    return {found.error().message};
  }
  std::vector<std::string> out;
  for (const Change& change : *found)
    out.push_back(std::string("+~-").substr(std::to_underlying(change.kind), 1) + change.file.path);
  return out;
}

std::string manifest_written(const std::vector<RenderedFile>& wanted, const StoredFiles& there,
                             const Paths& known, bool prune) {
  const auto found = changes_of(wanted, there, known, prune);
  if (found)
    for (const Change& change : *found)
      if (change.file.path == manifest) return change.file.bytes;
  return "no manifest";
}

TEST(Changes, WhatIsThereAlreadyIsNoChange) {
  const StoredFiles there{{"a", stored()},
                          {"b", stored("#!", "100755")},
                          {"c", stored("a", "120000")},
                          {"old", stored("x", "100664")},
                          {"theirs", stored()},
                          {manifest, stored(manifest_text({"a", "b", "c", "old"}))}};
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
  EXPECT_EQ(manifest_written({file("a")}, there, {"a", "gone"}, true), manifest_text({"a"}));
}

TEST(Changes, WithoutPruneTheyStayAndStayListed) {
  const StoredFiles there{{"a", stored()}, {"gone", stored()}, {manifest, stored("…")}};
  EXPECT_THAT(changes({file("a")}, there, {"a", "gone", "removed by hand"}, false),
              ElementsAre("~" + manifest));
  EXPECT_EQ(manifest_written({file("a")}, there, {"a", "gone", "removed by hand"}, false),
            manifest_text({"a", "gone"}))
      << "what somebody removed, and may put there himself, is ours no more";
}

TEST(Changes, WhatMakesNothingTakesTheManifestAwayToo) {
  const StoredFiles there{{"a", stored()}, {manifest, stored(manifest_text({"a"}))}, {"theirs", stored()}};
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

TEST(Manifest, IsOnePathALineAndReadsBack) {
  EXPECT_EQ(manifest_text({"b", "a \"ä"}),
            "{\n  \"version\": 1,\n  \"files\": [\n    \"a \\\"ä\",\n    \"b\"\n  ]\n}\n");
  EXPECT_EQ(read_manifest(manifest_text({"b", "a"})).value(), (Paths{"a", "b"}));
  EXPECT_EQ(read_manifest(manifest_text({})).value(), Paths{});
}

TEST(Manifest, WhatIsNoneIsToldInWordsForWhoEditedItByHand) {
  const auto error = [](std::string_view text) {
    const auto read = read_manifest(text);
    if (read) return std::string("it was read");
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
    return read.error().message;
  };
  EXPECT_EQ(error("<<<<<<< HEAD\n{}"),
            ".github/ghboot-manifest.json is not as ghboot writes it: it is no JSON. Was it edited or merged "
            "by hand? "
            "Nothing is changed: take it from an earlier commit; or delete it, and what ghboot made before "
            "stays for "
            "good");
  for (const char* text : {"[]", "{}", R"({"version": "1"})", R"({"version": 1.0})"})
    EXPECT_THAT(error(text), HasSubstr("it has no \"version\"")) << text;
  EXPECT_EQ(error(R"({"version": 2, "files": []})"),
            ".github/ghboot-manifest.json is of version 2, and this ghboot knows 1: use the ghboot that "
            "wrote it, or a "
            "later one");
  for (const char* text : {R"({"version": 1})", R"({"version": 1, "files": {}})"})
    EXPECT_THAT(error(text), HasSubstr("it has no list \"files\"")) << text;
  EXPECT_THAT(error(R"({"version": 1, "files": [1]})"), HasSubstr("a path in it is no string"));
  for (const char* path : {"../x", "/etc/passwd", "a//b", "", ".git/config", "a\\\\b", "x\\u0000",
                           ".github/ghboot-manifest.json"})
    EXPECT_THAT(error(std::string(R"({"version": 1, "files": [")") + path + "\"]}"), HasSubstr(" in it "))
        << path;
  EXPECT_THAT(error("{\"version\": 1, \"files\": [\"\xFF\"]}"), HasSubstr("it is no JSON"));
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
