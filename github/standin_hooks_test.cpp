// SPDX-License-Identifier: Apache-2.0
// The life of webhooks, of a repository and of an organisation, between client and stand-in.
#include <algorithm>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "github/standin_fixture.h"
#include "standin/state.h"

namespace ghboot::github {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using namespace std::chrono_literals;

class StandinHooks : public StandinMeeting, public ::testing::WithParamInterface<const char*> {
 protected:
  Hooks hooks() { return {*client_, {"Acme", GetParam()}}; }  // Empty: the organisation's.
  std::string sink() const { return service_->address() + "/_standin/sink"; }
  // All of them are soon: the receiver is the stand-in itself.
  std::vector<Delivery> deliveries(std::int64_t id, std::size_t count, std::size_t count_max = 30) {
    const Wait all = wait();
    for (;;) {
      auto found = hooks().deliveries(id, all, count_max);
      EXPECT_TRUE(found) << found.error().message;
      if (!found || found->size() >= count || !nats::system_clock().sleep(20ms, all))
        return found.value_or(std::vector<Delivery>{});
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Homes, StandinHooks, ::testing::Values("Shop", ""),
                         [](const auto& one) { return *one.param == '\0' ? "Organization" : "Repository"; });

TEST_P(StandinHooks, WhatIsMadeIsReadBackAndRemoved) {
  const HookInput input{.url = "https://r.example/x",
                        .secret = nats::Secret("hidden"),
                        .insecure_ssl = true,
                        .active = false,
                        .events = {"push", "issues"}};
  const auto made = hooks().create(input, wait());
  ASSERT_TRUE(made) << made.error().message;
  const auto read = hooks().get(made->id, wait());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->url, "https://r.example/x");
  EXPECT_EQ(read->content_type, "json");
  EXPECT_THAT(read->events, ElementsAre("push", "issues"));
  EXPECT_TRUE(read->has_secret && read->insecure_ssl && !read->active);
  const auto listed = hooks().list(wait());
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_THAT(listed->hooks, SizeIs(1));
  EXPECT_EQ(listed->hooks[0].id, made->id);
  EXPECT_TRUE(hooks().remove(made->id, wait()).value());
  EXPECT_FALSE(hooks().remove(made->id, wait()).value());
  EXPECT_EQ(hooks().get(made->id, wait()).error().kind, ErrorKind::missing);
}

TEST_P(StandinHooks, AChangeOfTheConfigKeepsTheSecretAReplacementWithoutOneRemovesIt) {
  const auto made = hooks().create({.url = "https://a.example", .secret = nats::Secret("hidden")}, wait());
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE(hooks().change_config(made->id, {.url = "https://b.example"}, wait()));
  EXPECT_EQ(kept_secret(made->id), "hidden");
  EXPECT_EQ(hooks().get(made->id, wait())->url, "https://b.example");
  ASSERT_TRUE(hooks().change_config(made->id, {.secret = nats::Secret("other")}, wait()));
  EXPECT_EQ(kept_secret(made->id), "other");
  ASSERT_TRUE(
      hooks().change(made->id, {.events = std::vector<std::string>{"issues"}, .active = false}, wait()));
  EXPECT_EQ(kept_secret(made->id), "other");
  const auto replaced = hooks().replace(made->id, {.url = "https://c.example", .events = {"push"}}, wait());
  ASSERT_TRUE(replaced) << replaced.error().message;
  EXPECT_FALSE(replaced->has_secret);
  EXPECT_EQ(kept_secret(made->id), "");
}

TEST_P(StandinHooks, APingIsDeliveredSignedAndSeen) {
  const auto made = hooks().create({.url = sink(), .secret = nats::Secret("hidden")}, wait());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(deliveries(made->id, 1), SizeIs(1));  // Of its creation.
  ASSERT_TRUE(hooks().ping(made->id, wait()));
  const auto both = deliveries(made->id, 2);
  ASSERT_THAT(both, SizeIs(2));
  EXPECT_EQ(both[0].event, "ping");
  EXPECT_EQ(both[0].status, "OK");
  EXPECT_EQ(both[0].status_code, 202);
  EXPECT_GT(both[0].id, both[1].id);
  EXPECT_GT(both[1].id, std::int64_t{1} << 53U);
  const Json received = control("GET", "/sink");
  ASSERT_EQ(received.size(), 2U);
  EXPECT_EQ(received[0]["signature"].get<std::string>(), "valid");
}

TEST_P(StandinHooks, DeliveriesAreReadByCursorUntilThereAreEnough) {
  const auto made = hooks().create({.url = sink()}, wait());
  ASSERT_TRUE(made) << made.error().message;
  const Json of = *GetParam() == '\0' ? Json{{"organization", "Acme"}} : Json{{"repository", "Acme/Shop"}};
  for (int i = 0; i < 120; ++i) {
    Json event = of;
    event["event"] = "push";
    control("POST", "/events", event);
  }
  const auto all = deliveries(made->id, 121, 1'000);
  EXPECT_THAT(all, SizeIs(121));
  EXPECT_TRUE(std::ranges::is_sorted(all, std::greater{}, &Delivery::id));
  EXPECT_EQ(all.back().event, "ping");
  mark();
  EXPECT_THAT(*hooks().deliveries(made->id, wait(), 110), SizeIs(110));
  EXPECT_EQ(requests().size(), 2U);
  EXPECT_THAT(*hooks().deliveries(made->id, wait(), 5), SizeIs(5));
  EXPECT_EQ(requests().size(), 3U);
}

TEST_P(StandinHooks, ASecondOneLikeItIsAConflict) {
  ASSERT_TRUE(hooks().create({.url = "https://a.example"}, wait()));
  const auto second = hooks().create({.url = "https://a.example"}, wait());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  EXPECT_THAT(second.error().message, HasSubstr("Hook already exists on this"));
}

TEST_P(StandinHooks, TheTwentyFirstOfAnEventIsRefused) {
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(hooks().create({.url = "https://a.example/" + std::to_string(i)}, wait()));
  const auto last = hooks().create({.url = "https://a.example/20"}, wait());
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().kind, ErrorKind::invalid);
  EXPECT_THAT(last.error().message, HasSubstr("The \"push\" event cannot have more than 20 hooks"));
  EXPECT_TRUE(hooks().create({.url = "https://a.example/20", .events = {"issues"}}, wait()));
}

TEST_P(StandinHooks, WhatGitHubRefusesIsSaidInItsWords) {
  control("PATCH", "/settings", {{"refuses_local_urls", true}});
  const auto refused = [&](const HookInput& input) { return hooks().create(input, wait()).error(); };
  EXPECT_THAT(refused({.url = sink()}).message, HasSubstr("isn't reachable over the public Internet"));
  EXPECT_EQ(refused({.url = "no scheme"}).kind, ErrorKind::invalid);
  EXPECT_EQ(refused({.url = ""}).kind, ErrorKind::invalid);
  EXPECT_EQ(refused({.url = "https://a.example", .events = {"no_such_event"}}).kind, ErrorKind::invalid);
  EXPECT_TRUE(hooks().list(wait())->hooks.empty());
}

TEST_P(StandinHooks, AListingThatDidNotChangeCostsNothing) {
  ASSERT_TRUE(hooks().create({.url = "https://a.example"}, wait()));
  const auto first = hooks().list(wait());
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_NE(first->etag, "");
  mark();
  EXPECT_TRUE(hooks().list(wait(), first->etag)->not_modified);
  EXPECT_EQ(requests().size(), 1U);
  EXPECT_EQ(counted(), 0);
  // Another token gets another ETag.
  const auto other = client(token({{"login", "ada"}, {"scopes", {"repo", "admin:org_hook"}}}));
  Hooks of_other(*other, {"Acme", GetParam()});
  EXPECT_FALSE(of_other.list(wait(), first->etag)->not_modified);
  ASSERT_TRUE(hooks().create({.url = "https://b.example"}, wait()));
  const auto changed = hooks().list(wait(), first->etag);
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_THAT(changed->hooks, SizeIs(2));
}

TEST_P(StandinHooks, TwoHundredAndFiftyAreThreePages) {
  control("PATCH", "/settings", {{"hooks_per_event_max", 1'000}});
  service_->standin().change([&](standin::State& state) {
    const bool of_organization = *GetParam() == '\0';
    const standin::Id target = of_organization ? standin::find_owner(state, "acme")->id
                                               : standin::find_repository(state, "acme", "shop")->id;
    for (int i = 0; i < 250; ++i) {
      const standin::Id id = state.take_id();
      state.hooks[id] = {.id = id,
                         .of_organization = of_organization,
                         .target_id = target,
                         .events = {"push"},
                         .url = "https://a.example/" + std::to_string(i)};
    }
  });
  mark();
  const auto all = hooks().list(wait());
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_THAT(all->hooks, SizeIs(250));
  EXPECT_EQ(all->etag, "");
  EXPECT_EQ(all->moved_to, "");
  EXPECT_EQ(requests().size(), 3U);
}

TEST_P(StandinHooks, WorkUnderTheAddressOfAnEnterpriseServerToo) {
  const auto enterprise = client("ghp_admin", service_->address() + "/api/v3");
  Hooks below(*enterprise, {"acme", GetParam()});
  const auto made = below.create({.url = "https://a.example"}, wait());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(made->ping_url, HasSubstr("/api/v3/"));
  EXPECT_TRUE(below.remove(made->id, wait()).value());
}

}  // namespace
}  // namespace ghboot::github
