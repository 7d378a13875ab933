// SPDX-License-Identifier: Apache-2.0
#include "render/mustache.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/test_templates.h"

namespace ghboot::render {
namespace {

using testing::HasSubstr;

class MustacheTest : public TestTemplates {};

TEST_F(MustacheTest, VariablesAreWrittenAsTheyAre) {
  EXPECT_EQ(text("* @<% org %>/<%team%> <%& org %>\n", {{"org", "a&\"<b>"}, {"team", "ops"}}),
            "* @a&\"<b>/ops a&\"<b>\n")
      << "nothing is escaped: these files are no HTML";
  EXPECT_EQ(text("<% a %>", {{"a", "<% b %>{{x}}"}, {"b", "no"}}), "<% b %>{{x}}")
      << "a value is no template";
  EXPECT_EQ(text("<% a-b_2 %>", {{"a-b_2", ""}}), "");
  EXPECT_EQ(text("<% open %>= ruby %>", {{"open", "<%"}}), "<%= ruby %>");
  EXPECT_EQ(text("ä€😀<%a%>ü", {{"a", "ß\n\n"}}), "ä€😀ß\n\nü");
}

TEST_F(MustacheTest, WhatActionsAndOthersWriteInBracesPassesUntouched) {
  for (const char* untouched : {"run: echo ${{ inputs.reason }} ${{ github.sha }}", "${{ .x }}", "${{ if }}",
                                "{{ date | date() }}", "{{#each x}}{{/each}}", "{{{ raw }}}", "{{",
                                "{{=| |=}}", "<", "%>", "{{ iffy }}", "{ {.X} }", "a < % b"})
    EXPECT_EQ(text(untouched, {{"x", "1"}}), untouched);
  EXPECT_EQ(text("${{ a }}<% a %>${{ b }}{{=| |=}}\n", {{"a", "A"}}), "${{ a }}A${{ b }}{{=| |=}}\n");
}

TEST_F(MustacheTest, ASectionIsShownWhenItsValueIsNotEmptyAndNotFalse) {
  const std::string both = "<%#a%>yes<%/a%><%^a%>no<%/a%>";
  for (const char* shown : {"true", "x", "0", "False", " "})
    EXPECT_EQ(text(both, {{"a", shown}}), "yes") << shown;
  for (const char* hidden : {"", "false"}) EXPECT_EQ(text(both, {{"a", hidden}}), "no") << hidden;
  EXPECT_EQ(text("<%#a%><%a%><%#b%>(<%b%><%a%>)<%/b%><%/a%>", {{"a", "1"}, {"b", "2"}}), "1(21)");
  EXPECT_EQ(text("<%#a%><%#b%>x<%/b%><%/a%>y", {{"a", ""}, {"b", "2"}}), "y");
}

// The library left an empty line for a section that is not shown and for a comment, and took away an empty
// line behind a section.
TEST_F(MustacheTest, ALineOfATagAloneIsLeftOutAndNoOther) {
  const std::string lines = "a\n<%#x%>\nb\n\n  <%/x%>  \n\nc\n";
  EXPECT_EQ(text(lines, {{"x", "1"}}), "a\nb\n\n\nc\n");
  EXPECT_EQ(text(lines, {{"x", ""}}), "a\n\nc\n");
  EXPECT_EQ(text("<%! for people %>\na\n<%! two\nlines %>\nb <%! behind %>\n"), "a\nb \n");
  EXPECT_EQ(text("a\r\n<%#x%>\r\nb\r\n<%/x%>\r\n", {{"x", "1"}}), "a\r\nb\r\n");
  EXPECT_EQ(text("<%#x%>\n\n<%/x%>", {{"x", "1"}}), "\n") << "at the file's end too";
  EXPECT_EQ(text("  <%x%>\n", {{"x", ""}}), "  \n") << "a variable's line stays";
  EXPECT_EQ(text("<%#x%>  <%/x%>", {{"x", "1"}}), "  ");
  EXPECT_EQ(text("a <%#x%>\nb\n<%/x%> c\n", {{"x", "1"}}), "a \nb\n c\n");
}

TEST_F(MustacheTest, CommentsAreLeftOutWhateverIsInThem) {
  EXPECT_EQ(text("a<%! ä {{ <% # %>b<%!%>c"), "abc");
  EXPECT_EQ(text("<<%! between %>% a %>"), "<% a %>") << "what is left is no tag: it was one to the library";
}

TEST_F(MustacheTest, SectionsAreNestedAsDeepAsWeSayAndNoDeeper) {
  const auto nested = [](std::size_t depth) {
    std::string out = "x";
    for (std::size_t i = 0; i < depth; ++i) out = "<%#a%>" + out + "<%/a%>";
    return out;
  };
  EXPECT_EQ(text(nested(section_depth_max), {{"a", "1"}}), "x");
  EXPECT_THAT(error_of(nested(section_depth_max + 1), {{"a", "1"}}),
              HasSubstr("a:1:193: <%# a %> is section 33 inside of others, 32 is the most"));
}

TEST_F(MustacheTest, AValueThatWouldMakeAFileTooLargeIsRefusedBeforeItIsMade) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "<%a%>";
  EXPECT_THAT(error_of(many, {{"a", std::string(200'000, 'x')}}),
              HasSubstr("a: would become larger than the 40 MiB that are sent to GitHub at once"));
}

}  // namespace
}  // namespace ghboot::render
