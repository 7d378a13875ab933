// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_create.h"

#include <gmock/gmock.h>

#include "provider/webhook_place.h"

namespace ghboot::provider {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using tfplugin::core::Action;
using V = tfplugin::cty::Value;

class WebhookCreateTest : public WebhookPlace {};

TEST_F(WebhookCreateTest, OneThatIsThereAndEqualIsTaken) {
  const auto id = add_hook({.events = {"push"}, .url = "https://hooks.example/a", .content_type = "json"});
  apply();
  EXPECT_THAT(said(), HasSubstr("Webhook that was there already"));
  EXPECT_EQ(state()["hook_id"], V::integer(id));
  EXPECT_THAT(hooks(), SizeIs(1));
}

TEST_F(WebhookCreateTest, OneThatIsThereIsInThePlan) {
  add_hook({.events = {"push"}, .url = "https://hooks.example/a", .content_type = "json"});
  EXPECT_EQ(plan(with_secret), Action::create);
  EXPECT_THAT(said(), HasSubstr("url: Webhook with this URL that is there already"));
}

TEST_F(WebhookCreateTest, ManyThatAreThereAndEqualAreTakenByOneListing) {
  for (const char* url : {"https://hooks.example/a", "https://hooks.example/b"})
    add_hook({.events = {"push"}, .url = url, .content_type = "json"});
  apply();
  tfplugin::core::Life second(core_, "ghboot_webhook");
  const V other = webhook(R"({"url":"https://hooks.example/b"})");
  second.plan(other);
  second.apply(other);
  EXPECT_THAT(asked(), ElementsAre("GET /repos/acme/shop/hooks?per_page=100 200"));
}

TEST_F(WebhookCreateTest, OneThatDiffersIsAnErrorUnlessAdopted) {
  const auto id = add_hook({.events = {"issues"}, .url = "https://hooks.example/a", .content_type = "json"});
  apply();
  EXPECT_THAT(said(), HasSubstr("url: Webhook with this URL that is there already"));
  EXPECT_TRUE(state().is_null());
  EXPECT_THAT(hook().events, ElementsAre("issues"));
  begin_command();
  plan(R"({"adopt_existing":true})");
  EXPECT_THAT(said(), HasSubstr("adopt_existing: Existing webhook that will be taken over"));
  life_.apply(webhook(R"({"adopt_existing":true})"));
  EXPECT_THAT(hook().events, ElementsAre("push"));
  EXPECT_EQ(state()["hook_id"], V::integer(id));
  EXPECT_EQ(state()["adopted"], V(true));
  EXPECT_EQ(state()["deletion_policy"], V("retain"));
}

TEST_F(WebhookCreateTest, TwoWithOneUrlAreAnError) {
  add_hook({.events = {"issues"}, .url = "https://hooks.example/a", .content_type = "json"});
  add_hook({.events = {"fork"}, .url = "https://hooks.example/a", .content_type = "json"});
  apply();
  EXPECT_THAT(said(), HasSubstr("url: Several webhooks with this URL"));
  EXPECT_TRUE(state().is_null());
}

TEST_F(WebhookCreateTest, ACreateWhoseAnswerWasLostIsLookedUp) {
  fault({{"method", "POST"}, {"path_prefix", "/repos/acme/shop/hooks"}, {"cut", "after"}, {"times", 1}});
  apply(with_secret);
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(state()["hook_id"], V::integer(hook().id));
  EXPECT_EQ(hook().secret, "s1");
}

TEST_F(WebhookCreateTest, ACreateThatWasCutBeforeIsSentAgain) {
  fault({{"method", "POST"}, {"path_prefix", "/repos/acme/shop/hooks"}, {"cut", "before"}, {"times", 1}});
  apply();
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_THAT(hooks(), SizeIs(1));
}

TEST_F(WebhookCreateTest, TheTwentiethIsTheLast) {
  for (int i = 0; i < 20; ++i)
    add_hook(
        {.events = {"push"}, .url = "https://hooks.example/" + std::to_string(i), .content_type = "json"});
  apply();
  EXPECT_THAT(said(), HasSubstr("events: Webhook not created"));
}

TEST_F(WebhookCreateTest, EventsOfAppsAreErrorsAndUnknownOnesWarnings) {
  plan(R"({"events":["workflow_dispatch"]})");
  EXPECT_THAT(said(), HasSubstr("events: Event that no webhook gets"));
  plan(R"({"events":["membership"]})");
  EXPECT_THAT(said(), HasSubstr("events: Event of organisations alone"));
  EXPECT_EQ(plan(R"({"events":["brand_new"]})"), Action::create);
  EXPECT_THAT(said(), HasSubstr("events: Event that is not known here"));
  EXPECT_EQ(plan(R"({"events":["*"]})"), Action::create);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(WebhookCreateTest, ADeliveryThatFailsIsAWarning) {
  const std::string sink = service_->address() + "/_standin/sink", nowhere = service_->address() + "/nowhere";
  apply(R"({"verify_delivery":true,"secret":"s","url":")" + sink + "\"}");
  EXPECT_THAT(said(), IsEmpty());
  begin_command();
  apply(R"({"verify_delivery":true,"secret":"s","url":")" + nowhere + "\"}");
  EXPECT_THAT(said(), HasSubstr("verify_delivery: Webhook whose ping was not received"));
  EXPECT_EQ(state()["url"], V(nowhere));
}

TEST_F(WebhookCreateTest, VerifyingThatIsSwitchedOnPingsAndOffDoesNot) {
  const std::string nowhere = R"("url":")" + service_->address() + R"(/nowhere")";
  apply("{" + nowhere + "}");
  EXPECT_THAT(said(), IsEmpty());
  asked();
  apply(R"({"verify_delivery":true,)" + nowhere + "}");
  EXPECT_THAT(said(), HasSubstr("verify_delivery: Webhook whose ping was not received"));
  EXPECT_EQ(state()["verify_delivery"], V(true));
  EXPECT_THAT(asked(), Contains(HasSubstr("/pings ")));
  apply("{" + nowhere + "}");
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_THAT(asked(), Not(Contains(HasSubstr("/pings "))));
}

}  // namespace
}  // namespace ghboot::provider
