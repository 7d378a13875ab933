// SPDX-License-Identifier: Apache-2.0
// A webhook's life with the real terraform and a GitHub on this machine.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/github_place.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

bool is_empty(const Outcome& plan) { return plan.exit_code == 0; }

TEST(Webhook, OfARepositoryIsMadeChangedAndDeleted) {
  GithubPlace place;
  place.webhook("content_type = \"form\"\n  insecure_ssl = true\n  timeouts = { create = \"1m\" }");
  ASSERT_TRUE(done(place.terraform.apply()));
  const auto made = place.hook();
  EXPECT_EQ(made.content_type, "form");
  EXPECT_EQ(made.insecure_ssl, "1");
  const auto attributes = place.terraform.attributes(w);
  EXPECT_EQ(attributes["hook_id"].get<standin::Id>(), made.id);
  EXPECT_EQ(attributes["owner"].get<std::string>(), "acme");
  EXPECT_THAT(attributes["ping_url"].get<std::string>(), HasSubstr("/pings"));
  EXPECT_THAT(attributes["deliveries_url"].get<std::string>(), HasSubstr("/deliveries"));
  EXPECT_TRUE(is_empty(place.terraform.plan()));
  place.webhook("active = false", "repository = \"SHOP\"\n  owner = \"Acme\"", "[\"push\", \"issues\"]");
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_EQ(place.hook().id, made.id);
  EXPECT_FALSE(place.hook().active);
  EXPECT_THAT(place.hook().events, UnorderedElementsAre("push", "issues"));
  EXPECT_TRUE(is_empty(place.terraform.plan()));
  ASSERT_TRUE(done(place.terraform.destroy()));
  EXPECT_THAT(place.hooks(), IsEmpty());
}

TEST(Webhook, OfAnOrganisationIsMadeAndReplacesThatOfARepository) {
  GithubPlace place;
  place.webhook();
  ASSERT_TRUE(done(place.terraform.apply()));
  place.webhook("", "organization = \"acme\"", "[\"membership\"]");
  const Outcome applied = place.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("1 added, 0 changed, 1 destroyed"));
  EXPECT_TRUE(place.hook().of_organization);
  EXPECT_TRUE(is_empty(place.terraform.plan()));
  const std::string id = fmt::format("acme/{}", place.hook().id);
  ASSERT_TRUE(done(place.terraform.run({"state", "rm", std::string(w)})));
  ASSERT_TRUE(done(place.terraform.import(w, id)));
  EXPECT_TRUE(is_empty(place.terraform.plan()));
}

TEST(Webhook, ItsSecretIsInNoStateAndRotatesByItsVersion) {
  GithubPlace place;
  if (!place.terraform.is_since(11, 11)) GTEST_SKIP() << "this Terraform has no write-only attributes";
  place.webhook("secret_wo = \"very-secret-1\"\n  secret_wo_version = 1");
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_EQ(place.hook().secret, "very-secret-1");
  place.webhook("secret_wo = \"very-secret-2\"\n  secret_wo_version = 2");
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_EQ(place.hook().secret, "very-secret-2");
  EXPECT_THAT(place.terraform.state().dump(), Not(HasSubstr("very-secret")));
  place.change_hook([](standin::Hook& hook) { hook.secret.clear(); });
  const Outcome planned = place.terraform.plan();
  EXPECT_EQ(planned.exit_code, 2);
  EXPECT_THAT(plain(planned), HasSubstr("was removed elsewhere, and GitHub signs nothing"));
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_EQ(place.hook().secret, "very-secret-2");
}

TEST(Webhook, ASecretOfAFileLeavesThePathAloneInTheState) {
  GithubPlace place;
  place.terraform.write("hook.secret", "from-a-file\n");
  place.webhook("secret_file = \"hook.secret\"");
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_EQ(place.hook().secret, "from-a-file");
  EXPECT_THAT(place.terraform.state().dump(), Not(HasSubstr("from-a-file")));
  place.webhook("secret = \"in-the-state\"");
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_EQ(place.hook().secret, "in-the-state");
  EXPECT_EQ(place.terraform.attribute(w, "secret"), "in-the-state");
  place.webhook("secret = \"********\"");
  EXPECT_THAT(plain(place.terraform.plan()), HasSubstr("what GitHub shows in the place of a secret"));
}

