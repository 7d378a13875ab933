// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_resource.h"

#include <gmock/gmock.h>

#include "provider/webhook_place.h"

namespace ghboot::provider {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using tfplugin::core::Action;
using V = tfplugin::cty::Value;

class WebhookTest : public WebhookPlace {};

TEST_F(WebhookTest, IsMadeAndComesToRest) {
  EXPECT_EQ(plan(with_secret), Action::create);
  apply(with_secret);
  EXPECT_THAT(said(), IsEmpty());
  const auto made = hook();
  EXPECT_EQ(made.url, "https://hooks.example/a");
  EXPECT_EQ(made.content_type, "json");
  EXPECT_EQ(made.secret, "s1");
  EXPECT_EQ(state()["owner"], V("acme"));
  EXPECT_EQ(state()["hook_id"], V::integer(made.id));
  EXPECT_EQ(state()["adopted"], V(false));
  EXPECT_EQ(state()["deletion_policy"], V("delete"));
  begin_command();
  EXPECT_EQ(plan(with_secret), Action::none);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(WebhookTest, OfAnOrganisationHasNoRepository) {
  const auto config = [&] {
    V out = webhook(R"({"organization":"Acme","events":["push","organization"]})");
    out.get<V::Map>()->insert_or_assign("repository", V());
    return out;
  }();
  life_.plan(config);
  life_.apply(config);
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_TRUE(hook().of_organization);
  EXPECT_EQ(life_.identity()["owner"], V("Acme"));
  EXPECT_TRUE(life_.identity()["repository"].is_null());
  begin_command();
  EXPECT_EQ(life_.plan(config), Action::none);
}

TEST_F(WebhookTest, AChangeTouchesWhatChangedAndLeavesTheSecret) {
  apply(with_secret);
  begin_command();
  asked();
  apply(
      R"({"secret_wo":"s1","secret_wo_version":1,"events":["push","issues"],"url":"https://hooks.example/b"})");
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_THAT(hook().events, testing::UnorderedElementsAre("push", "issues"));
  EXPECT_EQ(hook().url, "https://hooks.example/b");
  EXPECT_EQ(hook().secret, "s1");
  const std::string at = "/repos/acme/shop/hooks/" + std::to_string(hook().id);
  EXPECT_THAT(asked(), ElementsAre("GET /repos/acme/shop/hooks?per_page=100 200", "PATCH " + at + " 200",
                                   "PATCH " + at + "/config 200"));
}

TEST_F(WebhookTest, AnUrlThatAnotherOneHasIsNotTaken) {
  apply();
  add_hook({.events = {"push"}, .url = "https://hooks.example/b", .content_type = "json"});
  begin_command();
  apply(R"({"url":"https://hooks.example/b"})");
  EXPECT_THAT(said(), HasSubstr("url: Webhook with this URL that is there already"));
  EXPECT_EQ(state()["url"], V("https://hooks.example/a"));
}

TEST_F(WebhookTest, ASecretRotatesByItsVersionAlone) {
  apply(with_secret);
  begin_command();
  EXPECT_EQ(plan(R"({"secret_wo":"s2","secret_wo_version":1})"), Action::none);
  apply(R"({"secret_wo":"s2","secret_wo_version":2})");
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(hook().secret, "s2");
}

TEST_F(WebhookTest, ASecretThatLeavesTheConfigurationIsRemoved) {
  apply(with_secret);
  begin_command();
  apply();
  EXPECT_THAT(said(), HasSubstr("Webhook that will have no secret"));
  EXPECT_THAT(hook().secret, IsEmpty());
}

TEST_F(WebhookTest, ALostSecretIsDriftAndTheMaskIsNone) {
  apply(with_secret);
  change_hook([](standin::Hook& hook) { hook.secret.clear(); });
  begin_command();
  EXPECT_EQ(plan(with_secret), Action::update);
  EXPECT_THAT(said(), HasSubstr("Webhook that lost its secret"));
  life_.apply(webhook(with_secret));
  EXPECT_EQ(hook().secret, "s1");
}

TEST_F(WebhookTest, TheMaskIsNoSecret) {
  plan(R"({"secret_wo":"********","secret_wo_version":1})");
  EXPECT_THAT(said(), HasSubstr("secret_wo: Mask in a secret's place"));
  plan(R"({"secret":"********"})");
  EXPECT_THAT(said(), HasSubstr("secret: Mask in a secret's place"));
}

TEST_F(WebhookTest, WhatWasChangedElsewhereIsChangedBack) {
  apply();
  change_hook([](standin::Hook& hook) {
    hook.active = false;
    hook.events = {"issues"};
  });
  begin_command();
  EXPECT_EQ(plan(), Action::update);
  life_.apply(webhook());
  EXPECT_TRUE(hook().active);
  EXPECT_THAT(hook().events, ElementsAre("push"));
}

TEST_F(WebhookTest, DeletedElsewhereItIsMadeAgain) {
  apply();
  github().change([](standin::State& state) { state.hooks.clear(); });
  begin_command();
  EXPECT_EQ(plan(), Action::create);
  EXPECT_THAT(said(), HasSubstr("Webhook that is gone"));
}

TEST_F(WebhookTest, AnUnchangedRefreshCountsNothing) {
  apply();
  // What becomes of the ping is a change.
  const nats::Wait patience{nats::system_clock().now() + std::chrono::seconds(60)};
  while (hook().last_status == "unused")
    ASSERT_TRUE(nats::system_clock().sleep(std::chrono::milliseconds(5), patience));
  begin_command();
  plan();
  begin_command();
  asked();
  EXPECT_EQ(plan(), Action::none);
  EXPECT_THAT(asked(), ElementsAre("GET /repos/acme/shop/hooks?per_page=100 304"));
  begin_command();
  plan();
  EXPECT_THAT(asked(true), IsEmpty());
}

TEST_F(WebhookTest, ARenamedRepositoryKeepsItAndTheStateFollows) {
  apply();
  control("PATCH", "/_standin/repositories/acme/shop", {{"name", "store"}});
  begin_command();
  EXPECT_EQ(plan(), Action::none);
  EXPECT_THAT(said(), HasSubstr("Repository that was renamed or transferred"));
  EXPECT_EQ(state()["repository"], V("store"));
  begin_command();
  EXPECT_EQ(plan(), Action::none);
  EXPECT_THAT(said(), HasSubstr("Repository that has another name now"));
  EXPECT_EQ(plan(R"({"repository":"Store"})"), Action::none);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(WebhookTest, ATransferredRepositoryKeepsIt) {
  apply();
  github().change([](standin::State& state) { state.owners[3] = {.id = 3, .login = "globex"}; });
  control("PATCH", "/_standin/repositories/acme/shop", {{"owner", "globex"}});
  begin_command();
  EXPECT_EQ(plan(), Action::none);
  EXPECT_EQ(state()["owner"], V("globex"));
  said();
  EXPECT_EQ(plan(R"({"owner":"globex"})"), Action::none);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(WebhookTest, AnotherRepositoryIsAReplacement) {
  apply();
  EXPECT_EQ(plan(R"({"repository":"other"})"), Action::replace);
  EXPECT_THAT(said(), HasSubstr("repository: Webhook that may be lost"));
  EXPECT_EQ(plan(R"({"repository":"SHOP","owner":"ACME"})"), Action::none);
  apply(R"({"deletion_policy":"prevent"})");
  said();
  plan(R"({"deletion_policy":"prevent","repository":"other"})");
  EXPECT_THAT(said(), HasSubstr("Webhook that must not be deleted"));
}

TEST_F(WebhookTest, ADeletedRepositoryTakesItAlong) {
  apply();
  control("DELETE", "/_standin/repositories/acme/shop");
  begin_command();
  EXPECT_EQ(plan(), Action::create);
  EXPECT_THAT(said(), HasSubstr("Webhook that is gone"));
}

TEST_F(WebhookTest, WithoutRightsNothingIsGone) {
  apply();
  github().change([](standin::State& state) {
    state.owners[4] = {.id = 4, .login = "ben", .is_organization = false};
    state.repositories[shop].readers = {"ben"};
    state.tokens[standin::sha256_hex("reader")] = {
        .fingerprint = standin::sha256_hex("reader"), .login = "ben", .scopes = {"repo"}};
    state.tokens[standin::sha256_hex("stranger")] = {
        .fingerprint = standin::sha256_hex("stranger"), .login = "ben", .scopes = {}};
  });
  for (const char* token : {"reader", "stranger"}) {
    variables["GITHUB_TOKEN"] = token;
    begin_command();
    plan();
    EXPECT_THAT(said(), HasSubstr("Webhook not read")) << token;
    EXPECT_FALSE(state().is_null()) << token;
  }
}

TEST_F(WebhookTest, ATokenThatOnlyReadsPlans) {
  apply();
  control("POST", "/_standin/tokens",
          {{"login", "ghboot"}, {"kind", "classic"}, {"scopes", {"read:repo_hook"}}, {"token", "reads"}});
  variables["GITHUB_TOKEN"] = "reads";
  begin_command();
  EXPECT_EQ(plan(), Action::none);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(WebhookTest, IsImportedByIdUrlAndIdentity) {
  const auto id = add_hook(
      {.events = {"push"}, .url = "https://hooks.example/a", .content_type = "json", .secret = "old"});
  const std::string number = std::to_string(id);
  for (const std::string& name : {"acme/shop/" + number, std::string("acme/shop/https://hooks.example/a")}) {
    tfplugin::core::Life one{core_, "ghboot_webhook"};
    one.import(name);
    EXPECT_EQ(one.state()["hook_id"], V::integer(id)) << name;
    EXPECT_EQ(one.plan(webhook()), Action::none) << name;
    EXPECT_THAT(said(), IsEmpty()) << name;
  }
  life_.import_by_identity(
      *tfplugin::cty::decode_json(tfplugin::identity_type(provider_.resources.at("ghboot_webhook")->schema()),
                                  R"({"owner":"acme","repository":"shop","hook_id":)" + number + "}"));
  EXPECT_EQ(state()["adopted"], V(true));
  EXPECT_EQ(plan(), Action::none);
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(plan(with_secret), Action::update);
}

TEST_F(WebhookTest, ThatIsNoIdIsNotImported) {
  for (const char* id : {"7", "acme/shop/x", "acme/shop/0", "a/b/c/7", "/shop/7", "acme/../7"}) {
    life_.import(id);
    EXPECT_THAT(said(), HasSubstr("Not the id of a webhook")) << id;
  }
  life_.import("acme/shop/7");
  EXPECT_THAT(said(), HasSubstr("Webhook not imported"));
  life_.import("acme/nowhere/7");
  EXPECT_THAT(said(), HasSubstr("repository: Webhook not imported"));
  life_.import("acme/shop/https://nowhere.example");
  EXPECT_THAT(said(), HasSubstr("Webhook not imported"));
}

TEST_F(WebhookTest, IsDeletedAndRetainedAsItsPolicySays) {
  apply();
  begin_command();
  life_.plan(V());
  life_.apply(V());
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_THAT(hooks(), IsEmpty());
  apply(R"({"deletion_policy":"retain"})");
  life_.plan(V());
  life_.apply(V());
  EXPECT_THAT(said(), HasSubstr("Webhook left in place"));
  EXPECT_THAT(hooks(), SizeIs(1));
}

TEST_F(WebhookTest, OfAnArchivedRepositoryIsReadAndNotChanged) {
  apply();
  control("PATCH", "/_standin/repositories/acme/shop", {{"archived", true}});
  begin_command();
  EXPECT_EQ(plan(), Action::none);
  apply(R"({"active":false})");
  EXPECT_THAT(said(), HasSubstr("Webhook not changed"));
}

TEST_F(WebhookTest, AnOwnAttributeWritesNothing) {
  apply();
  begin_command();
  asked();
  apply(R"({"deletion_policy":"retain","timeouts":{"create":"5m"}})");
  for (const std::string& one : asked()) EXPECT_THAT(one, testing::StartsWith("GET "));
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(WebhookTest, WithoutAnOwnerOrAnAddressThePlanSaysSo) {
  variables.erase("GITHUB_OWNER");
  begin_command();
  plan();
  EXPECT_THAT(said(), HasSubstr("owner: Repository without an owner"));
  plan(R"({"owner":"acme","url":"hooks.example/a"})");
  EXPECT_THAT(said(), HasSubstr("url: "));
}

}  // namespace
}  // namespace ghboot::provider
