// SPDX-License-Identifier: Apache-2.0
// What a token may not do, and what became of a repository: each an outcome of its own.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "github/standin_fixture.h"

namespace ghboot::github {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class StandinRights : public StandinMeeting {
 protected:
  Error refused(const Json& of, const std::string& repository = "Shop") {
    const auto as = client(token(of));
    const auto answer = Hooks(*as, {"Acme", repository}).create({.url = "https://a.example"}, wait());
    EXPECT_FALSE(answer);
    return answer ? Error{} : answer.error();
  }
};

TEST_F(StandinRights, AClassicTokenWithoutTheScopeSeesNothing) {
  const Error error = refused({{"login", "ada"}, {"scopes", {"read:repo_hook"}}});
  EXPECT_EQ(error.kind, ErrorKind::missing);
  EXPECT_EQ(error.status, 404);
  EXPECT_THAT(error.message, HasSubstr("The token has the scopes `read:repo_hook`"));
  EXPECT_THAT(error.message, HasSubstr("admin:repo_hook, repo, write:repo_hook"));
}

TEST_F(StandinRights, AMemberWhoIsNoAdminSeesNothingEither) {
  const Error error = refused({{"login", "ben"}, {"scopes", {"repo"}}});
  EXPECT_EQ(error.status, 404);
  EXPECT_THAT(error.message, HasSubstr("404 also where the token must not see"));
}

TEST_F(StandinRights, AFineGrainedTokenIsToldThePermissionThatIsMissing) {
  const Error error = refused({{"login", "ada"},
                               {"kind", "fine_grained"},
                               {"owner", "Acme"},
                               {"permissions", {{"repository_hooks", "read"}}}});
  EXPECT_EQ(error.kind, ErrorKind::refused);
  EXPECT_EQ(error.status, 403);
  EXPECT_EQ(error.rights.accepted_permissions, "repository_hooks=write");
  EXPECT_EQ(error.github_message, "Resource not accessible by personal access token");
  const Error of_organization = refused(
      {{"login", "ada"}, {"kind", "fine_grained"}, {"owner", "Acme"}, {"permissions", Json::object()}}, "");
  EXPECT_EQ(of_organization.rights.accepted_permissions, "organization_hooks=write");
}

TEST_F(StandinRights, AFineGrainedTokenWithThePermissionMay) {
  const auto as = client(token({{"login", "ada"},
                                {"kind", "fine_grained"},
                                {"owner", "Acme"},
                                {"permissions", {{"repository_hooks", "write"}}}}));
  EXPECT_TRUE(Hooks(*as, {"Acme", "Shop"}).create({.url = "https://a.example"}, wait()));
}

TEST_F(StandinRights, ATokenThatIsWrongRevokedOrExpiredIsSaidSo) {
  const std::string revoked = token({{"login", "ada"}, {"scopes", {"repo"}}});
  control("POST", "/tokens/revoke", {{"token", revoked}});
  for (const std::string& text : {revoked, std::string("ghp_wrong")}) {
    const auto as = client(text);
    const auto answer = Hooks(*as, {"Acme", "Shop"}).list(wait());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::refused);
    EXPECT_THAT(answer.error().message, HasSubstr("it is wrong, revoked or expired"));
    EXPECT_THAT(answer.error().message, Not(HasSubstr(text)));
  }
}

TEST_F(StandinRights, ARenameIsFollowedByReadsAndWritesAndTold) {
  const Hook made = hook("https://a.example");
  control("PATCH", "/repositories/Acme/Shop", {{"name", "Store"}});
  const auto listed = shop().list(wait());
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_THAT(listed->hooks, SizeIs(1));
  EXPECT_THAT(listed->moved_to, HasSubstr("/repositories/"));
  EXPECT_THAT(listed->moved_to, HasSubstr("/hooks?per_page=100"));
  const auto changed = shop().change(made.id, {.active = false}, wait());
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_FALSE(changed->active);
  ASSERT_TRUE(shop().create({.url = "https://b.example"}, wait()));
  const auto now = client_->send({.path = "/repos/Acme/Shop"}, wait());
  ASSERT_TRUE(now) << now.error().message;
  EXPECT_EQ(text_in(*now->json, "full_name"), "Acme/Store");
  EXPECT_THAT(log_, HasSubstr("GitHub has moved "));
}

TEST_F(StandinRights, ATransferIsFollowedWhereTheTokenSeesTheNewOwner) {
  const Hook made = hook("https://a.example");
  control("POST", "/owners", {{"login", "Other"}, {"admins", {"ada"}}});
  control("PATCH", "/repositories/Acme/Shop", {{"owner", "Other"}});
  EXPECT_EQ(shop().get(made.id, wait())->id, made.id);
  // Who has no rights there gets the 404 of what is not there.
  const auto as_ben = client(token({{"login", "ben"}, {"scopes", {"repo"}}}));
  EXPECT_EQ(Hooks(*as_ben, {"Acme", "Shop"}).get(made.id, wait()).error().kind, ErrorKind::missing);
}

TEST_F(StandinRights, WhatIsArchivedIsReadAndNotWritten) {
  const Hook made = hook("https://a.example");
  control("PATCH", "/repositories/Acme/Shop", {{"archived", true}});
  EXPECT_TRUE(shop().get(made.id, wait()));
  const auto removed = shop().remove(made.id, wait());
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().kind, ErrorKind::refused);
  EXPECT_EQ(removed.error().github_message, "Repository was archived so is read-only.");
}

TEST_F(StandinRights, ARepositoryThatIsGoneAnswersAsOneThatIsHidden) {
  const Hook made = hook("https://a.example");
  control("DELETE", "/repositories/Acme/Shop");
  EXPECT_EQ(shop().get(made.id, wait()).error().kind, ErrorKind::missing);
  EXPECT_FALSE(shop().remove(made.id, wait()).value());
}

TEST_F(StandinRights, NamesAreComparedWithoutCase) {
  const Hook made = hook("https://a.example");
  EXPECT_TRUE(Hooks(*client_, {"aCME", "sHOP"}).get(made.id, wait()));
}

}  // namespace
}  // namespace ghboot::github