TEST(Webhook, OneThatIsThereIsAnErrorWithTheImportToPasteOrAdopted) {
  GithubPlace place;
  const auto id = place.add_hook(
      {.events = {"issues"}, .url = "https://hooks.example/a", .content_type = "json", .secret = "theirs"});
  place.webhook();
  const Outcome refused = place.terraform.apply();
  EXPECT_FALSE(refused.ok());
  EXPECT_THAT(plain(refused), HasSubstr("events: issues, wanted is push"));
  EXPECT_THAT(plain(refused), HasSubstr(fmt::format("id = \"acme/shop/{}\"", id)));
  EXPECT_TRUE(place.terraform.attributes(w).is_null());
  place.webhook("adopt_existing = true");
  EXPECT_THAT(plain(place.terraform.plan()), HasSubstr("events: issues, wanted is push"));
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_THAT(place.hook().events, ElementsAre("push"));
  EXPECT_EQ(place.hook().secret, "theirs");
  const auto attributes = place.terraform.attributes(w);
  EXPECT_TRUE(attributes["adopted"].get<bool>());
  EXPECT_EQ(attributes["deletion_policy"].get<std::string>(), "retain");
  const Outcome destroyed = place.terraform.destroy();
  ASSERT_TRUE(done(destroyed));
  EXPECT_THAT(plain(destroyed), HasSubstr("stays as it is, as its deletion_policy"));
  EXPECT_THAT(place.hooks(), SizeIs(1));
}

TEST(Webhook, IsImportedByEachOfItsIds) {
  GithubPlace place;
  const auto id =
      place.add_hook({.events = {"push"}, .url = "https://hooks.example/a", .content_type = "json"});
  place.webhook();
  for (const std::string& name :
       {fmt::format("acme/shop/{}", id), std::string("acme/shop/https://hooks.example/a")}) {
    ASSERT_TRUE(done(place.terraform.import(w, name))) << name;
    EXPECT_TRUE(is_empty(place.terraform.plan())) << name;
    ASSERT_TRUE(done(place.terraform.run({"state", "rm", std::string(w)})));
  }
  if (!place.terraform.is_since(12, 12)) return;  // Identities.
  place.terraform.write("import.tf", fmt::format(R"(import {{
  to = ghboot_webhook.w
  identity = {{ owner = "acme", repository = "shop", hook_id = {} }}
}}
)",
                                                 id));
  EXPECT_THAT(plain(place.terraform.apply()), HasSubstr("1 imported, 0 added, 0 changed, 0 destroyed"));
}

TEST(Webhook, ALostAnswerMakesNoSecondOne) {
  GithubPlace place;
  place.control(
      "POST", "/_standin/faults",
      {{"method", "POST"}, {"path_prefix", "/repos/acme/shop/hooks"}, {"cut", "after"}, {"times", 1}});
  place.webhook();
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_EQ(place.terraform.attributes(w)["hook_id"].get<standin::Id>(), place.hook().id);
}

TEST(Webhook, PlansWithATokenThatOnlyReads) {
  GithubPlace place;
  place.webhook();
  ASSERT_TRUE(done(place.terraform.apply()));
  place.control(
      "POST", "/_standin/tokens",
      {{"login", "ghboot"}, {"kind", "classic"}, {"scopes", {"read:repo_hook"}}, {"token", "reads"}});
  place.terraform.set("GITHUB_TOKEN", "reads");
  EXPECT_TRUE(is_empty(place.terraform.plan()));
  place.control("POST", "/_standin/tokens",
                {{"login", "ghboot"}, {"kind", "classic"}, {"scopes", {"repo:status"}}, {"token", "blind"}});
  place.terraform.set("GITHUB_TOKEN", "blind");
  const Outcome refused = place.terraform.plan();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("Webhook not read"));
  EXPECT_THAT(plain(refused), HasSubstr("it cannot be told whether it is gone or hidden"));
}

