// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_gone.h"

#include <fstream>

#include <gmock/gmock.h>

#include "provider/webhook_place.h"

namespace ghboot::provider {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tfplugin::core::Action;
using V = tfplugin::cty::Value;

class WebhookGoneTest : public WebhookPlace {
 protected:
  V of_organization() const {
    V out = webhook(R"({"organization":"acme"})");
    out.get<V::Map>()->insert_or_assign("repository", V());
    return out;
  }
  void use_token(const std::string& text, std::set<std::string> scopes) {
    control("POST", "/_standin/tokens",
            {{"login", "ghboot"}, {"kind", "classic"}, {"scopes", scopes}, {"token", text}});
    variables["GITHUB_TOKEN"] = text;
    begin_command();
  }
};

TEST_F(WebhookGoneTest, ADeleteThatGithubHidesIsNoDelete) {
  apply();
  use_token("writes", {"write:repo_hook"});
  life_.plan(V());
  life_.apply(V());
  EXPECT_THAT(said(), HasSubstr("Webhook not deleted"));
  EXPECT_THAT(hooks(), SizeIs(1));
  EXPECT_FALSE(state().is_null());
}

TEST_F(WebhookGoneTest, OfAnOrganisationThatIsAwayStays) {
  life_.plan(of_organization());
  life_.apply(of_organization());
  github().change([](standin::State& state) { state.owners[acme].login = "globex"; });
  begin_command();
  life_.plan(of_organization());
  EXPECT_THAT(said(), HasSubstr("Webhook not read"));
  EXPECT_FALSE(state().is_null());
}

TEST_F(WebhookGoneTest, OfAnOrganisationIsGoneForWhoHasSeenItAlone) {
  life_.plan(of_organization());
  life_.apply(of_organization());
  github().change([](standin::State& state) { state.hooks.clear(); });
  use_token("another", {"admin:org_hook"});
  life_.plan(of_organization());
  EXPECT_THAT(said(), HasSubstr("Webhook not read"));
  EXPECT_FALSE(state().is_null());
  variables["GITHUB_TOKEN"] = "root";
  begin_command();
  EXPECT_EQ(life_.plan(of_organization()), Action::create);
  EXPECT_THAT(said(), HasSubstr("Webhook that is gone"));
}

TEST_F(WebhookGoneTest, ASecondResourceDoesNotTakeTheSame) {
  apply();
  tfplugin::core::Life second(core_, "ghboot_webhook");
  second.plan(webhook());
  second.apply(webhook());
  EXPECT_THAT(said(), HasSubstr("Webhook that another resource has"));
  EXPECT_TRUE(second.state().is_null());
  EXPECT_THAT(hooks(), SizeIs(1));
}

// create_before_destroy: the new one is made while the old one is there.
TEST_F(WebhookGoneTest, AReplacementThatTookItKeepsItWhenTheReplacedOneGoes) {
  apply();
  begin_command();
  tfplugin::core::Life replacement(core_, "ghboot_webhook");
  replacement.plan(webhook());
  replacement.apply(webhook());
  EXPECT_THAT(said(), HasSubstr("Webhook that was there already"));
  life_.plan(V());
  life_.apply(V());
  EXPECT_THAT(said(), HasSubstr("Webhook left in place"));
  EXPECT_TRUE(state().is_null());
  EXPECT_THAT(hooks(), SizeIs(1));
  begin_command();
  EXPECT_EQ(replacement.plan(webhook()), Action::none);
}

TEST_F(WebhookGoneTest, AFormerNameThatAnotherRepositoryHasIsAReplacement) {
  apply();
  control("PATCH", "/_standin/repositories/acme/shop", {{"name", "store"}});
  begin_command();
  plan();
  said();
  control("POST", "/_standin/repositories", {{"full_name", "acme/shop"}, {"private", true}});
  begin_command();
  EXPECT_EQ(plan(), Action::replace);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(WebhookGoneTest, ASecretFileIsReadForANewSecretAloneAndHoldsText) {
  const std::string file = testing::TempDir() + "webhook_gone_test.secret";
  std::ofstream(file) << "s1\n";
  apply(R"({"secret_file":")" + file + R"("})");
  EXPECT_EQ(hook().secret, "s1");
  std::remove(file.c_str());
  apply(R"({"events":["issues"],"secret_file":")" + file + R"("})");
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(hook().events, std::vector<std::string>{"issues"});
  std::ofstream(file + "2") << "\xff\xfe\n";
  apply(R"({"secret_file":")" + file + R"(2"})");
  EXPECT_THAT(said(), HasSubstr("Secret that is no text"));
  EXPECT_EQ(hook().secret, "s1");
  std::remove((file + "2").c_str());
}

TEST_F(WebhookGoneTest, ASecretFileThatIsMissingIsToldByThePlanThatWillNeedIt) {
  const std::string file = testing::TempDir() + "webhook_gone_test.later";
  std::remove(file.c_str());
  const std::string with = R"({"secret_file":")" + file + R"("})";
  EXPECT_EQ(plan(with), Action::create);
  EXPECT_EQ(said(), "secret_file: Secret that cannot be read\n");
  std::ofstream(file) << "s1\n";  // As by another resource of the same apply.
  apply(with);
  EXPECT_THAT(said(), IsEmpty());
  std::remove(file.c_str());
  EXPECT_EQ(plan(R"({"events":["issues"],"secret_file":")" + file + R"("})"), Action::update);
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(plan(R"({"secret_file":")" + file + R"(2"})"), Action::update);
  EXPECT_EQ(said(), "secret_file: Secret that cannot be read\n");
}

TEST_F(WebhookGoneTest, AChangeThatFailsLeavesTheSecretAsTheStateHasIt) {
  apply(R"({"secret_wo":"s1","secret_wo_version":1})");
  fault({{"method", "PATCH"}, {"status", 422}, {"body", "json"}, {"times", 1}});
  apply(R"({"events":["issues"],"secret_wo":"s2","secret_wo_version":2})");
  EXPECT_THAT(said(), HasSubstr("Webhook not changed"));
  EXPECT_EQ(hook().secret, "s1");
  apply(R"({"events":["issues"],"secret_wo":"s2","secret_wo_version":2})");
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(hook().secret, "s2");
}

TEST_F(WebhookGoneTest, ASecretWhoseWriteWasNotAnsweredIsSetAgain) {
  apply(R"({"secret_wo":"s1","secret_wo_version":1})");
  fault({{"method", "PATCH"}, {"cut", "after"}});
  apply(R"({"secret_wo":"s2","secret_wo_version":2})");
  EXPECT_THAT(said(), HasSubstr("Webhook not changed"));
  control("DELETE", "/_standin/faults");
  EXPECT_EQ(plan(R"({"secret_wo":"s1","secret_wo_version":1})"), Action::update);
}

}  // namespace
}  // namespace ghboot::provider
