// SPDX-License-Identifier: Apache-2.0
#include "nats/claim_changes.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

using nlohmann::json;

json carried(const char* onto, const char* before, const char* after) {
  json document = json::parse(onto);
  carry_changes(document, json::parse(before), json::parse(after));
  return document;
}

TEST(ClaimChanges, OfMembersAreMadeBesideOthers) {
  EXPECT_EQ(carried(R"({"a":1,"b":9,"c":3})", R"({"a":1,"b":2,"c":3})", R"({"a":5,"b":2,"d":4})"),
            json::parse(R"({"a":5,"b":9,"d":4})"));
}

TEST(ClaimChanges, OfObjectsGoIntoTheirDepth) {
  EXPECT_EQ(carried(R"({"nats":{"limits":{"conn":5}}})", R"({"nats":{"limits":{"conn":-1}}})",
                    R"({"nats":{"limits":{"conn":-1,"subs":7},"revocations":{"U":1}}})"),
            json::parse(R"({"nats":{"limits":{"conn":5,"subs":7},"revocations":{"U":1}}})"));
}

TEST(ClaimChanges, OfObjectsThatBothMadeAreJoined) {
  EXPECT_EQ(carried(R"({"revocations":{"A":1}})", "{}", R"({"revocations":{"B":2}})"),
            json::parse(R"({"revocations":{"A":1,"B":2}})"));
}

TEST(ClaimChanges, OfArraysAddAndRemoveEntries) {
  EXPECT_EQ(carried(R"({"tags":["a","b","mine"]})", R"({"tags":["a","b"]})", R"({"tags":["b","theirs"]})"),
            json::parse(R"({"tags":["b","mine","theirs"]})"));
  EXPECT_EQ(carried(R"({"tags":["same"]})", "{}", R"({"tags":["same","x"]})"),
            json::parse(R"({"tags":["same","x"]})"));
}

TEST(ClaimChanges, WhatWasChangedOtherwiseMeanwhileStays) {
  EXPECT_EQ(carried(R"({"name":"mine"})", R"({"name":"old"})", R"({"name":"theirs"})"),
            json::parse(R"({"name":"mine"})"));
  EXPECT_EQ(carried(R"({"name":"mine"})", R"({"name":"old"})", "{}"), json::parse(R"({"name":"mine"})"));
  EXPECT_EQ(carried("{}", R"({"name":"old"})", R"({"name":"theirs"})"), json::parse("{}"));
}

TEST(ClaimChanges, ThatAreThereAlreadyChangeNothing) {
  const char* after = R"({"a":[1,2],"b":{"c":null}})";
  EXPECT_EQ(carried(after, R"({"a":[1]})", after), json::parse(after));
}

}  // namespace
}  // namespace ghboot::nats
