// SPDX-License-Identifier: Apache-2.0
// What holds for every route: names, redirects, versions, limits, conditional requests, faults, the log.
#include "standin/standin.h"

#include <gmock/gmock.h>

#include "standin/test_standin.h"

namespace ghboot::standin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class ApiTest : public StandinTest {
 protected:
  Response control(const std::string& method, const std::string& path, const Json& body = nullptr) {
    return ask(method, "/_standin" + path, body);
  }
  static int remaining(const Response& response) {
    return std::stoi(std::string(response.header("X-RateLimit-Remaining")));
  }
};

TEST_F(ApiTest, NamesHaveNoCase) {
  EXPECT_EQ(json(ask("GET", "/repos/ACME/sHOP"))["full_name"], "Acme/Shop");
  EXPECT_EQ(json(ask("GET", "/orgs/aCME"))["login"], "Acme");
}

TEST_F(ApiTest, IsTheSameUnderTheEnterprisePrefixButForItsAddresses) {
  EXPECT_EQ(json(ask("GET", "/api/v3/repos/acme/shop"))["url"], "http://127.0.0.1:1/api/v3/repos/Acme/Shop");
  EXPECT_EQ(json(ask("GET", "/repos/acme/shop"))["url"], "http://127.0.0.1:1/repos/Acme/Shop");
}

TEST_F(ApiTest, ARenamedRepositoryIsFoundByItsNumber) {
  const Json hook = make_hook("https://a.example");
  ASSERT_EQ(control("PATCH", "/repositories/acme/shop", {{"name", "store"}}).status, 200U);
  const Response read = ask("GET", "/repos/acme/shop/hooks?per_page=5");
  EXPECT_EQ(read.status, 301U);
  EXPECT_EQ(read.header("Location"), "http://127.0.0.1:1/repositories/2/hooks?per_page=5");
  EXPECT_EQ(json(read)["message"], "Moved Permanently");
  EXPECT_EQ(ask("PATCH", at(hook), {{"active", false}}).status, 307U);  // Method and body are kept.
  EXPECT_THAT(json(ask("GET", "/repositories/2/hooks?per_page=5")), SizeIs(1));
  EXPECT_EQ(ask("GET", "/repositories/9/hooks").status, 404U);
}

TEST_F(ApiTest, ATransferredRepositoryTooUntilAnotherTakesTheName) {
  control("POST", "/owners", {{"login", "Other"}, {"admins", {"ada"}}});
  control("PATCH", "/repositories/acme/shop", {{"owner", "other"}});
  EXPECT_EQ(ask("GET", "/repos/acme/shop").status, 301U);
  EXPECT_EQ(ask("GET", "/repos/other/shop").status, 200U);
  control("POST", "/repositories", {{"full_name", "Acme/Shop"}});
  EXPECT_EQ(ask("GET", "/repos/acme/shop").status, 200U);
}

TEST_F(ApiTest, WhereItWentIsNotToldToWhoMayNotSeeIt) {
  control("PATCH", "/repositories/acme/shop", {{"name", "store"}});
  token_.clear();
  EXPECT_EQ(ask("GET", "/repos/acme/shop").status, 404U);
}

TEST_F(ApiTest, ADeletedRepositoryIsNotThere) {
  const Json hook = make_hook("https://a.example");
  EXPECT_EQ(control("DELETE", "/repositories/acme/shop").status, 204U);
  EXPECT_EQ(ask("GET", at(hook)).status, 404U);
  EXPECT_TRUE(standin_->state().hooks.empty());
}

TEST_F(ApiTest, AVersionThatItDoesNotKnowIs400) {
  EXPECT_EQ(ask("GET", "/user", nullptr, {{"X-GitHub-Api-Version", "2020-01-01"}}).status, 400U);
  const Response newer = ask("GET", "/rate_limit", nullptr, {{"X-GitHub-Api-Version", "2026-03-10"}});
  EXPECT_EQ(newer.header("X-GitHub-Api-Version-Selected"), "2026-03-10");
  EXPECT_FALSE(json(newer).contains("rate"));
  EXPECT_TRUE(json(ask("GET", "/rate_limit")).contains("rate"));
}

TEST_F(ApiTest, ARequestWithoutUserAgentIsForbidden) {
  has_user_agent_ = false;
  const Response response = ask("GET", "/user");
  EXPECT_EQ(response.status, 403U);
  EXPECT_THAT(response.body, HasSubstr("User-Agent"));
}

TEST_F(ApiTest, ABodyThatIsNoJsonIs400) {
  const Response response =
      standin_->answer(make_request({.method = "POST",
                                     .target = "/repos/acme/shop/hooks",
                                     .origin = "http://127.0.0.1:1",
                                     .headers = {{"user-agent", "t"}, {"authorization", "token ada-token"}},
                                     .body = "{\"config\":"}));
  EXPECT_EQ(response.status, 400U);
  EXPECT_EQ(json(response)["message"], "Problems parsing JSON");
}

