// SPDX-License-Identifier: Apache-2.0
#include "nats/rights_cover.h"

#include <utility>

#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

UserRights publishing(std::vector<std::string> allow, std::vector<std::string> deny = {}) {
  UserRights rights;
  rights.permissions.publish = {.allow = std::move(allow), .deny = std::move(deny)};
  return rights;
}

UserRights subscribing(std::vector<std::string> allow, std::vector<std::string> deny = {}) {
  UserRights rights;
  rights.permissions.subscribe = {.allow = std::move(allow), .deny = std::move(deny)};
  return rights;
}

// `wide` covers `narrow` and not the other way round.
void expect_wider(const UserRights& wide, const UserRights& narrow) {
  EXPECT_TRUE(covers(wide, wide));
  EXPECT_TRUE(covers(narrow, narrow));
  EXPECT_TRUE(covers(wide, narrow));
  EXPECT_FALSE(covers(narrow, wide));
}

template <class T>
UserRights with(T UserRights::* at, T value) {
  UserRights rights;
  rights.*at = std::move(value);
  return rights;
}

TEST(RightsCover, MoreSubjectsAreWider) {
  expect_wider(publishing({"a.>"}), publishing({"a.b"}));
  expect_wider(publishing({"a", "b"}), publishing({"b"}));
  expect_wider(publishing({"a.>"}), publishing({"a.>"}, {"a.secret"}));
  expect_wider(publishing({}, {"a.b"}), publishing({}, {"a.>"}));
  expect_wider(publishing({}, {"z"}), publishing({"a"}, {"z"}));
  EXPECT_TRUE(covers(publishing({">"}), publishing({}, {"z"})));
}

TEST(RightsCover, ASubscriptionWithoutItsQueueIsWiderThanOneWithIt) {
  expect_wider(subscribing({"a"}), subscribing({"a q"}));
  EXPECT_FALSE(covers(subscribing({"a q"}), subscribing({"a r"})));
  expect_wider(subscribing({"a"}, {"a q"}), subscribing({"a"}, {"a"}));
}

// What an account gives by default may be less than what the user had, or had not.
TEST(RightsCover, TheAccountsDefaultsCannotBeCompared) {
  EXPECT_FALSE(covers(UserRights(), publishing({"a"})));
  EXPECT_FALSE(covers(publishing({">"}), UserRights()));
  EXPECT_TRUE(covers(UserRights(), UserRights()));
}

TEST(RightsCover, AnswersAreRightsToo) {
  UserRights none = publishing({"a"}), one = none, many = none, always = none;
  one.permissions.responses_max = 1;
  one.permissions.responses_ttl_ns = 5;
  many.permissions.responses_max = 9;
  many.permissions.responses_ttl_ns = 6;
  always.permissions.responses_max = -1;
  always.permissions.responses_ttl_ns = 6;
  expect_wider(one, none);
  expect_wider(many, one);
  expect_wider(always, many);
  many.permissions.responses_ttl_ns = 4;
  EXPECT_FALSE(covers(many, one));
  many.permissions.responses_ttl_ns = 0;  // The server's own, of which nothing is known.
  EXPECT_FALSE(covers(many, one));
}

TEST(RightsCover, LimitsNetworksTimesAndConnectionsNarrow) {
  for (const auto limit : {&UserRights::subs, &UserRights::data, &UserRights::payload}) {
    expect_wider(UserRights(), with<std::int64_t>(limit, 5));
    expect_wider(with<std::int64_t>(limit, 6), with<std::int64_t>(limit, 5));
    EXPECT_FALSE(covers(with<std::int64_t>(limit, 5), with<std::int64_t>(limit, 0)));
  }
  const auto networks = [](std::vector<std::string> list) {
    return with(&UserRights::source_networks, std::move(list));
  };
  expect_wider(UserRights(), networks({"192.0.2.0/24"}));
  expect_wider(networks({"192.0.2.0/24", "198.51.100.0/24"}), networks({"192.0.2.0/24"}));
  const auto types = [](std::vector<std::string> list) {
    return with(&UserRights::connection_types, std::move(list));
  };
  expect_wider(UserRights(), types({"STANDARD"}));
  expect_wider(types({"STANDARD", "MQTT"}), types({"MQTT"}));
  const auto times = [](std::vector<TimeRange> list) { return with(&UserRights::times, std::move(list)); };
  expect_wider(UserRights(), times({{.start = "08:00:00", .end = "09:00:00"}}));
  UserRights elsewhere = times({{.start = "08:00:00", .end = "09:00:00"}});
  elsewhere.times_location = "Europe/Berlin";
  EXPECT_FALSE(covers(elsewhere, times({{.start = "08:00:00", .end = "09:00:00"}})));
  expect_wider(with(&UserRights::bearer_token, true), UserRights());
}

}  // namespace
}  // namespace ghboot::nats
