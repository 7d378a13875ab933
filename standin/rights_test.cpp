// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "standin/test_standin.h"

namespace ghboot::standin {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RightsTest : public StandinTest {
 protected:
  RightsTest() { hook_ = make_hook("https://a.example"); }

  void become(Token token) {
    standin_->change([&](State& state) { add_token(state, "other", std::move(token)); });
    token_ = "other";
  }
  unsigned status(const std::string& method, const std::string& target, const Json& body = nullptr) {
    return ask(method, target, body).status;
  }
  Json new_hook() const { return {{"config", {{"url", "https://new.example"}}}}; }

  Json hook_;
  const std::string hooks_ = "/repos/acme/shop/hooks";
};

TEST_F(RightsTest, ABadTokenIs401AndManyOfThem403ForAWhile) {
  token_ = "wrong";
  const Response first = ask("GET", "/user");
  EXPECT_EQ(first.status, 401U);
  EXPECT_EQ(json(first)["message"], "Bad credentials");
  for (int i = 0; i < 30; ++i) ask("GET", "/user");
  EXPECT_EQ(status("GET", "/user"), 403U);
  clock_.seconds += 301;
  EXPECT_EQ(status("GET", "/user"), 401U);
}

TEST_F(RightsTest, AnExpiredTokenIsABadOne) {
  become({.login = "ada", .scopes = {"repo"}, .expires_at = clock_.seconds + 10});
  EXPECT_EQ(status("GET", "/user"), 200U);
  clock_.seconds += 10;
  EXPECT_EQ(status("GET", "/user"), 401U);
}

TEST_F(RightsTest, AClassicTokenWithoutTheScopeIsToldThereIsNothing) {
  become({.login = "ada", .scopes = {"read:repo_hook"}});
  EXPECT_EQ(status("GET", hooks_), 200U);
  EXPECT_EQ(status("POST", at(hook_) + "/pings"), 204U);  // Reading is enough for it.
  const Response refused = ask("POST", hooks_, new_hook());
  EXPECT_EQ(refused.status, 404U);
  const Response missing = ask("GET", "/repos/acme/no-such");
  EXPECT_EQ(refused.body, missing.body);                          // One cannot tell them apart …
  EXPECT_EQ(refused.header("X-OAuth-Scopes"), "read:repo_hook");  // … but by what it could have needed.
  EXPECT_THAT(std::string(refused.header("X-Accepted-OAuth-Scopes")), HasSubstr("write:repo_hook"));
}

TEST_F(RightsTest, DeletingAHookNeedsMoreThanWriting) {
  become({.login = "ada", .scopes = {"write:repo_hook"}});
  EXPECT_EQ(status("PATCH", at(hook_), {{"active", false}}), 200U);
  EXPECT_EQ(status("DELETE", at(hook_)), 404U);
  become({.login = "ada", .scopes = {"admin:repo_hook"}});
  EXPECT_EQ(status("DELETE", at(hook_)), 204U);
}

TEST_F(RightsTest, HooksAreForAdministratorsAlone) {
  become({.login = "ben", .scopes = {"repo", "admin:org_hook"}});  // A member, who may read.
  EXPECT_EQ(json(ask("GET", "/repos/acme/shop"))["permissions"]["admin"], false);
  EXPECT_EQ(status("GET", hooks_), 404U);
  EXPECT_EQ(status("GET", "/orgs/acme/hooks"), 404U);
  standin_->change([](State& state) { state.repositories[shop].admins = {"BEN"}; });
  EXPECT_EQ(status("GET", hooks_), 200U);
  EXPECT_EQ(json(ask("GET", "/repos/acme/shop"))["permissions"]["admin"], true);
}

TEST_F(RightsTest, OrganisationsHooksNeedTheirOwnScope) {
  become({.login = "ada", .scopes = {"repo", "admin:org"}});
  EXPECT_EQ(status("GET", "/orgs/acme/hooks"), 404U);
}

TEST_F(RightsTest, AFineGrainedTokenIsToldWhatItLacks) {
  become({.kind = "fine_grained",
          .login = "ada",
          .permissions = {{"repository_hooks", "read"}},
          .owner_id = acme});
  EXPECT_EQ(status("GET", hooks_), 200U);
  EXPECT_EQ(status("POST", at(hook_) + "/pings"), 204U);
  const Response refused = ask("POST", hooks_, new_hook());
  EXPECT_EQ(refused.status, 403U);
  EXPECT_EQ(json(refused)["message"], "Resource not accessible by personal access token");
  EXPECT_EQ(refused.header("X-Accepted-GitHub-Permissions"), "repository_hooks=write");
  EXPECT_EQ(refused.header("X-OAuth-Scopes"), "");
  EXPECT_EQ(status("GET", "/orgs/acme/hooks"), 403U);
}

TEST_F(RightsTest, AFineGrainedTokenDoesNotSeeWhatItWasNotGiven) {
  standin_->change([](State& state) {
    state.repositories[77] = {.id = 77, .owner_id = acme, .name = "other", .is_private = true};
  });
  become({.kind = "fine_grained",
          .login = "ada",
          .permissions = {{"repository_hooks", "write"}},
          .owner_id = acme,
          .all_repositories = false,
          .repositories = {77}});
  EXPECT_EQ(status("GET", hooks_), 404U);
  EXPECT_EQ(status("GET", "/repos/acme/other/hooks"), 200U);
  standin_->change([](State& state) { state.repositories[shop].is_private = false; });
  EXPECT_EQ(status("GET", hooks_), 403U);  // It is public: there is nothing to hide.
}

TEST_F(RightsTest, WithoutATokenOneSeesWhatIsPublic) {
  token_.clear();
  EXPECT_EQ(status("GET", "/repos/acme/shop"), 404U);
  standin_->change([](State& state) { state.repositories[shop].is_private = false; });
  EXPECT_EQ(status("GET", "/repos/acme/shop"), 200U);
  EXPECT_EQ(status("GET", hooks_), 401U);
  EXPECT_EQ(status("GET", "/user"), 401U);
}

TEST_F(RightsTest, AnOAuthAppSeesTheHooksThatItMadeAndNobodyElseDoes) {
  const Json mine{{"name", "web"}, {"config", {{"url", "https://mine.example"}}}};
  become({.login = "ada", .scopes = {"admin:org_hook"}, .oauth_app = "ci"});
  const Json made = json(ask("POST", "/orgs/acme/hooks", mine));
  const std::string place = "/orgs/acme/hooks/" + made["id"].dump();
  EXPECT_EQ(status("GET", place), 200U);
  token_ = "ada-token";
  EXPECT_EQ(status("GET", place), 404U);
  EXPECT_THAT(json(ask("GET", "/orgs/acme/hooks")), IsEmpty());
}

TEST_F(RightsTest, AnArchivedRepositoryIsReadOnly) {
  standin_->change([](State& state) { state.repositories[shop].archived = true; });
  const Response refused = ask("POST", hooks_, new_hook());
  EXPECT_EQ(refused.status, 403U);
  EXPECT_EQ(json(refused)["message"], "Repository was archived so is read-only.");
  EXPECT_EQ(status("GET", hooks_), 200U);
}

TEST_F(RightsTest, AUserSeesTheOwnMembershipAlone) {
  token_ = "ada-token";
  EXPECT_EQ(ask("GET", "/user/memberships/orgs/acme").status, 404U) << "read:org is needed";
  standin_->change([](State& state) {
    add_token(state, "ada-org", {.login = "ada", .scopes = {"read:org"}});
    add_token(state, "ben-org", {.login = "ben", .scopes = {"read:org"}});
  });
  token_ = "ada-org";
  EXPECT_EQ(json(ask("GET", "/user/memberships/orgs/ACME"))["role"], "admin");
  token_ = "ben-org";
  EXPECT_EQ(json(ask("GET", "/user/memberships/orgs/acme"))["role"], "member");
  EXPECT_EQ(ask("GET", "/user/memberships/orgs/nobody").status, 404U);
}

}  // namespace
}  // namespace ghboot::standin
