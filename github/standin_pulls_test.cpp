// SPDX-License-Identifier: Apache-2.0
// Pull requests of Acme/Shop: one for a pair of branches, found again after an answer that was lost.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "github/pull_requests.h"
#include "github/standin_fixture.h"

namespace ghboot::github {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class StandinPulls : public StandinMeeting {
 protected:
  StandinPulls() {
    put("README.md", "");
    for (const char* name : {"update", "feature/ä&b"}) {
      EXPECT_TRUE(git().make_branch(name, git().branch("main", wait()).value(), wait()));
      put("a.txt", name);
    }
  }
  GitData git() { return {*client_, {"Acme", "Shop"}}; }
  PullRequests pulls() { return {*client_, {"Acme", "Shop"}}; }
  void put(const std::string& path, const std::string& branch) {
    Json body{{"message", "m"}, {"content", "eA=="}};
    if (!branch.empty()) body["branch"] = branch;
    EXPECT_TRUE(client_->send(
        {.method = "PUT", .path = "/repos/Acme/Shop/contents/" + path, .body = body_text(body)}, wait()));
  }
  static PullRequestInput input(std::string head = "update") {
    return {.head = std::move(head), .base = "main", .title = "Größer", .body = "because"};
  }
  std::optional<PullRequest> open(const std::string& head = "update") {
    const auto found = pulls().open(head, "main", wait());
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(std::nullopt);
  }
};

TEST_F(StandinPulls, OneIsMadeFoundAndChanged) {
  for (const char* head : {"update", "feature/ä&b"}) {
    EXPECT_FALSE(open(head));
    const auto made = pulls().make(input(head), wait());
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->title, "Größer");
    EXPECT_THAT(made->html_url, HasSubstr("/Acme/Shop/pull/"));
    ASSERT_TRUE(pulls().change(made->number, "Other", "text", wait()));
    const auto found = open(head);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->number, made->number);
    EXPECT_EQ(found->title, "Other");
    EXPECT_EQ(found->body, "text");
  }
  EXPECT_FALSE(open("main"));
}

TEST_F(StandinPulls, OneThatIsClosedIsNotOpen) {
  const auto made = pulls().make(input(), wait());
  ASSERT_TRUE(made);
  ASSERT_TRUE(client_->send({.method = "PATCH",
                             .path = "/repos/Acme/Shop/pulls/" + std::to_string(made->number),
                             .body = R"({"state": "closed"})"},
                            wait()));
  EXPECT_FALSE(open());
}

TEST_F(StandinPulls, ASecondOneIsAConflict) {
  ASSERT_TRUE(pulls().make(input(), wait()));
  const auto again = pulls().make(input(), wait());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
  EXPECT_THAT(again.error().message,
              AllOf(HasSubstr("No pull request from update into main was made in Acme/Shop."),
                    HasSubstr("A pull request already exists for Acme:update.")));
}

TEST_F(StandinPulls, WhatGitHubCannotMakeIsInItsWords) {
  ASSERT_TRUE(git().make_branch("same", git().branch("main", wait()).value(), wait()));
  const auto same = pulls().make(input("same"), wait());
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().kind, ErrorKind::invalid);
  EXPECT_THAT(same.error().message, HasSubstr("No commits between main and same"));
  const auto none = pulls().make(input("none"), wait());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::invalid);
  EXPECT_THAT(none.error().message, HasSubstr("[PullRequest head invalid]"));
  const auto changed = pulls().change(99, "t", "b", wait());
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::missing);
}

TEST_F(StandinPulls, ATokenThatMayNotIsToldTheRight) {
  for (const Json& of : {Json{{"login", "ada"},
                              {"kind", "fine_grained"},
                              {"owner", "Acme"},
                              {"permissions", {{"contents", "write"}, {"pull_requests", "read"}}}},
                         Json{{"login", "ada"}, {"scopes", {"admin:repo_hook"}}}}) {
    const auto as = client(token(of));
    const auto made = PullRequests(*as, {"Acme", "Shop"}).make(input(), wait());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::refused) << made.error().message;
    EXPECT_THAT(made.error().message,
                HasSubstr("akes the permission Pull requests: write, or the scope `repo`"));
  }
}

TEST_F(StandinPulls, OneWhoseAnswerWasLostIsFoundOpen) {
  for (const char* cut : {"before", "after"}) {
    fault({{"method", "POST"}, {"cut", cut}, {"times", 1}});
    const auto made = pulls().make(input(), wait());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::unknown);
    EXPECT_EQ(open().has_value(), std::string(cut) == "after");
  }
  // A change is the same, done twice.
  fault({{"method", "PATCH"}, {"cut", "after"}, {"times", 1}});
  EXPECT_TRUE(pulls().change(open()->number, "Other", "", wait()));
  EXPECT_EQ(open()->title, "Other");
}

}  // namespace
}  // namespace ghboot::github
