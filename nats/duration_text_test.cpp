// SPDX-License-Identifier: Apache-2.0
#include "nats/duration_text.h"

#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

using namespace std::chrono_literals;

TEST(DurationTextTest, WholeSecondsHaveNoFraction) {
  EXPECT_EQ(duration_text(30s), "30s");
  EXPECT_EQ(duration_text(0s), "0s");
  EXPECT_EQ(duration_text(250ms), "0.250s");
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("0.25s"), 250ms);
}

TEST(DurationTextTest, IsRoundedUp) {
  EXPECT_EQ(parse_duration("1.000000001s"), 1001ms);
  EXPECT_EQ(parse_duration("1.999999999s"), 2s);
}

TEST(DurationTextTest, NothingElseIsRead) {
  for (const char* text : {"", "s", "30", "-1s", "1.s", ".5s", "1.-5s", "1 s", "1e3s", "1.0000000001s",
                           "315576000001s", "99999999999999999999s", "1m"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace ghboot::nats
