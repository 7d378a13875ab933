// SPDX-License-Identifier: Apache-2.0
// Webhooks that a GitHub App makes and reads in place of a user: what it takes, and what is said where the
// App is not installed, not believed or not allowed.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/github_place.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view listing = "GET /repos/acme/shop/hooks?per_page=100";

// The App "bot" in place of the token.
struct AppPlace : GithubPlace {
  AppPlace() {
    const auto made =
        control("POST", "/_standin/apps",
                {{"slug", "bot"}, {"permissions", {{"repository_hooks", "write"}, {"metadata", "read"}}}});
    id = made["id"].get<standin::Id>();
    terraform.write("app.pem", made["private_key"].get<std::string>());
    terraform.unset("GITHUB_TOKEN");
    terraform.write("provider.tf", fmt::format(R"(provider "ghboot" {{
  github = {{ app_auth = {{ id = "{}", pem_file = "app.pem" }} }}
}}
)",
                                               id));
    webhook();
  }
  void install(standin::Json more = standin::Json::object()) const {
    more["app_id"] = id;
    more["owner"] = "acme";
    control("POST", "/_standin/installations", more);
  }

  standin::Id id = 0;
};

TEST(WebhookApp, MakesPlansAndDeletesAndItsKeyAndTokensAreNowhere) {
  AppPlace place;
  place.install();
  place.terraform.trace_to_file();
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_EQ(place.hook().url, "https://hooks.example/a");
  EXPECT_EQ(place.terraform.plan().exit_code, 0);
  EXPECT_THAT(place.terraform.state().dump(), AllOf(Not(HasSubstr("ghs_")), Not(HasSubstr("PRIVATE KEY"))));
  EXPECT_THAT(place.terraform.trace(), AllOf(Not(HasSubstr("ghs_")), Not(HasSubstr("PRIVATE KEY"))));
  ASSERT_TRUE(done(place.terraform.destroy()));
  EXPECT_THAT(place.hooks(), IsEmpty());
}

// Its token is a new one in each run, and GitHub's ETags are of one token: the listing counts.
TEST(WebhookApp, RefreshesAllByOneTokenAndOneListing) {
  AppPlace place;
  place.install();
  place.terraform.write("main.tf", R"(resource "ghboot_webhook" "w" {
  count      = 3
  repository = "shop"
  url        = "https://hooks.example/${count.index}"
  events     = ["push"]
}
)");
  ASSERT_TRUE(done(place.terraform.apply()));
  ASSERT_TRUE(done(place.terraform.refresh()));
  place.asked();
  EXPECT_EQ(place.terraform.plan().exit_code, 0);
  EXPECT_THAT(place.asked(), ElementsAre("GET /orgs/acme/installation", EndsWith("/access_tokens"), listing));
}

TEST(WebhookApp, ThatIsNotInstalledIsNamedWithTheOwner) {
  const AppPlace place;
  const Outcome applied = place.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(
      plain(applied),
      HasSubstr(fmt::format("The GitHub App {} is not installed for acme: install it there", place.id)));
  EXPECT_TRUE(place.terraform.attributes("ghboot_webhook.w").is_null());
}

TEST(WebhookApp, WhoseClockIsWrongIsToldSoBesideGithubsWords) {
  const AppPlace place;
  place.install();
  place.fault({{"path_prefix", "/orgs/acme/installation"},
               {"status", 401},
               {"body", R"({"message":"'Expiration time' claim ('exp') is too far in the future",)"
                        R"("documentation_url":"https://docs.github.com/rest"})"}});
  const Outcome applied = place.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("\"'Expiration time' claim ('exp') is too far in the future\""));
  EXPECT_THAT(plain(applied), HasSubstr("the clock of this machine, which says 20"));
}

TEST(WebhookApp, ThatMayOnlyReadPlansAndIsToldWhatAnApplyTakes) {
  const AppPlace place;
  place.install();
  ASSERT_TRUE(done(place.terraform.apply()));
  place.install({{"permissions", {{"repository_hooks", "read"}, {"metadata", "read"}}}});
  place.webhook("active = false");
  place.asked();
  EXPECT_EQ(place.terraform.plan().exit_code, 2);
  EXPECT_THAT(place.asked(), testing::Contains(listing));
  const Outcome applied = place.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("takes the permission repository_hooks=write; the installation has "
                                        "metadata=read, repository_hooks=read"));
  EXPECT_TRUE(place.hook().active);
}

}  // namespace
}  // namespace ghboot::acceptance
