// SPDX-License-Identifier: Apache-2.0
// GitHub's rate limits, met in the middle of an apply. One that ends within the operation's time is waited
// for; of one that lasts longer it is told until when, what was made before is kept, and the next apply ends
// it.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/github_place.h"
#include "acceptance/workplace.h"
#include "nats/environment.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// Three webhooks that are made one after another: a look and a write each.
struct LimitPlace : GithubPlace {
  LimitPlace() {
    terraform.write("main.tf", R"(resource "ghboot_webhook" "w" {
  count      = 3
  repository = "shop"
  url        = "https://hooks.example/${count.index}"
  events     = ["push"]
}
)");
  }
  Outcome apply() const { return terraform.apply({"-parallelism=1"}); }
  // The second write is refused, once.
  void refuse_second_write(unsigned status, std::string_view message, const standin::Json& headers) const {
    fault({{"method", "POST"},
           {"path_prefix", "/repos/acme/shop/hooks"},
           {"skip", 1},
           {"times", 1},
           {"status", status},
           {"body", standin::Json{{"message", message}}.dump()},
           {"headers", headers}});
  }
  std::size_t in_state() const {
    const auto state = terraform.state();
    return state["resources"].empty() ? 0 : state["resources"][0]["instances"].size();
  }
};

std::size_t count_of(std::string_view what, std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(WebhookLimit, OfTheHourThatEndsInTimeIsWaitedForAndSaidInTheLog) {
  LimitPlace place;
  place.terraform.trace_to_file();
  place.refuse_second_write(403, "API rate limit exceeded for user ID 1.",
                            {{"X-RateLimit-Remaining", "0"},
                             {"X-RateLimit-Reset", std::to_string(nats::system_clock().unix_seconds() + 1)}});
  ASSERT_TRUE(done(place.apply()));
  EXPECT_THAT(place.hooks(), SizeIs(3));
  EXPECT_EQ(place.in_state(), 3U);
  EXPECT_THAT(place.terraform.trace(), HasSubstr("GitHub's hourly rate limit is met: POST " +
                                                 place.github->address() + "/repos/acme/shop/hooks waits "));
}

TEST(WebhookLimit, OfTheHourThatLastsLongerFailsWhatComesAfterItAndSaysUntilWhen) {
  const LimitPlace place;
  place.control("PATCH", "/_standin/limits", {{"user", 3}});
  const Outcome cut = place.apply();
  EXPECT_EQ(cut.exit_code, 1);
  EXPECT_EQ(count_of("Webhook not created", plain(cut)), 2U) << cut.text();
  EXPECT_EQ(count_of("GitHub's hourly rate limit is met, until 20", plain(cut)), 2U) << cut.text();
  EXPECT_THAT(plain(cut), HasSubstr("run it again after that, or raise its timeout"));
  EXPECT_EQ(place.in_state(), 1U);
  EXPECT_THAT(place.hooks(), SizeIs(1));
  EXPECT_THAT(place.asked(), SizeIs(3)) << "nobody asks on while it is met";
  place.control("PATCH", "/_standin/limits", {{"user", 5000}});
  const Outcome ended = place.apply();
  ASSERT_TRUE(done(ended));
  EXPECT_THAT(plain(ended), HasSubstr("2 added, 0 changed, 0 destroyed"));
  EXPECT_THAT(place.hooks(), SizeIs(3));
}

TEST(WebhookLimit, OfBurstsIsWaitedForAsLongAsGithubSays) {
  LimitPlace place;
  place.terraform.trace_to_file();
  place.refuse_second_write(429, "You have exceeded a secondary rate limit.", {{"Retry-After", "1"}});
  ASSERT_TRUE(done(place.apply()));
  EXPECT_THAT(place.hooks(), SizeIs(3));
  EXPECT_THAT(place.terraform.trace(),
              HasSubstr("GitHub's secondary rate limit (too many requests at once) is met: POST "));
}

TEST(WebhookLimit, OfBurstsThatLastsLongerLosesNothingThatWasMade) {
  const LimitPlace place;
  place.control("PATCH", "/_standin/limits", {{"writes_per_minute", 1}, {"retry_after", 600}});
  const Outcome cut = place.apply();
  EXPECT_EQ(cut.exit_code, 1);
  EXPECT_THAT(plain(cut),
              HasSubstr("GitHub's secondary rate limit (too many requests at once) is met, until 20"));
  EXPECT_EQ(place.in_state(), 1U);
  EXPECT_THAT(place.hooks(), SizeIs(1));
  place.control("PATCH", "/_standin/limits", {{"writes_per_minute", 0}});
  ASSERT_TRUE(done(place.apply()));
  EXPECT_THAT(place.hooks(), SizeIs(3));
}

TEST(WebhookLimit, MetByARefreshIsAnErrorAndTheStateStaysAsItWas) {
  const LimitPlace place;
  ASSERT_TRUE(done(place.apply()));
  const auto before = place.terraform.state();
  place.control("PATCH", "/_standin/limits", {{"user", 1}});
  const Outcome refreshed = place.terraform.refresh();
  EXPECT_EQ(refreshed.exit_code, 1);
  EXPECT_THAT(plain(refreshed), HasSubstr("Webhook not read"));
  EXPECT_THAT(plain(refreshed), HasSubstr("GitHub's hourly rate limit is met, until 20"));
  EXPECT_EQ(place.terraform.state(), before);
}

}  // namespace
}  // namespace ghboot::acceptance
