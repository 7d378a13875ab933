// SPDX-License-Identifier: Apache-2.0
#include "render/manifest.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::render {
namespace {

using testing::HasSubstr;

std::string error(std::string_view text) {
  const auto read = read_manifest(text);
  if (read) return "it was read";
  EXPECT_EQ(read.error().kind, ErrorKind::invalid);
  return read.error().message;
}

TEST(Manifest, IsOnePathALineOfEachSetAndReadsBack) {
  EXPECT_EQ(manifest_text({{"labels", {"c"}}, {"default", {"b", "a \"ä"}}}), R"({
  "version": 2,
  "sets": {
    "default": [
      "a \"ä",
      "b"
    ],
    "labels": [
      "c"
    ]
  }
}
)");
  const Manifest manifest{{"default", {"a", "b"}}, {"labels", {"c"}}};
  EXPECT_EQ(read_manifest(manifest_text(manifest)).value(), manifest);
  EXPECT_EQ(read_manifest(manifest_text({})).value(), Manifest());
  EXPECT_EQ(read_manifest(R"({"version": 2, "sets": {"labels": []}})").value(), Manifest());
}

TEST(Manifest, OfVersionOneIsOfTheDefaultSet) {
  EXPECT_EQ(read_manifest(R"({"version": 1, "files": ["b", "a"]})").value(),
            (Manifest{{"default", {"a", "b"}}}));
  EXPECT_EQ(read_manifest(R"({"version": 1, "files": []})").value(), Manifest());
  for (const char* text : {R"({"version": 1})", R"({"version": 1, "files": {}})"})
    EXPECT_THAT(error(text), HasSubstr("it has no list \"files\"")) << text;
}

TEST(Manifest, WhatIsNoneIsToldInWordsForWhoEditedItByHand) {
  EXPECT_EQ(error("<<<<<<< HEAD\n{}"),
            ".github/ghboot-manifest.json is not as ghboot writes it: it is no JSON. Was it edited or merged "
            "by hand? Nothing is changed: take it from an earlier commit; or delete it, and what ghboot made "
            "before stays for good");
  for (const char* text : {"[]", "{}", R"({"version": "1"})", R"({"version": 1.0})"})
    EXPECT_THAT(error(text), HasSubstr("it has no \"version\"")) << text;
  EXPECT_EQ(
      error(R"({"version": 3, "sets": {}})"),
      ".github/ghboot-manifest.json is of version 3, and this ghboot knows 1 and 2: use the ghboot that "
      "wrote it, or a later one");
  for (const char* text : {R"({"version": 2})", R"({"version": 2, "sets": []})"})
    EXPECT_THAT(error(text), HasSubstr("it has no object \"sets\"")) << text;
  EXPECT_THAT(error(R"({"version": 2, "sets": {"a": {}}})"), HasSubstr("\"a\" in it is no list"));
  EXPECT_THAT(error(R"({"version": 2, "sets": {"Not a name": []}})"),
              HasSubstr("Not a name in it is no name of a set: 1 to 64 lower-case letters"));
  EXPECT_THAT(error(R"({"version": 2, "sets": {"a": [1]}})"), HasSubstr("a path in it is no string"));
  for (const char* path : {"../x", "/etc/passwd", "a//b", "", ".git/config", "a\\\\b", "x\\u0000",
                           ".github/ghboot-manifest.json"})
    EXPECT_THAT(error(std::string(R"({"version": 2, "sets": {"a": [")") + path + "\"]}}"),
                HasSubstr(" in it "))
        << path;
  EXPECT_THAT(error("{\"version\": 2, \"sets\": {\"a\": [\"\xFF\"]}}"), HasSubstr("it is no JSON"));
}

TEST(SetName, IsShortAndOfLettersThatNoSystemMistakes) {
  for (const std::string& name : {std::string("default"), std::string("a.b-c_9"), std::string(64, 'x')})
    EXPECT_TRUE(is_set_name(name)) << name;
  for (const std::string& name : {std::string(), std::string("A"), std::string("a b"), std::string("ä"),
                                  std::string("a/b"), std::string(".."), std::string(65, 'x')})
    EXPECT_FALSE(is_set_name(name)) << name;
}

}  // namespace
}  // namespace ghboot::render