TEST_F(ApiTest, AllTokensOfAUserShareALimit) {
  standin_->change([](State& state) { add_token(state, "second", {.login = "ada", .scopes = {"repo"}}); });
  const int before = remaining(ask("GET", "/user"));
  token_ = "second";
  EXPECT_EQ(remaining(ask("GET", "/user")), before - 1);
  EXPECT_EQ(ask("GET", "/user").header("X-RateLimit-Limit"), "5000");
  token_.clear();
  EXPECT_EQ(ask("GET", "/users/ada").header("X-RateLimit-Limit"), "60");
}

TEST_F(ApiTest, OverTheLimitItSaysWhenItEnds) {
  control("POST", "/limits/spend", {{"login", "ada"}, {"used", 5000}, {"resets_in", 100}});
  const Response refused = ask("GET", "/user");
  EXPECT_EQ(refused.status, 403U);
  EXPECT_EQ(remaining(refused), 0);
  EXPECT_EQ(refused.header("X-RateLimit-Reset"), std::to_string(clock_.seconds + 100));
  EXPECT_EQ(refused.header("Retry-After"), "");
  EXPECT_THAT(refused.body, HasSubstr("API rate limit exceeded"));
  EXPECT_EQ(ask("GET", "/rate_limit").status, 200U);  // That costs nothing.
  control("PATCH", "/limits", {{"exceeded_status", 429}});
  EXPECT_EQ(ask("GET", "/user").status, 429U);
  clock_.seconds += 100;
  EXPECT_EQ(ask("GET", "/user").status, 200U);
}

TEST_F(ApiTest, TheSecondaryLimitSaysHowLongToWait) {
  control("PATCH", "/limits", {{"writes_per_minute", 2}, {"retry_after", 30}});
  make_hook("https://a.example");
  make_hook("https://b.example");
  const Response refused =
      ask("POST", "/repos/acme/shop/hooks", {{"config", {{"url", "https://c.example"}}}});
  EXPECT_EQ(refused.status, 403U);
  EXPECT_EQ(refused.header("Retry-After"), "30");
  EXPECT_GT(remaining(refused), 0);
  EXPECT_THAT(refused.body, HasSubstr("secondary rate limit"));
  EXPECT_EQ(ask("GET", "/user").status, 200U);  // It is writes that are limited.
  clock_.seconds += 61;
  make_hook("https://c.example");
}

TEST_F(ApiTest, WritesCostFivePoints) {
  control("PATCH", "/limits", {{"points_per_minute", 7}});
  make_hook("https://a.example");
  EXPECT_EQ(ask("GET", "/user").status, 200U);
  EXPECT_EQ(ask("GET", "/user").status, 200U);
  EXPECT_EQ(ask("GET", "/user").status, 403U);
}

TEST_F(ApiTest, WhatTheClientHasAlreadyCostsNothing) {
  make_hook("https://a.example");
  const Response first = ask("GET", "/repos/acme/shop/hooks");
  const std::string etag(first.header("ETag"));
  const Response again = ask("GET", "/repos/acme/shop/hooks", nullptr, {{"If-None-Match", etag}});
  EXPECT_EQ(again.status, 304U);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(remaining(again), remaining(first));
  make_hook("https://b.example");
  EXPECT_EQ(ask("GET", "/repos/acme/shop/hooks", nullptr, {{"If-None-Match", etag}}).status, 200U);
}

TEST_F(ApiTest, AnETagIsForOneTokenAndOneForm) {
  const std::string etag(ask("GET", "/repos/acme/shop").header("ETag"));
  EXPECT_EQ(ask("GET", "/repos/acme/shop", nullptr, {{"If-None-Match", etag}, {"Accept", "application/json"}})
                .status,
            200U);
  standin_->change([](State& state) { add_token(state, "second", {.login = "ada", .scopes = {"repo"}}); });
  token_ = "second";
  EXPECT_EQ(ask("GET", "/repos/acme/shop", nullptr, {{"If-None-Match", etag}}).status, 200U);
}

TEST_F(ApiTest, AnAnonymous304CountsAllTheSame) {
  token_.clear();
  const Response first = ask("GET", "/users/ada");
  const Response again =
      ask("GET", "/users/ada", nullptr, {{"If-None-Match", std::string(first.header("ETag"))}});
  EXPECT_EQ(again.status, 304U);
  EXPECT_EQ(remaining(again), remaining(first) - 1);
}

TEST_F(ApiTest, EveryAnswerHasAnIdOfItsOwn) {
  EXPECT_NE(ask("GET", "/user").header("X-GitHub-Request-Id"),
            ask("GET", "/user").header("X-GitHub-Request-Id"));
}

TEST_F(ApiTest, AFaultBeforeTheWriteHasNoEffectAndOneAfterItHas) {
  control("POST", "/faults",
          {{"method", "POST"}, {"path_prefix", "/repos/acme/shop/hooks"}, {"cut", "before"}, {"times", 1}});
  control("POST", "/faults",
          {{"method", "POST"}, {"path_prefix", "/repos/acme/shop/hooks"}, {"cut", "after"}, {"times", 1}});
  const Json body{{"config", {{"url", "https://a.example"}}}};
  EXPECT_EQ(ask("POST", "/repos/acme/shop/hooks", body).cut, Cut::silent);
  EXPECT_THAT(json(ask("GET", "/repos/acme/shop/hooks")), SizeIs(0));
  EXPECT_EQ(ask("POST", "/repos/acme/shop/hooks", body).cut, Cut::silent);
  EXPECT_THAT(json(ask("GET", "/repos/acme/shop/hooks")), SizeIs(1));
  EXPECT_EQ(ask("POST", "/repos/acme/shop/hooks", body).status, 422U);  // It is there already.
  EXPECT_THAT(json(control("GET", "/faults")), SizeIs(0));
}

