// SPDX-License-Identifier: Apache-2.0
// terraform and the provider killed with -9 when GitHub has done what it was asked and not yet answered, and
// the same command given again: in the end there is each webhook once, as it is configured.
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
using testing::IsEmpty;
using testing::SizeIs;

const Words apply{"apply", "-no-color", "-input=false", "-auto-approve"};
const Words destroy{"destroy", "-no-color", "-input=false", "-auto-approve"};

// Runs a command until its `nth` request of that method has taken effect. GitHub logs a request before it
// sends the answer, and waits for who reads the log.
void kill_at(const GithubPlace& place, std::string_view method, const Words& command, int nth = 1) {
  int seen = 0;
  place.github->standin().set_log([&](const std::string& line) {
    if (nlohmann::json::parse(line)["method"] == method && ++seen == nth) place.terraform.kill_all();
  });
  Process running = place.terraform.start(command);
  const Outcome outcome = running.wait();
  place.github->standin().set_log({});
  EXPECT_EQ(seen, nth);
  EXPECT_NE(outcome.signal, 0) << outcome.text();
}

void expect_done(const GithubPlace& place) {
  const Outcome planned = place.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

TEST(WebhookKill, OfACreateAfterThePostLeavesOneThatTheNextApplyTakesAndSigns) {
  const GithubPlace place;
  place.terraform.write("hook.secret", "of-the-file\n");
  place.webhook("secret_file = \"hook.secret\"");
  kill_at(place, "POST", apply);
  const auto id = place.hook().id;
  EXPECT_TRUE(place.terraform.attributes(w).is_null());
  place.change_hook([](standin::Hook& hook) { hook.secret = "of-whoever"; });
  const Outcome again = place.terraform.apply();
  ASSERT_TRUE(done(again));
  EXPECT_THAT(plain(again),
              HasSubstr("as after a create that was cut off: it was taken, and its secret set"));
  EXPECT_EQ(place.hook().id, id);
  EXPECT_EQ(place.hook().secret, "of-the-file");
  const auto attributes = place.terraform.attributes(w);
  EXPECT_FALSE(attributes["adopted"].get<bool>());
  EXPECT_EQ(attributes["deletion_policy"].get<std::string>(), "delete");
  expect_done(place);
}

TEST(WebhookKill, OfACreateBeforeThePostLeavesNothing) {
  const GithubPlace place;
  place.webhook();
  kill_at(place, "GET", apply);
  EXPECT_THAT(place.hooks(), IsEmpty());
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_EQ(place.hook().id, place.terraform.attributes(w)["hook_id"].get<standin::Id>());
}

TEST(WebhookKill, OfAnUpdateBetweenItsTwoWritesIsEndedByTheNextApply) {
  const GithubPlace place;
  place.webhook();
  ASSERT_TRUE(done(place.terraform.apply()));
  const auto id = place.hook().id;
  place.webhook("content_type = \"form\"", "repository = \"shop\"", "[\"issues\"]");
  kill_at(place, "PATCH", apply);
  EXPECT_THAT(place.hook().events, ElementsAre("issues"));
  EXPECT_EQ(place.hook().content_type, "json");
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_EQ(place.hook().content_type, "form");
  EXPECT_EQ(place.hook().id, id);
  expect_done(place);
}

TEST(WebhookKill, OfANewSecretAfterTheWriteSetsItAgain) {
  const GithubPlace place;
  place.terraform.write("one.secret", "one");
  place.terraform.write("two.secret", "two");
  place.webhook("secret_file = \"one.secret\"");
  ASSERT_TRUE(done(place.terraform.apply()));
  place.webhook("secret_file = \"two.secret\"");
  kill_at(place, "PATCH", apply);
  EXPECT_EQ(place.hook().secret, "two");
  EXPECT_EQ(place.terraform.attribute(w, "secret_file"), "one.secret");
  const Outcome again = place.terraform.apply();
  ASSERT_TRUE(done(again));
  EXPECT_THAT(plain(again), HasSubstr("0 added, 1 changed, 0 destroyed"));
  EXPECT_EQ(place.hook().secret, "two");
  expect_done(place);
}

TEST(WebhookKill, OfADestroyAfterTheDeleteIsEndedByTheNext) {
  const GithubPlace place;
  place.webhook();
  ASSERT_TRUE(done(place.terraform.apply()));
  kill_at(place, "DELETE", destroy);
  EXPECT_THAT(place.hooks(), IsEmpty());
  EXPECT_FALSE(place.terraform.attributes(w).is_null());
  ASSERT_TRUE(done(place.terraform.destroy({"-refresh=false"})));
  EXPECT_TRUE(place.terraform.attributes(w).is_null());
}

TEST(WebhookKill, OfManyCreatesLeavesNoneTwice) {
  const GithubPlace place;
  place.terraform.write("main.tf", R"(resource "ghboot_webhook" "w" {
  count      = 5
  repository = count.index % 2 == 0 ? "shop" : "store"
  url        = "https://hooks.example/${count.index}"
  events     = ["push"]
}
)");
  kill_at(place, "POST", apply, 3);
  EXPECT_THAT(place.hooks(), SizeIs(3));
  ASSERT_TRUE(done(place.terraform.apply()));
  std::set<std::string> urls;
  for (const standin::Hook& hook : place.hooks()) urls.insert(hook.url);
  EXPECT_THAT(urls, SizeIs(5));
  EXPECT_THAT(place.hooks(), SizeIs(5));
  expect_done(place);
}

}  // namespace
}  // namespace ghboot::acceptance
