// SPDX-License-Identifier: Apache-2.0
#include "nats/subject_mappings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

SubjectMappings read(const json& body) {
  ClaimFault fault;
  auto mappings = read_mappings(ClaimMembers(body, "nats", fault));
  EXPECT_FALSE(fault) << fault->message;
  return mappings;
}

TEST(SubjectMappings, ComeBackAsTheyWere) {
  const SubjectMappings wanted{{"a.*", {{"b.$1", 20, ""}, {"c.{{wildcard(1)}}", 80, "west"}}}};
  json body = json::object();
  write_mappings(wanted, body);
  EXPECT_EQ(read(body), wanted);
  write_mappings({}, body);
  EXPECT_EQ(body, json::object());
}

TEST(SubjectMappings, AMissingWeightIsAllAndWhatSaysTheSameIsLeftAsItIs) {
  json body{{"mappings", {{"a", {{{"subject", "b"}}}}}}};
  const json before = body;
  EXPECT_EQ(read(body), (SubjectMappings{{"a", {{"b", 100, ""}}}}));
  write_mappings(read(body), body);
  EXPECT_EQ(body, before);
}

TEST(SubjectMappings, OfAnotherFormAreAFault) {
  for (const json& wrong : {json(7), json{{"a", 7}}, json{{"a", {7}}}, json{{"a", {{{"subject", 7}}}}}}) {
    ClaimFault fault;
    const json body{{"mappings", wrong}};
    read_mappings(ClaimMembers(body, "nats", fault));
    ASSERT_TRUE(fault) << wrong;
    EXPECT_THAT(fault->message, HasSubstr("mappings"));
  }
}

TEST(SubjectMappings, WhatServersTakeHasNoProblem) {
  for (const auto& [source, destination] :
       {std::pair("a", "b"), std::pair("a.*.*", "b.{{wildcard(2)}}.$1"), std::pair("a.>", "b.>"),
        std::pair("a.*", "b.{{partition(3,1)}}.{{Wildcard(1)}}"), std::pair("a.*", "b.{{split(1,-)}}"),
        std::pair("a.*", "b.{{SplitFromLeft(1,2)}}"), std::pair("a", "$JS.b"), std::pair("*", "{{x}y")})
    EXPECT_THAT(problem_of_destination(source, destination), IsEmpty()) << destination;
}

TEST(SubjectMappings, WhatServersWouldIgnoreIsNamed) {
  for (const auto& [source, destination, told] :
       {std::tuple("a.*", "b.*", "has a \"*\""), std::tuple("a.*", "b.$2", "has 1 wildcard"),
        std::tuple("a.*", "b.$0", "has 1 wildcard"), std::tuple("a.>", "b", "does not end in"),
        std::tuple("a", "b.>", "its source does not"), std::tuple("a.*", "b.{{wildcard()}}", "no number"),
        std::tuple("a.*", "b.{{wildcard}}", "calls no function"),
        std::tuple("a.*", "b.{{left(1)}}", "another number"), std::tuple("a", "b..c", "empty token")})
    EXPECT_THAT(problem_of_destination(source, destination), HasSubstr(told)) << destination;
}

TEST(SubjectMappings, SayWhichServersTakeThem) {
  EXPECT_EQ(destination_since("a.*", "b.$1"), ServerVersion{});
  EXPECT_EQ(destination_since("a.*.*", "b.$1"), (ServerVersion{2, 10}));
  EXPECT_EQ(destination_since("a.>", "b.>"), (ServerVersion{2, 9, 22}));
  EXPECT_EQ(destination_since("a.*", "b.{{left(1,2)}}"), (ServerVersion{2, 10, 16}));
  EXPECT_EQ(destination_since("a", "b.{{random(5)}}"), (ServerVersion{2, 12}));
  EXPECT_EQ(destination_since("a", "b.{{partition(5)}}"), (ServerVersion{2, 12}));
}

TEST(ServerVersions, AreOrderedByNumber) {
  EXPECT_LT(parse_version("2.9.10"), parse_version("2.10.0-RC.1"));
  EXPECT_EQ(parse_version("v2.15.1"), (ServerVersion{2, 15, 1}));
  EXPECT_EQ(parse_version(""), ServerVersion{});
  EXPECT_EQ(to_string(parse_version("2.10.0")), "2.10");
  EXPECT_EQ(to_string(parse_version("2.10.16")), "2.10.16");
}

}  // namespace
}  // namespace ghboot::nats
