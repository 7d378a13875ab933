// SPDX-License-Identifier: Apache-2.0
#include "nats/subject_overlap.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> told(const std::vector<std::string>& subjects) {
  std::vector<std::string> out;
  for (const auto& [inner, outer] : overlaps_of(subjects))
    out.push_back(subjects[inner] + " in " + subjects[outer] + (inner < outer ? "" : ", before"));
  return out;
}

TEST(SubjectOverlap, IsFoundWhereOneContainsTheOther) {
  EXPECT_THAT(told({"a", "b", "a.b", "b.a"}), IsEmpty());
  EXPECT_THAT(told({"a.b", "a.*"}), ElementsAre("a.b in a.*"));
  EXPECT_THAT(told({">", "a.b"}), ElementsAre("a.b in >, before"));
  EXPECT_THAT(told({"a.>", "a"}), IsEmpty()) << "at least one token stands for >";
  EXPECT_THAT(told({"a.*.c", "a.b.*"}), IsEmpty()) << "they meet, and none contains the other";
  EXPECT_THAT(told({"a.b.*", "a.b.c", "a.*.c"}), testing::SizeIs(1));
}

TEST(SubjectOverlap, OfEqualOnesIsToldOfTheLater) {
  EXPECT_THAT(told({"a.b", "c", "a.b"}), ElementsAre("a.b in a.b, before"));
  EXPECT_THAT(told({"a.*", "a.*"}), ElementsAre("a.* in a.*, before"));
}

TEST(SubjectOverlap, OfAHundredThousandTakesNoTime) {
  std::vector<std::string> subjects;
  for (int i = 0; i < 100'000; ++i) subjects.push_back(fmt::format("orders.{}.*", i));
  subjects.emplace_back("orders.7.new");
  EXPECT_THAT(told(subjects), ElementsAre("orders.7.new in orders.7.*, before"));
}

// A claim may be of any depth.
TEST(SubjectOverlap, OfAVeryDeepSubjectNeedsNoStack) {
  std::string deep = "a";
  for (int i = 0; i < 300'000; ++i) deep += ".a";
  EXPECT_THAT(told({deep, "a.>"}), testing::SizeIs(1));
}

}  // namespace
}  // namespace ghboot::nats
