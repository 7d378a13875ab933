// SPDX-License-Identifier: Apache-2.0
#include "nats/time_text.h"

#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

TEST(TimeText, IsWrittenInUtc) {
  EXPECT_EQ(time_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(time_text(1'800'000'000), "2027-01-15T08:00:00Z");
  EXPECT_EQ(time_text(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(time_text(951'827'696), "2000-02-29T12:34:56Z");
}

TEST(TimeText, IsReadWithEveryOffset) {
  EXPECT_EQ(parse_time("2027-01-15T08:00:00Z"), 1'800'000'000);
  EXPECT_EQ(parse_time("2027-01-15T09:30:00+01:30"), 1'800'000'000);
  EXPECT_EQ(parse_time("2027-01-15T00:00:00-08:00"), 1'800'000'000);
  EXPECT_EQ(parse_time("2027-01-15T08:00:00.999Z"), 1'800'000'000);
}

TEST(TimeText, IsNothingElse) {
  for (const char* text :
       {"", "soon", "2027-01-15", "2027-01-15T08:00:00", "2027-01-15 08:00:00Z", "2027-02-29T08:00:00Z",
        "2027-13-01T08:00:00Z", "2027-01-15T24:00:00Z", "2027-01-15T08:60:00Z", "2027-01-15T08:00:00.Z",
        "2027-01-15T08:00:00Zx", "2027-01-15T08:00:00+1:00", "+027-01-15T08:00:00Z"})
    EXPECT_FALSE(parse_time(text)) << text;
}

}  // namespace
}  // namespace ghboot::nats
