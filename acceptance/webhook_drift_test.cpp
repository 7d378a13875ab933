// SPDX-License-Identifier: Apache-2.0
// What somebody changed at GitHub, by hand or by another program, and what the plan says of it.
#include <set>
#include <string>

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
using testing::SizeIs;

// The attributes that the kept plan changes of its only resource.
std::set<std::string> changed(const Terraform& terraform) {
  std::set<std::string> out;
  const auto plan = terraform.plan_json();
  const auto& change = plan["resource_changes"][0]["change"];
  for (const auto& [name, value] : change["after"].items())
    if (change["before"][name] != value) out.insert(name);
  return out;
}

TEST(WebhookDrift, OfEachAttributeIsInThePlanByItsNameAndIsPutRight) {
  const GithubPlace place;
  place.terraform.write("hook.secret", "ours");
  place.webhook("secret_file = \"hook.secret\"");
  ASSERT_TRUE(done(place.terraform.apply()));
  const standin::Hook right = place.hook();
  place.change_hook([](standin::Hook& hook) {
    hook.active = false;
    hook.events = {"issues", "push"};
    hook.url = "https://elsewhere.example/";
    hook.content_type = "form";
    hook.insecure_ssl = "1";
    hook.secret.clear();
  });
  EXPECT_EQ(place.terraform.plan().exit_code, 2);
  EXPECT_THAT(changed(place.terraform),
              ElementsAre("active", "content_type", "events", "insecure_ssl", "secret_file", "url"));
  EXPECT_THAT(planned_actions(place.terraform, w), ElementsAre("update"));
  place.asked();
  ASSERT_TRUE(done(place.terraform.apply_plan()));
  EXPECT_THAT(place.asked(), SizeIs(3))
      << "whether the URL is free, one write of the webhook, one of its config";
  const standin::Hook now = place.hook();
  EXPECT_EQ(now.id, right.id);
  EXPECT_EQ(now.active, right.active);
  EXPECT_EQ(now.events, right.events);
  EXPECT_EQ(now.url, right.url);
  EXPECT_EQ(now.content_type, right.content_type);
  EXPECT_EQ(now.insecure_ssl, right.insecure_ssl);
  EXPECT_EQ(now.secret, right.secret);
}

TEST(WebhookDrift, OfWhatGithubAloneKnowsIsNone) {
  const GithubPlace place;
  place.webhook();
  ASSERT_TRUE(done(place.terraform.apply()));
  place.change_hook([](standin::Hook& hook) {
    hook.secret = "set by hand";
    hook.last_code = 500;
    hook.last_status = "failed";
    hook.updated_at += 60;
  });
  EXPECT_EQ(place.terraform.plan().exit_code, 0);
}

TEST(WebhookDrift, OneThatWasDeletedElsewhereIsPlannedAnewAndSaid) {
  const GithubPlace place;
  place.webhook();
  ASSERT_TRUE(done(place.terraform.apply()));
  const auto id = place.hook().id;
  place.github->standin().change([](standin::State& state) { state.hooks.clear(); });
  const Outcome planned = place.terraform.plan();
  EXPECT_EQ(planned.exit_code, 2);
  EXPECT_THAT(planned_actions(place.terraform, w), ElementsAre("create"));
  EXPECT_THAT(plain(planned), HasSubstr(std::to_string(id)));
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_NE(place.hook().id, id);
}

TEST(WebhookDrift, OneThatGoesToAnotherRepositoryIsReplaced) {
  const GithubPlace place;
  place.webhook();
  ASSERT_TRUE(done(place.terraform.apply()));
  const auto before = place.hook();
  place.webhook("", "repository = \"store\"");
  EXPECT_EQ(place.terraform.plan().exit_code, 2);
  EXPECT_THAT(planned_actions(place.terraform, w), ElementsAre("delete", "create"));
  ASSERT_TRUE(done(place.terraform.apply_plan()));
  EXPECT_NE(place.hook().target_id, before.target_id);
  EXPECT_EQ(place.terraform.plan().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
