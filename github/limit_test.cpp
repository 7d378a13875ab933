// SPDX-License-Identifier: Apache-2.0
// What the answers say of GitHub's limits, and what the client leaves out because of it.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "github/answer.h"
#include "github/client.h"
#include "github/test_server.h"

namespace ghboot::github {
namespace {

using namespace std::chrono_literals;

class LimitTest : public ::testing::Test {
 protected:
  std::unique_ptr<Client> client(const TestServer& server) {
    auto made = Client::make({.base_url = server.url()}, clock_, random_);
    EXPECT_TRUE(made) << made.error().message;
    return *std::move(made);
  }
  Wait wait() { return {clock_.now() + 20s}; }

  TestClock clock_;
  TestRandom random_;
};

TEST_F(LimitTest, TheLastRequestOfAnHourIsNotFollowedByOneThatWouldBeRefused) {
  TestServer server([](const auto&) {
    return TestServer::json(200, "{}", "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1800003599\r\n");
  });
  const auto github = client(server);
  EXPECT_TRUE(github->send({.path = "/x"}, wait()));
  const auto next = github->send({.path = "/x"}, wait());
  ASSERT_FALSE(next);
  ASSERT_TRUE(next.error().limited);
  EXPECT_EQ(next.error().limited->until_unix, 1'800'003'600);
  EXPECT_EQ(server.asked().size(), 1U);
}

TEST_F(LimitTest, AnHourlyLimitStopsItsOwnResourceASecondaryOneAll) {
  std::string limit = "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1800003599\r\n";
  TestServer server([&](const auto& asked) {
    return asked.path.starts_with("/search/code")
               ? TestServer::json(403, R"({"message":"rate limit exceeded"})",
                                  limit + "x-ratelimit-resource: code_search\r\n")
               : TestServer::json(200, "{}");
  });
  const auto github = client(server);
  EXPECT_TRUE(github->send({.path = "/search/code?q=a"}, wait()).error().limited);
  EXPECT_TRUE(github->send({.path = "/search/code?q=b"}, wait()).error().limited);
  EXPECT_EQ(server.asked().size(), 1U);
  EXPECT_TRUE(github->send({.path = "/search/issues?q=a"}, wait()));
  EXPECT_TRUE(github->send({.path = "/x"}, wait()));
  limit = "Retry-After: 600\r\n";
  const auto other = client(server);
  EXPECT_TRUE(other->send({.path = "/search/code?q=a"}, wait()).error().limited);
  EXPECT_TRUE(other->send({.path = "/x"}, wait()).error().limited);
}

TEST(LimitResource, IsWhatTheAnswerSaysOrFollowsFromThePath) {
  EXPECT_EQ(limit_resource("/repos/a/b/hooks?page=2"), "core");
  EXPECT_EQ(limit_resource("/search/issues?q=a"), "search");
  EXPECT_EQ(limit_resource("/search/code?q=a"), "code_search");
  EXPECT_EQ(limit_resource("/rate_limit"), "");
  EXPECT_EQ(limit_resource({.headers = {{"x-ratelimit-resource", "graphql"}}}, "/x"), "graphql");
  EXPECT_EQ(limit_resource(HttpAnswer{}, "/x"), "core");
}

TEST(LimitSpent, IsToldByTheAnswerThatUsedUpTheLastOne) {
  const auto answer = [](const char* remaining) {
    return HttpAnswer{.status = 200,
                      .headers = {{"x-ratelimit-remaining", remaining}, {"x-ratelimit-reset", "1100"}}};
  };
  ASSERT_TRUE(limit_spent(answer("0"), 1'000));
  EXPECT_EQ(limit_spent(answer("0"), 1'000)->wait_seconds, 101);
  EXPECT_FALSE(limit_spent(answer("1"), 1'000));
  EXPECT_FALSE(limit_spent(HttpAnswer{.status = 200}, 1'000));
}

}  // namespace
}  // namespace ghboot::github