TEST(Webhook, OfADeletedRepositoryIsGoneAndAMissingRightIsNamed) {
  GithubPlace place;
  place.webhook();
  ASSERT_TRUE(done(place.terraform.apply()));
  place.github->standin().change([](standin::State& state) {
    state.owners[9] = {.id = 9, .login = "ben", .is_organization = false};
    state.repositories[2].readers = {"ben"};
  });
  place.control("POST", "/_standin/tokens",
                {{"login", "ben"}, {"kind", "classic"}, {"scopes", {"repo"}}, {"token", "reader"}});
  place.terraform.set("GITHUB_TOKEN", "reader");
  EXPECT_THAT(plain(place.terraform.plan()), HasSubstr("Its user has to be an admin of it, and is none."));
  place.terraform.set("GITHUB_TOKEN", "root-token");
  place.control("DELETE", "/_standin/repositories/acme/shop");
  const Outcome planned = place.terraform.plan();
  EXPECT_EQ(planned.exit_code, 2);
  EXPECT_THAT(plain(planned), HasSubstr("The repository acme/shop is not there any more"));
  EXPECT_THAT(plain(place.terraform.apply()),
              HasSubstr("There is no repository acme/shop on GitHub: look at its name"));
}

TEST(Webhook, AtAnOwnerThatNobodyKnowsIsToldWithoutAState) {
  GithubPlace place;
  place.control(
      "POST", "/_standin/tokens",
      {{"login", "ghboot"}, {"kind", "classic"}, {"scopes", {"admin:repo_hook"}}, {"token", "few"}});
  place.terraform.set("GITHUB_TOKEN", "few");
  place.webhook("owner = \"nobody\"");
  EXPECT_THAT(plain(place.terraform.apply()),
              HasSubstr("of an owner of nobody. Look at its name too. GitHub answered 404"));
}

TEST(Webhook, TwoWithOneUrlAreNamedAndSoIsTheLimit) {
  GithubPlace place;
  const auto one = place.add_hook({.events = {"issues"}, .url = "https://hooks.example/a"});
  const auto two = place.add_hook({.events = {"fork"}, .url = "https://hooks.example/a"});
  place.webhook();
  EXPECT_THAT(plain(place.terraform.apply()),
              HasSubstr(fmt::format("repository acme/shop has webhooks {}, {} with this URL", one, two)));
  place.github->standin().change([](standin::State& state) { state.hooks.clear(); });
  for (int i = 0; i < 20; ++i)
    place.add_hook({.events = {"push"}, .url = fmt::format("https://hooks.example/{}", i)});
  EXPECT_THAT(plain(place.terraform.apply()),
              HasSubstr("has as many webhooks for that event as GitHub allows"));
}

TEST(Webhook, FollowsARepositoryThatWasRenamed) {
  GithubPlace place;
  place.webhook();
  ASSERT_TRUE(done(place.terraform.apply()));
  place.control("PATCH", "/_standin/repositories/acme/shop", {{"name", "market"}});
  const Outcome applied = place.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("0 added, 0 changed, 0 destroyed"));
  EXPECT_EQ(place.terraform.attribute(w, "repository"), "market");
  place.webhook("", "repository = \"market\"");
  EXPECT_TRUE(is_empty(place.terraform.plan()));
}

TEST(Webhook, ARefreshOfManyTakesOneListingAndCountsNothingTheSecondTime) {
  GithubPlace place;
  place.terraform.write("main.tf", R"(resource "ghboot_webhook" "w" {
  count           = 3
  repository      = "shop"
  url             = "https://hooks.example/${count.index}"
  events          = ["push"]
  deletion_policy = "delete"
}
)");
  ASSERT_TRUE(done(place.terraform.apply()));
  ASSERT_TRUE(done(place.terraform.refresh()));  // It remembers the listing's ETag.
  place.control("DELETE", "/_standin/requests");
  EXPECT_TRUE(is_empty(place.terraform.plan()));
  const auto asked = place.control("GET", "/_standin/requests");
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0]["status"].get<int>(), 304);
  EXPECT_FALSE(asked[0]["counted"].get<bool>());
}

TEST(Webhook, APingThatIsNotReceivedIsAWarningWithTheReceiversStatus) {
  GithubPlace place;
  place.webhook();
  place.terraform.write("main.tf", fmt::format(R"(resource "ghboot_webhook" "w" {{
  repository      = "shop"
  url             = "{}/nowhere"
  events          = ["push"]
  verify_delivery = true
}}
)",
                                               place.github->address()));
  const Outcome applied = place.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("Its receiver answered the ping with 404"));
  EXPECT_FALSE(place.terraform.attributes(w).is_null());
}

}  // namespace
}  // namespace ghboot::acceptance
