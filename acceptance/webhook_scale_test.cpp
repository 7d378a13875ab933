// SPDX-License-Identifier: Apache-2.0
// 500 repositories with a webhook each, and one repository with the twenty that GitHub allows: how often
// GitHub is asked. Writes are a second apart, as GitHub wants it, so that the 500 are there before and are
// taken over.
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
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

constexpr std::size_t repositories = 500, on_one = 20;

struct ManyPlace : GithubPlace {
  ManyPlace() {
    github->standin().change([](standin::State& state) {
      const standin::Id acme = find_owner(state, "acme")->id;
      for (std::size_t i = 0; i < repositories; ++i) {
        const auto home = state.take_id(), hook = state.take_id();
        state.repositories[home] = {
            .id = home, .owner_id = acme, .name = fmt::format("r{}", i), .is_private = true};
        state.hooks[hook] = {.id = hook,
                             .target_id = home,
                             .events = {"push"},
                             .url = "https://hooks.example/each",
                             .content_type = "json"};
      }
    });
    write(on_one);
  }
  void write(std::size_t count_on_one) const {
    terraform.write("main.tf", fmt::format(R"(resource "ghboot_webhook" "each" {{
  count      = {}
  repository = "r${{count.index}}"
  url        = "https://hooks.example/each"
  events     = ["push"]
}}
resource "ghboot_webhook" "one" {{
  count      = {}
  repository = "shop"
  url        = "https://hooks.example/${{count.index}}"
  events     = ["push"]
}}
)",
                                           repositories, count_on_one));
  }
};

TEST(WebhookScale, OfFiveHundredRepositoriesIsOneListingEachAndNoneCountedOnceItIsKept) {
  const ManyPlace place;
  const Outcome applied = place.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("520 added, 0 changed, 0 destroyed"));
  EXPECT_EQ(place.hooks().size(), repositories + on_one);
  // The plan looks at each home, and each create looks first; terraform starts the provider anew between. It
  // plans each again before it makes it, so that one of twenty may look once more where another was made.
  constexpr std::size_t at_least = (repositories + 1) + (repositories + 2 * on_one);
  EXPECT_THAT(place.asked().size(), AllOf(Ge(at_least), Le(at_least + on_one)));

  ASSERT_TRUE(done(place.terraform.refresh()));
  EXPECT_EQ(place.asked().size(), repositories + 1);
  const Outcome planned = place.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  const auto asked = place.control("GET", "/_standin/requests");
  EXPECT_EQ(asked.size(), repositories + 1);
  EXPECT_EQ(place.asked(true).size(), 0U);

  place.write(on_one + 1);
  const Outcome refused = place.terraform.apply({"-target=ghboot_webhook.one"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("The \"push\" event cannot have more than 20 hooks"));
  EXPECT_THAT(plain(refused),
              HasSubstr("The repository acme/shop has as many webhooks for that event as GitHub allows"));
}

}  // namespace
}  // namespace ghboot::acceptance
