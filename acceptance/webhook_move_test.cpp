// SPDX-License-Identifier: Apache-2.0
// A webhook that goes from one state to another, as when a configuration is split: GitHub's own stays as it
// is.
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

using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

// The place's webhook is to go to `other`, another folder with a state of its own.
struct TwoStates : GithubPlace {
  TwoStates() {
    lead_to_github(other, *github);
    webhook();
    const Outcome applied = terraform.apply();
    EXPECT_TRUE(done(applied));
    EXPECT_TRUE(done(terraform.refresh()));  // It remembers the listing's ETag.
    other.write("main.tf", read_file(terraform.path("main.tf")));
    asked();
  }

  Terraform other;
};

TEST(WebhookMove, ByStateMvTakesOneListingThatCountsNothing) {
  const TwoStates place;
  ASSERT_TRUE(done(place.terraform.run({"state", "mv", "-state=terraform.tfstate",
                                        "-state-out=" + place.other.path("terraform.tfstate").string(),
                                        std::string(w), std::string(w)})));
  place.terraform.write("main.tf", "");
  EXPECT_EQ(place.terraform.plan().exit_code, 0);
  EXPECT_EQ(place.other.plan().exit_code, 0);
  EXPECT_EQ(place.other.attributes(w)["hook_id"].get<standin::Id>(), place.hook().id);
  const auto asked = place.control("GET", "/_standin/requests");
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0]["method"].get<std::string>(), "GET");
  EXPECT_FALSE(asked[0]["counted"].get<bool>());
}

TEST(WebhookMove, ByRemovedAndImportBlocksWritesNothing) {
  const TwoStates place;
  if (!place.terraform.is_since(7, 10)) GTEST_SKIP() << "this Terraform has no such removed blocks";
  const auto before = place.hook();
  place.terraform.write("main.tf", R"(removed {
  from = ghboot_webhook.w
  lifecycle {
    destroy = false
  }
}
)");
  ASSERT_TRUE(done(place.terraform.apply()));
  EXPECT_TRUE(place.terraform.attributes(w).is_null());
  place.other.write("import.tf",
                    fmt::format("import {{\n  to = {}\n  id = \"acme/shop/{}\"\n}}\n", w, before.id));
  const Outcome imported = place.other.apply();
  ASSERT_TRUE(done(imported));
  EXPECT_THAT(plain(imported), HasSubstr("1 imported, 0 added, 0 changed, 0 destroyed"));
  EXPECT_EQ(place.other.plan().exit_code, 0);
  EXPECT_EQ(place.terraform.plan().exit_code, 0);
  EXPECT_EQ(place.hook().updated_at, before.updated_at);
  EXPECT_THAT(place.asked(), Each(StartsWith("GET ")));
}

}  // namespace
}  // namespace ghboot::acceptance
