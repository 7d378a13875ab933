// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "github/signature.h"
#include "standin/delivery_request.h"
#include "standin/event.h"
#include "standin/test_standin.h"
#include "standin/text.h"

namespace ghboot::standin {
namespace {

using github::signature_256;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

using DeliveryTest = StandinTest;

TEST_F(DeliveryTest, APingGoesOutWhenAHookIsMade) {
  const Json hook = make_hook("https://a.example/in", {"push"}, "hidden");
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(sent_[0].url, "https://a.example/in");
  EXPECT_EQ(header(sent_[0], "X-GitHub-Event"), "ping");
  EXPECT_EQ(header(sent_[0], "X-GitHub-Hook-ID"), hook["id"].dump());
  EXPECT_EQ(header(sent_[0], "X-GitHub-Hook-Installation-Target-Type"), "repository");
  EXPECT_EQ(header(sent_[0], "X-Hub-Signature-256"), signature_256("hidden", sent_[0].body));
  const Json payload = Json::parse(sent_[0].body);
  EXPECT_EQ(payload["hook_id"], hook["id"]);
  EXPECT_EQ(payload["hook"]["config"]["secret"], "********");
}

TEST_F(DeliveryTest, IsUnsignedWithoutASecret) {
  make_hook("https://a.example");
  EXPECT_EQ(header(sent_.at(0), "X-Hub-Signature-256"), "");
}

TEST_F(DeliveryTest, AFormIsSignedAsItIsSent) {
  ask("POST", "/repos/acme/shop/hooks", {{"config", {{"url", "https://a.example"}, {"secret", "s"}}}});
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(header(sent_[0], "Content-Type"), "application/x-www-form-urlencoded");
  ASSERT_THAT(sent_[0].body, StartsWith("payload=%7B%22zen%22"));
  EXPECT_EQ(header(sent_[0], "X-Hub-Signature-256"), signature_256("s", sent_[0].body));
  EXPECT_TRUE(Json::parse(parse_query(sent_[0].body)["payload"]).contains("zen"));
}

TEST_F(DeliveryTest, AnEventHasOneGuidForAllHooksThatItReaches) {
  make_hook("https://a.example");
  make_hook("https://b.example", {"*"});
  make_hook("https://c.example", {"issues"});
  ask("POST", "/orgs/acme/hooks", {{"name", "web"}, {"config", {{"url", "https://d.example"}}}});
  sent_.clear();
  const Response emitted = ask("POST", "/_standin/events", {{"repository", "acme/shop"}, {"event", "push"}});
  ASSERT_EQ(emitted.status, 202U) << emitted.body;
  ASSERT_THAT(sent_, SizeIs(3));
  for (const Outgoing& one : sent_)
    EXPECT_EQ(header(one, "X-GitHub-Delivery"), json(emitted)["guid"].get<std::string>());
}

TEST_F(DeliveryTest, AnEventOfMoreThan25MegabytesReachesNobody) {
  make_hook("https://a.example");
  const auto deliveries = [&](std::size_t size) {
    const Json payload{{"text", std::string(size, 'x')}};
    return json(ask("POST", "/_standin/events",
                    {{"repository", "acme/shop"}, {"event", "push"}, {"payload", payload}}))["deliveries"];
  };
  EXPECT_EQ(deliveries(std::size_t{24} << 20U), 1);
  EXPECT_EQ(deliveries(std::size_t{25} << 20U), 0);
}

TEST_F(DeliveryTest, AnInactiveHookHearsNothing) {
  const Json hook = make_hook("https://a.example");
  ask("PATCH", at(hook), {{"active", false}});
  sent_.clear();
  ask("POST", "/_standin/events", {{"repository", "acme/shop"}, {"event", "push"}});
  EXPECT_EQ(ask("POST", at(hook) + "/tests").status, 204U);
  EXPECT_THAT(sent_, IsEmpty());
}

TEST_F(DeliveryTest, ATestIsAPushOnlyForAHookThatListensToIt) {
  const Json listens = make_hook("https://a.example"), deaf = make_hook("https://b.example", {"issues"});
  sent_.clear();
  EXPECT_EQ(ask("POST", at(deaf) + "/tests").status, 204U);
  EXPECT_THAT(sent_, IsEmpty());
  EXPECT_EQ(ask("POST", at(listens) + "/tests").status, 204U);
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(header(sent_[0], "X-GitHub-Event"), "push");
}

TEST_F(DeliveryTest, IsListedOnceItWasSent) {
  const Json hook = make_hook("https://a.example");
  EXPECT_THAT(json(ask("GET", at(hook) + "/deliveries")), IsEmpty());
  receive_all(500);
  const Json listed = json(ask("GET", at(hook) + "/deliveries"));
  ASSERT_THAT(listed, SizeIs(1));
  EXPECT_EQ(listed[0]["status_code"], 500);
  EXPECT_EQ(listed[0]["redelivery"], false);
  EXPECT_GT(listed[0]["id"].get<Id>(), Id{1} << 53U);
  EXPECT_EQ(json(ask("GET", at(hook)))["last_response"]["code"], 500);
  const Json whole = json(ask("GET", at(hook) + "/deliveries/" + listed[0]["id"].dump()));
  EXPECT_EQ(whole["request"]["headers"]["X-GitHub-Event"], "ping");
  EXPECT_EQ(whole["request"]["payload"]["hook_id"], hook["id"]);
}

TEST_F(DeliveryTest, ARedeliveryKeepsTheGuidAndHasAnIdOfItsOwn) {
  const Json hook = make_hook("https://a.example");
  receive_all(500);
  const Json first = json(ask("GET", at(hook) + "/deliveries"))[0];
  const Response again = ask("POST", at(hook) + "/deliveries/" + first["id"].dump() + "/attempts");
  EXPECT_EQ(again.status, 202U);
  EXPECT_EQ(again.body, "{}");
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(header(sent_[0], "X-GitHub-Delivery"), first["guid"].get<std::string>());
  receive_all();
  const Json second = json(ask("GET", at(hook) + "/deliveries"))[0];
  EXPECT_NE(second["id"], first["id"]);
  EXPECT_EQ(second["redelivery"], true);
}

TEST_F(DeliveryTest, ListsNewestFirstByCursor) {
  const Json hook = make_hook("https://a.example");
  for (int i = 0; i < 4; ++i) ask("POST", at(hook) + "/pings");
  receive_all();
  const Response first = ask("GET", at(hook) + "/deliveries?per_page=3");
  ASSERT_THAT(json(first), SizeIs(3));
  std::string link(first.header("Link"));
  ASSERT_THAT(link, HasSubstr("rel=\"next\""));
  const std::string next =
      link.substr(link.find("/repositories"), link.find('>') - link.find("/repositories"));
  const Response rest = ask("GET", next);
  ASSERT_THAT(json(rest), SizeIs(2));
  EXPECT_EQ(rest.header("Link"), "");
  EXPECT_LT(json(rest)[0]["id"], json(first)[2]["id"]);
  EXPECT_EQ(ask("GET", at(hook) + "/deliveries?cursor=nonsense").status, 400U);
}

TEST_F(DeliveryTest, IsFilteredByTheRangeOfItsCode) {
  const Json hook = make_hook("https://a.example");
  receive_all(302);  // Not followed, and yet no failure.
  ask("POST", at(hook) + "/pings");
  receive_all(0);  // Nobody answered: neither.
  ask("POST", at(hook) + "/pings");
  receive_all(404);
  EXPECT_THAT(json(ask("GET", at(hook) + "/deliveries?status=success")), SizeIs(1));
  EXPECT_THAT(json(ask("GET", at(hook) + "/deliveries?status=failure")), SizeIs(1));
  EXPECT_THAT(json(ask("GET", at(hook) + "/deliveries")), SizeIs(3));
  EXPECT_EQ(ask("GET", at(hook) + "/deliveries?status=odd").status, 422U);
}

TEST_F(DeliveryTest, IsForgottenAfterThreeDays) {
  const Json hook = make_hook("https://a.example");
  receive_all();
  const Json first = json(ask("GET", at(hook) + "/deliveries"))[0];
  clock_.seconds += 3 * 24 * 3600 + 1;
  EXPECT_THAT(json(ask("GET", at(hook) + "/deliveries")), IsEmpty());
  EXPECT_EQ(ask("POST", at(hook) + "/deliveries/" + first["id"].dump() + "/attempts").status, 404U);
}

}  // namespace
}  // namespace ghboot::standin
