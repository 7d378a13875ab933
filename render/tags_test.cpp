// SPDX-License-Identifier: Apache-2.0
// Every message about what is in a template, with its place.
#include "render/tags.h"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/test_templates.h"

namespace ghboot::render {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class TagsTest : public TestTemplates {
 protected:
  const Variables variables{{"github_org", "acme"}, {"team", "ops"}};
};

TEST_F(TagsTest, ANameThatIsNotGivenIsToldWithItsPlaceAndTheNamesThatThereAre) {
  EXPECT_EQ(error_of("ä\n é <% orgg %>\n", variables),
            "a:2:4: <% orgg %>: there is no variable orgg, given are github_org, team: write one of them, or "
            "give it");
  EXPECT_EQ(error_of("<%#x%><%/x%>"),
            "a:1:1: <%# x %>: there is no variable x, none is given: write one of them, or give it");
  EXPECT_THAT(error_of("<%^x%><%/x%>"), StartsWith("a:1:1: <%^ x %>: there is no variable x"));
}

TEST_F(TagsTest, ATagThatIsNotClosedIsTold) {
  EXPECT_EQ(error_of("a <% team\nb %>", variables),
            "a:1:3: <% team is not closed: write %> behind the name, on the same line");
  EXPECT_THAT(error_of("<% team <% team %>", variables),
              StartsWith("a:1:1: <% team <% team %> is not closed"));
  EXPECT_THAT(error_of("x<%", variables), StartsWith("a:1:2: <% is not closed"));
  EXPECT_THAT(error_of("<%! never", variables), StartsWith("a:1:1: <%! never is not closed"));
}

TEST_F(TagsTest, SectionsThatAreClosedWronglyAreTold) {
  EXPECT_EQ(error_of("\n<%#team%>x", variables),
            "a:2:1: <%# team %> is not closed: write <%/ team %> where it ends");
  EXPECT_EQ(error_of("x<%/team%>", variables),
            "a:1:2: <%/ team %> closes a section that was not opened: write <%# team %> before it, or remove "
            "it");
  EXPECT_EQ(
      error_of("<%#team%>\n<%#github_org%>\n<%/team%>", variables),
      "a:3:1: <%/ team %> stands where <%# github_org %> of line 2 is still open: close that one first");
}

TEST_F(TagsTest, WhatIsOfMustacheButNotOfOursIsTold) {
  EXPECT_EQ(error_of("<%> header %>"),
            "a:1:1: <%> header %> takes in another file, which no template does: write its text here");
  EXPECT_EQ(error_of("<%={{ }}=%>"),
            "a:1:1: <%={{ }}=%> would change the delimiters, which are always <% and %>: remove it");
  for (const char* strange :
       {"<%%>", "<% %>", "<% . %>", "<%{a}%>", "<% a b %>", "<% ä %>", "<%#%>", "<% 1a %>"})
    EXPECT_THAT(error_of(strange, variables),
                AllOf(StartsWith(std::string("a:1:1: ") + strange + " has no variable's name"),
                      EndsWith("to write <% itself, give a variable that value")));
}

TEST_F(TagsTest, GoTemplatesAreToldWithWhatToWriteInstead) {
  EXPECT_EQ(error_of("* @{{.GitHubOrg}}\n", variables),
            "a:1:4: {{.GitHubOrg}} is a Go template's: write <% github_org %>; to have it as it is, give a "
            "variable the value {{");
  EXPECT_THAT(error_of("{{ .GitHubOrg }}"), HasSubstr("write <% github_org %>"));
  EXPECT_THAT(error_of("{{- .RunnerImage -}}"), HasSubstr("write <% runner_image %>"));
  EXPECT_THAT(error_of("{{ .Team.Name }}", variables), HasSubstr("write <% team %>"));
  for (const char* words : {"{{ if .X }}", "{{- range .Y }}", "{{ end }}", "{{.}}", "{{ . }}", "{{else}}"})
    EXPECT_THAT(error_of(words), AllOf(StartsWith(std::string("a:1:1: ") + words + " is a Go template's"),
                                       HasSubstr("a section is <%# name %> … <%/ name %>")));
}

TEST_F(TagsTest, AllThatIsWrongIsToldInItsOrder) {
  put("b", "<% y %>\n");
  EXPECT_THAT(error_of("<%#team%>\n<% x %>\n{{.X}}", variables),
              AllOf(StartsWith("a:1:1: <%# team %> is not closed"), HasSubstr("\na:2:1: <% x %>"),
                    HasSubstr("\na:3:1: {{.X}}"), HasSubstr("\nb:1:1: <% y %>")));
}

TEST_F(TagsTest, OfManyTheFirstAreToldAndThatThereMayBeMore) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "<% x %>\n";
  const std::string told = error_of(many);
  EXPECT_EQ(std::ranges::count(told, '\n') + 1, problems_max);
  EXPECT_THAT(told, EndsWith("; and there may be more: mend these first"));
}

TEST_F(TagsTest, WhatIsQuotedIsShortAndOnOneLine) {
  const std::string told = error_of("<% \x01" + std::string(1000, 'x') + "ä %>");
  EXPECT_THAT(told, StartsWith("a:1:1: <% \\x01xxx"));
  EXPECT_LT(told.size(), 250);
  EXPECT_TRUE(told.contains("…"));
}

// Each search began at the tag and went to the text's end: hours for a file of 100 MB.
TEST_F(TagsTest, ATextFullOfOpeningsIsReadInOneGo) {
  std::string many;
  for (int i = 0; i < 300'000; ++i) many += "{{<x";
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(tags_in(many, {}).problems.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

}  // namespace
}  // namespace ghboot::render