TEST_F(ApiTest, AFaultWithAStatusTakesThePlaceOfTheAnswer) {
  control("POST", "/faults",
          {{"status", 502}, {"body", "html"}, {"skip", 1}, {"times", 1}, {"latency_ms", 700}});
  EXPECT_EQ(ask("GET", "/user").status, 200U);
  const Response refused = ask("GET", "/user");
  EXPECT_EQ(refused.status, 502U);
  EXPECT_THAT(refused.body, HasSubstr("<html>"));
  EXPECT_EQ(refused.header("X-GitHub-Request-Id"), "");
  EXPECT_EQ(clock_.slept, std::chrono::milliseconds(700));
  EXPECT_EQ(ask("GET", "/user").status, 200U);
}

TEST_F(ApiTest, AFaultFindsItsRequestByAHeader) {
  control("POST", "/faults",
          {{"header", "If-None-Match"}, {"status", 503}, {"headers", {{"Retry-After", "3"}}}});
  EXPECT_EQ(ask("GET", "/user").status, 200U);
  EXPECT_EQ(ask("GET", "/user", nullptr, {{"If-None-Match", "x"}}).header("Retry-After"), "3");
  control("POST", "/faults", {{"cut", "truncated"}});
  EXPECT_EQ(ask("GET", "/user").cut, Cut::short_);
  EXPECT_EQ(control("DELETE", "/faults").status, 204U);
  EXPECT_EQ(ask("GET", "/user").cut, Cut::none);
}

TEST_F(ApiTest, AFaultThatDoesNothingIsRefused) {
  EXPECT_EQ(control("POST", "/faults", {{"method", "GET"}}).status, 422U);
  EXPECT_EQ(control("POST", "/faults", {{"cut", "sideways"}}).status, 422U);
}

TEST_F(ApiTest, TheLogShowsNeitherTokensNorSecrets) {
  make_hook("https://a.example", {"push"}, "hidden");
  ask("GET", "/user?x=1");
  const Response response = control("GET", "/requests");
  EXPECT_THAT(response.body, Not(HasSubstr("ada-token")));
  EXPECT_THAT(response.body, Not(HasSubstr("hidden")));
  const Json log = json(response);
  ASSERT_THAT(log, SizeIs(2));
  EXPECT_EQ(log[1]["target"], "/user?x=1");
  EXPECT_EQ(log[1]["status"], 200);
  EXPECT_EQ(log[1]["authorization"], "bearer " + sha256_hex("ada-token").substr(0, 12));
  EXPECT_EQ(log[1]["counted"], true);
  EXPECT_THAT(json(control("GET", "/requests?since=1")), SizeIs(1));
}

TEST_F(ApiTest, ItsReceiverChecksTheSignature) {
  make_hook("http://127.0.0.1:1/_standin/sink", {"push"}, "hidden");
  ASSERT_THAT(sent_, SizeIs(1));
  const auto forward = [&](const std::string& body) {
    return standin_->answer(make_request({.method = "POST",
                                          .target = "/_standin/sink",
                                          .origin = "http://127.0.0.1:1",
                                          .headers = sent_[0].headers,
                                          .body = body}));
  };
  EXPECT_EQ(forward(sent_[0].body).status, 202U);
  EXPECT_EQ(forward(sent_[0].body + " ").status, 401U);
  EXPECT_EQ(json(control("GET", "/sink"))[0]["signature"], "valid");
}

TEST_F(ApiTest, TheControlApiIsNotForBrowsersNorForOtherHosts) {
  EXPECT_EQ(ask("GET", "/_standin", nullptr, {{"Origin", "https://evil.example"}}).status, 403U);
  EXPECT_EQ(
      standin_
          ->answer(make_request({.method = "GET", .target = "/_standin", .origin = "http://evil.example:1"}))
          .status,
      403U);
  EXPECT_EQ(control("GET", "").status, 200U);
}

TEST_F(ApiTest, TokensAreMadeAndRevoked) {
  const Json made = json(control("POST", "/tokens", {{"login", "ada"}, {"scopes", {"repo"}}}));
  const std::string token = made["token"];
  EXPECT_THAT(token, ::testing::StartsWith("ghp_"));
  EXPECT_EQ(token.size(), 40U);
  token_ = token;
  EXPECT_EQ(json(ask("GET", "/user"))["login"], "ada");
  EXPECT_EQ(control("POST", "/tokens/revoke", {{"token", token}}).status, 204U);
  EXPECT_EQ(ask("GET", "/user").status, 401U);
}

}  // namespace
}  // namespace ghboot::standin
