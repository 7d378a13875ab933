// SPDX-License-Identifier: Apache-2.0
#include "provider/event_bus_functions.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "provider/offered_functions.h"

namespace ghboot::provider {
namespace {

using testing::HasSubstr;
using V = tfplugin::cty::Value;

using List = V::List;
const OfferedFunctions of_bus{add_event_bus_functions};

auto permissions(std::string role, std::string organization, V host = {}) {
  return of_bus.call("event_bus_permissions",
                     std::vector<V>{V(std::move(role)), V(std::move(organization)), std::move(host)});
}

TEST(EventBusFunctions, AreWellDeclared) {
  for (const auto& [name, function] : of_bus.functions)
    EXPECT_THAT(problems(function->signature()), testing::IsEmpty()) << name;
}

TEST(EventBusFunctions, AReceiverPublishesDeliveriesAlone) {
  const auto made = permissions("receiver", "Acme");
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ((*made)["publish"]["allow"], List({V("github.acme.hook.*")}));
  EXPECT_EQ((*made)["subscribe"]["allow"], List({V("_INBOX.>")}));
}

TEST(EventBusFunctions, OfAnotherHostHasItInItsSubjects) {
  const auto made = permissions("receiver", "acme", V("ghe.example.com:8443"));
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ((*made)["publish"]["allow"], List({V("github.acme__ghe_example_com_8443.hook.*")}));
}

TEST(EventBusFunctions, WhatIsNoneIsRefusedWhereItStands) {
  const auto role = permissions("admin", "acme"), login = permissions("reader", "a b"),
             host = permissions("reader", "acme", V("a_b"));
  ASSERT_FALSE(role);
  EXPECT_THAT(role.error().text,
              HasSubstr("\"admin\" is no role of an event bus; receiver, regenerator, manager, reader are"));
  ASSERT_FALSE(login);
  EXPECT_THAT(login.error().text, HasSubstr("\"a b\" is no organization's login"));
  EXPECT_EQ(login.error().argument, 1);
  ASSERT_FALSE(host);
  EXPECT_THAT(host.error().text, HasSubstr("\"a_b\" can't be part of the streams' names"));
  EXPECT_EQ(host.error().argument, 2);
}

}  // namespace
}  // namespace ghboot::provider
