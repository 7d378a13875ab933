// SPDX-License-Identifier: Apache-2.0
#include "provider/account_warnings.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::provider {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

RightsModel with(const Value<std::set<std::string>>& connection_types) {
  RightsModel rights;
  rights.connection_types = connection_types;
  return rights;
}

TEST(AccountWarnings, OfAUserAreOfConnectionsWithinTheProcessAlone) {
  EXPECT_THAT(rights_of_newer_servers(with({})), IsEmpty());
  EXPECT_THAT(rights_of_newer_servers(with(Value<std::set<std::string>>::unknown())), IsEmpty());
  EXPECT_THAT(rights_of_newer_servers(with(std::set<std::string>{"STANDARD", "MQTT_WS"})), IsEmpty());
  const auto needed = rights_of_newer_servers(with(std::set<std::string>{"IN_PROCESS", "STANDARD"}));
  ASSERT_THAT(needed, SizeIs(1));
  EXPECT_EQ(needed[0].path.text(), "connection_types");
  EXPECT_TRUE(nats::parse_version("2.9.10") < needed[0].since);
  EXPECT_FALSE(nats::parse_version("2.11.0") < needed[0].since);
}

}  // namespace
}  // namespace ghboot::provider
