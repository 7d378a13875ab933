// SPDX-License-Identifier: Apache-2.0
#include "provider/rights_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::provider {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> problems(const RightsModel& rights) {
  tfplugin::Diagnostics diagnostics;
  check_rights(rights, tfplugin::Path({"template"}), diagnostics);
  std::vector<std::string> out;
  for (const auto& diagnostic : diagnostics.list())
    out.push_back(diagnostic.path.text() + ": " + diagnostic.summary + ": " + diagnostic.detail);
  return out;
}

RightsModel from(const std::string& network) {
  RightsModel rights;
  rights.source_networks = std::set{network};
  return rights;
}

RightsModel at(const std::string& start, const std::string& end) {
  RightsModel rights;
  rights.times = std::vector{TimeRangeModel{.start = start, .end = end}};
  return rights;
}

TEST(RightsModel, AllGoesToTheClaimsAndBack) {
  nats::UserRights rights{.permissions = {.publish = {.allow = {"a"}, .deny = {}}},
                          .subs = 1,
                          .data = 2,
                          .payload = 0,
                          .source_networks = {"192.0.2.0/24"},
                          .times = {{.start = "08:00:00", .end = "09:00:00"}},
                          .times_location = "UTC",
                          .bearer_token = true,
                          .connection_types = {"MQTT", "STANDARD"}};
  EXPECT_EQ(to_claims(to_model(rights)), rights);
  EXPECT_EQ(to_claims(to_model(nats::UserRights())), nats::UserRights());
  EXPECT_EQ(to_claims(RightsModel()), nats::UserRights()) << "null is as by default";
}

TEST(RightsModel, NetworksAreCidr) {
  for (const char* good : {"192.0.2.0/24", "192.0.2.7/32", "0.0.0.0/0", "2001:db8::/32", "::/0", "::1/128"})
    EXPECT_THAT(problems(from(good)), IsEmpty()) << good;
  for (const char* bad :
       {"", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/024", "192.0.2/24",
        "192.0.2.256/24", "2001:db8::/129", "example.org/24", "192.0.2.0/24 ", "192.0.2.0/2x"})
    EXPECT_THAT(problems(from(bad)), ElementsAre(HasSubstr("template.source_networks: Not a network")))
        << bad;
  EXPECT_THAT(problems(from("192.0.2.7")), ElementsAre(HasSubstr("for this address alone: 192.0.2.7/32")));
  EXPECT_THAT(problems(from(std::string("::1\0/128", 8))), ElementsAre(HasSubstr("no address")));
}

TEST(RightsModel, ARangeOfTimeHasALength) {
  EXPECT_THAT(problems(at("08:00:00", "09:00:00")), IsEmpty());
  EXPECT_THAT(problems(at("08:00:00", "08:00:00")), ElementsAre(HasSubstr("template.times[0]: Range of no")));
  RightsModel alone;
  alone.times_location = "UTC";
  EXPECT_THAT(problems(alone), ElementsAre(HasSubstr("template.times_location: Time zone without times")));
}

// Servers would read them as no restriction at all.
TEST(RightsModel, EmptyListsAreRefused) {
  RightsModel rights;
  rights.source_networks = std::set<std::string>();
  rights.connection_types = std::set<std::string>();
  rights.times = std::vector<TimeRangeModel>();
  EXPECT_THAT(problems(rights),
              ElementsAre(HasSubstr("every network"), HasSubstr("every time"), HasSubstr("every type")));
}

TEST(RightsModel, WhatIsSetIsNamed) {
  EXPECT_THAT(rights_set(RightsModel()), IsEmpty());
  RightsModel rights = to_model(nats::UserRights());
  EXPECT_THAT(rights_set(rights), IsEmpty());
  rights.payload = 0;
  rights.bearer = true;
  rights.source_networks = std::set<std::string>{"192.0.2.0/24"};
  EXPECT_THAT(rights_set(rights), ElementsAre("payload", "source_networks", "bearer"));
}

TEST(RightsModel, AnyPartMayBeUnknown) {
  EXPECT_FALSE(is_unknown(RightsModel()));
  RightsModel rights;
  rights.data = Value<std::int64_t>::unknown();
  EXPECT_TRUE(is_unknown(rights));
  rights = RightsModel();
  rights.permissions =
      PermissionsModel{.publish = Value<SubjectsModel>::unknown(), .subscribe = {}, .responses = {}};
  EXPECT_TRUE(is_unknown(rights));
  rights.permissions = PermissionsModel{
      .publish = SubjectsModel{.allow = Value<std::vector<std::string>>::unknown(), .deny = {}},
      .subscribe = {},
      .responses = {}};
  EXPECT_TRUE(is_unknown(rights));
  rights = RightsModel();
  rights.times = std::vector{TimeRangeModel{.start = Value<std::string>::unknown(), .end = "12:00:00"}};
  EXPECT_TRUE(is_unknown(rights));
}

}  // namespace
}  // namespace ghboot::provider
