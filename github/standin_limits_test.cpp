// SPDX-License-Identifier: Apache-2.0
// Rate limits and pace, as the stand-in sees them.
#include <thread>

#include <gmock/gmock.h>

#include "github/standin_fixture.h"

namespace ghboot::github {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class StandinLimits : public StandinMeeting {
 protected:
  void spend(std::int64_t used, std::int64_t resets_in) {
    control("POST", "/limits/spend", {{"login", "ghboot"}, {"used", used}, {"resets_in", resets_in}});
    mark();
  }
  std::int64_t seconds_until(const Error& error) {
    return error.limited ? error.limited->until_unix - clock_.unix_seconds() : -1;
  }
};

TEST_F(StandinLimits, AnHourlyLimitThatEndsInTimeIsWaitedForAndSaid) {
  // Time passes by the test's hand alone, so that no slow machine has the limit end before it is met.
  clock_.instead_of_sleep = [this](std::chrono::milliseconds duration) {
    EXPECT_GT(duration, 10s);
    EXPECT_LT(duration, 35s);
    control("POST", "/limits/spend", {{"login", "ghboot"}, {"used", 0}});
    const std::int64_t seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
    clock_.unix_ahead += seconds;
    clock_.steady_ahead += seconds;
  };
  for (const int status : {403, 429}) {
    client_ = client("ghp_admin");
    clock_.unix_ahead = 0;
    control("PATCH", "/limits", {{"exceeded_status", status}});
    spend(5'000, 30);
    const auto listed = shop().list(wait(60s));
    ASSERT_TRUE(listed) << listed.error().message;
    EXPECT_EQ(requests().size(), 2U);
  }
  EXPECT_EQ(clock_.sleeps.load(), 2);
  EXPECT_THAT(log_, HasSubstr("GitHub's hourly rate limit is met: GET "));
}

TEST_F(StandinLimits, AnHourlyLimitThatLastsLongerIsAnErrorThatSaysUntilWhen) {
  spend(5'000, 600);
  for (int i = 0; i < 2; ++i) {
    const auto listed = shop().list(wait());
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().kind, ErrorKind::unreachable);
    EXPECT_NEAR(static_cast<double>(seconds_until(listed.error())), 601, 3);
    EXPECT_THAT(listed.error().message, HasSubstr("hourly rate limit is met, until 20"));
  }
  EXPECT_EQ(requests().size(), 1U);
}

TEST_F(StandinLimits, TheLastRequestOfTheHourIsMadeAndNoneAfterIt) {
  spend(4'999, 600);
  EXPECT_TRUE(shop().list(wait()));
  const auto next = shop().list(wait());
  ASSERT_FALSE(next);
  EXPECT_NEAR(static_cast<double>(seconds_until(next.error())), 601, 3);
  EXPECT_EQ(requests().size(), 1U);
  EXPECT_TRUE(client_->send({.path = "/rate_limit"}, wait()));  // Which is free.
}

TEST_F(StandinLimits, ASecondaryLimitIsWaitedForAsLongAsGitHubSays) {
  mark();
  fault({{"method", "POST"},
         {"status", 429},
         {"body", R"({"message":"You have exceeded a secondary rate limit."})"},
         {"headers", {{"Retry-After", "1"}}},
         {"times", 1}});
  const auto made = shop().create({.url = "https://a.example"}, wait());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(requests().size(), 2U);
  EXPECT_THAT(log_, HasSubstr("secondary rate limit (too many requests at once) is met"));
}

TEST_F(StandinLimits, ASecondaryLimitThatLastsLongerStopsAllUntilThen) {
  for (const int retry_after : {600, 0}) {
    client_ = client("ghp_admin");
    control("PATCH", "/limits", {{"writes_per_minute", 1}, {"retry_after", retry_after}});
    (void)shop().create({.url = "https://a.example"}, wait());
    const auto second = shop().create({.url = "https://b.example"}, wait());
    ASSERT_FALSE(second);
    ASSERT_TRUE(second.error().limited);
    EXPECT_TRUE(second.error().limited->secondary);
    EXPECT_NEAR(static_cast<double>(seconds_until(second.error())), retry_after == 0 ? 60 : 600, 3);
    mark();
    EXPECT_FALSE(shop().list(wait()));
    EXPECT_EQ(requests().size(), 0U);
  }
}

TEST_F(StandinLimits, TheServerSeesAsManyRequestsAtOnceAsAllowedAndNeverMore) {
  pace_.side_by_side = 4;
  const auto as = client("ghp_admin");
  mark();
  fault({{"latency_ms", 400}});
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 12; ++i)
      threads.emplace_back([&] { EXPECT_TRUE(Hooks(*as, {"Acme", "Shop"}).list(wait())); });
  }
  int most = 0;
  for (const Json& one : requests()) most = std::max(most, one["side_by_side"].get<int>());
  EXPECT_EQ(requests().size(), 12U);
  EXPECT_EQ(most, 4);
}

TEST_F(StandinLimits, WritesComeOneAfterAnotherWithAPauseWhoeverMakesThem) {
  pace_.between_writes = 300ms;
  const auto as = client("ghp_admin");
  const auto begin = nats::system_clock().now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&, i] {
        const std::string url = "https://a.example/" + std::to_string(i);
        EXPECT_TRUE(Hooks(*as, {"Acme", "Shop"}).create({.url = url}, wait()));
      });
  }
  EXPECT_GE(nats::system_clock().now() - begin, 900ms);
}

}  // namespace
}  // namespace ghboot::github
