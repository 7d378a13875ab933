// SPDX-License-Identifier: Apache-2.0
// What the data source ghboot_webhooks tells, with the real terraform and a GitHub on this machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/github_place.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST(WebhooksData, TellsAllOfARepositoryWithTheReceiversAnswer) {
  GithubPlace place;
  place.add_hook(
      {.events = {"push"}, .url = "https://hooks.example/a", .content_type = "form", .secret = "s1"});
  place.terraform.write("main.tf", R"(data "ghboot_webhooks" "all" {
  repository = "shop"
}
output "hooks" {
  value     = data.ghboot_webhooks.all.webhooks
  sensitive = true
}
)");
  ASSERT_TRUE(done(place.terraform.apply()));
  const auto hooks = place.terraform.state()["outputs"]["hooks"]["value"];
  ASSERT_THAT(hooks, SizeIs(1));
  EXPECT_EQ(hooks[0]["id"].get<standin::Id>(), place.hook().id);
  EXPECT_EQ(hooks[0]["content_type"].get<std::string>(), "form");
  EXPECT_TRUE(hooks[0]["has_secret"].get<bool>());
  EXPECT_EQ(hooks[0]["last_response"]["status"].get<std::string>(), "unused");
  EXPECT_TRUE(hooks[0]["last_response"]["code"].is_null());
  EXPECT_EQ(place.terraform.state().dump().find("s1\""), std::string::npos);
}

TEST(WebhooksData, OfARepositoryThatIsNotThereSaysSo) {
  GithubPlace place;
  place.terraform.write("main.tf", "data \"ghboot_webhooks\" \"all\" {\n  repository = \"nowhere\"\n}\n");
  const Outcome planned = place.terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned), HasSubstr("repository acme/nowhere"));
}

}  // namespace
}  // namespace ghboot::acceptance
