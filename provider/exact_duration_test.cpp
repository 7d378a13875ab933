// SPDX-License-Identifier: Apache-2.0
#include "provider/exact_duration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/exports_model.h"
#include "provider/permissions_model.h"

namespace ghboot::provider {
namespace {

TEST(ExactDuration, IsReadToTheNanosecond) {
  EXPECT_EQ(parse_nanoseconds("5s"), 5'000'000'000);
  EXPECT_EQ(parse_nanoseconds("1h1m1s"), 3'661'000'000'000);
  EXPECT_EQ(parse_nanoseconds("1.5ms"), 1'500'000);
  EXPECT_EQ(parse_nanoseconds("0.1us"), 100);
  EXPECT_EQ(parse_nanoseconds("7µs"), 7'000);
  EXPECT_EQ(parse_nanoseconds("1.000000001s"), 1'000'000'001);
  EXPECT_EQ(parse_nanoseconds(".5s"), 500'000'000);
  EXPECT_FALSE(parse_nanoseconds("1.50ns1ns")) << "half a nanosecond";
  EXPECT_EQ(parse_nanoseconds("1.0ns"), 1);
  EXPECT_EQ(parse_nanoseconds("9223372036854775807ns"), 9'223'372'036'854'775'807);
}

TEST(ExactDuration, WhatClaimsCannotHoldIsNone) {
  for (const char* wrong :
       {"", "5", "s", ".s", "0s", "0.1ns", "0.0000000001s", "-1s", "+1s", "1 s", "1d", "1e3s", "infs",
        "9223372036854775808ns", "2562048h", "99999999999999999999s", "1s1"})
    EXPECT_FALSE(parse_nanoseconds(wrong)) << wrong;
}

TEST(ExactDuration, IsPrintedSoThatItReadsBack) {
  EXPECT_EQ(nanoseconds_text(5'000'000'000), "5s");
  EXPECT_EQ(nanoseconds_text(1'500'000), "1500us");
  EXPECT_EQ(nanoseconds_text(250'000'000), "250ms");
  EXPECT_EQ(nanoseconds_text(5), "5ns");
  EXPECT_EQ(nanoseconds_text(5'400'000'000'000), "90m");
  for (const std::int64_t one :
       {std::int64_t{1}, std::int64_t{999}, std::int64_t{1'000}, std::int64_t{999'999},
        std::int64_t{1'000'001}, std::int64_t{9'223'372'036'854'775'807}})
    EXPECT_EQ(parse_nanoseconds(nanoseconds_text(one)), one);
}

// They were cut to whole milliseconds: "1.5ms" became "1ms", and 0.5 ms of another writer read as "0s", which
// no configuration may have.
TEST(ExactDuration, BelowAMillisecondGoesToTheClaimsAndBack) {
  const PermissionsModel permissions{
      .publish = {}, .subscribe = {}, .responses = ResponsesModel{.max = 1, .ttl = "500us"}};
  EXPECT_EQ(to_claims(permissions).responses_ttl_ns, 500'000);
  EXPECT_EQ(to_model(to_claims(permissions)), Value<PermissionsModel>(permissions));
  ExportModel service;
  service.subject = "a";
  service.kind = "service";
  service.response_threshold = "1500us";
  EXPECT_EQ(to_claims(service).response_threshold_ns, 1'500'000);
  EXPECT_EQ(to_model(std::vector{to_claims(service)}).begin()->response_threshold,
            service.response_threshold);
}

TEST(ExactDuration, ThatIsNoneIsRefusedWhereItStands) {
  tfplugin::Diagnostics diagnostics;
  is_exact_duration.check(tfplugin::cty::Type::string(), tfplugin::cty::Value(std::string("0.1ns")),
                          tfplugin::Path({"ttl"}), diagnostics);
  is_exact_duration.check(tfplugin::cty::Type::string(), tfplugin::cty::Value(std::string("1us")),
                          tfplugin::Path({"ttl"}), diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1U);
  EXPECT_TRUE(diagnostics.has_error());
  EXPECT_EQ(diagnostics.list().front().path.text(), "ttl");
  EXPECT_THAT(diagnostics.list().front().detail, testing::HasSubstr("whole nanoseconds"));
}

}  // namespace
}  // namespace ghboot::provider
