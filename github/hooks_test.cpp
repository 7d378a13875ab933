// SPDX-License-Identifier: Apache-2.0
#include "github/hooks.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "github/test_server.h"

namespace ghboot::github {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* stored =
    R"({"id":9007199254740993,"name":"web","active":false,"events":["push","issues"],
  "config":{"url":"https://r/x","content_type":"json","secret":"********","insecure_ssl":"1"},
  "ping_url":"p","deliveries_url":"d"})";

class HooksTest : public ::testing::Test {
 protected:
  HooksTest()
      : server_([this](const auto&) { return TestServer::json(status_, answer_, headers_); }),
        client_(*Client::make({.base_url = server_.url()}, clock_, random_)),
        hooks_(*client_, {"acme", "shop"}) {}
  Wait wait() { return {clock_.now() + 60s}; }
  TestServer::Asked last() { return server_.asked().back(); }

  int status_ = 200;
  std::string answer_ = stored, headers_;
  TestClock clock_;
  TestRandom random_;
  TestServer server_;
  std::unique_ptr<Client> client_;
  Hooks hooks_;
};

TEST_F(HooksTest, AHookIsReadWhole) {
  const auto hook = hooks_.get(9007199254740993, wait());
  ASSERT_TRUE(hook) << hook.error().message;
  EXPECT_EQ(last().path, "/repos/acme/shop/hooks/9007199254740993");
  EXPECT_EQ(hook->id, 9007199254740993);
  EXPECT_EQ(hook->events, (std::vector<std::string>{"push", "issues"}));
  EXPECT_EQ(hook->url, "https://r/x");
  EXPECT_TRUE(hook->has_secret && hook->insecure_ssl && !hook->active);
}

TEST_F(HooksTest, CreateSendsAllOfIt) {
  ASSERT_TRUE(hooks_.create({.url = "https://r/x", .secret = nats::Secret("s"), .events = {"*"}}, wait()));
  EXPECT_EQ(last().method, "POST");
  EXPECT_EQ(json::parse(last().body), json::parse(R"({"name":"web","active":true,"events":["*"],
              "config":{"url":"https://r/x","content_type":"json","insecure_ssl":"0","secret":"s"}})"));
}

TEST_F(HooksTest, ChangesTouchOnlyWhatChanges) {
  ASSERT_TRUE(hooks_.change_config(1, {.url = "https://new"}, wait()));
  EXPECT_EQ(last().path, "/repos/acme/shop/hooks/1/config");
  EXPECT_EQ(last().body, R"({"url":"https://new"})");
  ASSERT_TRUE(hooks_.change(1, {.active = false}, wait()));
  EXPECT_EQ(last().path, "/repos/acme/shop/hooks/1");
  EXPECT_EQ(last().body, R"({"active":false})");
}

TEST_F(HooksTest, TheMaskIsNeverSent) {
  const nats::Secret mask("********");
  EXPECT_EQ(hooks_.create({.url = "u", .secret = mask}, wait()).error().kind, ErrorKind::invalid);
  EXPECT_EQ(hooks_.replace(1, {.url = "u", .secret = mask}, wait()).error().kind, ErrorKind::invalid);
  EXPECT_EQ(hooks_.change_config(1, {.secret = mask}, wait()).error().kind, ErrorKind::invalid);
  EXPECT_TRUE(server_.asked().empty());
}

TEST_F(HooksTest, AListingCostsOneRequestAndIsConditional) {
  answer_ = "[" + std::string(stored) + "]";
  headers_ = "ETag: \"1\"\r\n";
  const auto list = hooks_.list(wait());
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->hooks.size(), 1U);
  EXPECT_EQ(list->etag, "\"1\"");
  EXPECT_EQ(last().path, "/repos/acme/shop/hooks?per_page=100");
  status_ = 304;
  answer_ = "";
  EXPECT_TRUE(hooks_.list(wait(), "\"1\"")->not_modified);
  EXPECT_TRUE(last().head.contains("If-None-Match: \"1\""));
  EXPECT_EQ(server_.asked().size(), 2U);
}

TEST_F(HooksTest, ARemovalTellsWhetherItWasThere) {
  status_ = 204;
  answer_ = "";
  EXPECT_TRUE(hooks_.remove(1, wait()).value());
  status_ = 404;
  EXPECT_FALSE(hooks_.remove(1, wait()).value());
  status_ = 403;
  EXPECT_EQ(hooks_.remove(1, wait()).error().kind, ErrorKind::refused);
}

TEST_F(HooksTest, DeliveriesTellHowTheReceiverAnswered) {
  answer_ =
      R"([{"id":9007199254740995,"guid":"g","event":"ping","action":null,"status":"OK","status_code":202,"redelivery":true}])";
  const auto deliveries = hooks_.deliveries(1, wait(), 5);
  ASSERT_TRUE(deliveries) << deliveries.error().message;
  EXPECT_EQ(last().path, "/repos/acme/shop/hooks/1/deliveries?per_page=5");
  EXPECT_EQ(deliveries->at(0).id, 9007199254740995);
  EXPECT_EQ(deliveries->at(0).status_code, 202);
  EXPECT_TRUE(deliveries->at(0).redelivery);
}

TEST_F(HooksTest, ThoseOfAnOrganisationAreElsewhereAndNamesCannotLeaveTheirPlace) {
  Hooks of_organisation(*client_, {"acme"});
  ASSERT_TRUE(of_organisation.ping(1, wait()));
  EXPECT_EQ(last().path, "/orgs/acme/hooks/1/pings");
  Hooks odd(*client_, {"a/b", "c?d"});
  ASSERT_TRUE(odd.get(1, wait()));
  EXPECT_EQ(last().path, "/repos/a%2Fb/c%3Fd/hooks/1");
}

TEST_F(HooksTest, AHundredThousandAreReadAndOneMoreIsRefused) {
  constexpr int pages = 100, on_page = 1'000;
  const std::string one = R"({"id":1})";  // Sanitizers read whole ones for minutes.
  std::string page = "[" + one;
  for (int i = 1; i < on_page; ++i) page += "," + one;
  page += "]";
  bool one_more = false;
  TestServer server([&](const TestServer::Asked& asked) {
    const auto at = asked.path.find("&page=");
    const int number = at == std::string::npos ? 1 : std::stoi(asked.path.substr(at + 6));
    if (number > pages) return TestServer::json(200, "[" + one + "]");
    if (number == pages && !one_more) return TestServer::json(200, page);
    return TestServer::json(200, page,
                            "Link: </repos/acme/shop/hooks?per_page=100&page=" + std::to_string(number + 1) +
                                ">; rel=\"next\"\r\n");
  });
  const auto client = *Client::make({.base_url = server.url()}, clock_, random_);
  Hooks many(*client, {"acme", "shop"});
  const auto all = many.list(wait());
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->hooks.size(), 100'000U);
  one_more = true;
  const auto refused = many.list(wait());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::refused);
  EXPECT_TRUE(refused.error().message.contains("more than 100000 items")) << refused.error().message;
}

TEST_F(HooksTest, AnAnswerOfAnotherShapeIsAnError) {
  for (const char* body : {"[]", "{}", R"({"id":1.5})", R"({"id":"1"})", "null"}) {
    answer_ = body;
    EXPECT_FALSE(hooks_.get(1, wait())) << body;
  }
  answer_ = R"({"id":1,"config":[],"events":{"a":1},"active":"x"})";
  EXPECT_TRUE(hooks_.get(1, wait()));
}

}  // namespace
}  // namespace ghboot::github
