// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/number.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace ghboot::tfplugin::cty {
namespace {

TEST(Number, KeepsEveryDigit) {
  for (const auto* text :
       {"0", "1", "-1", "12345678901234567890", "0.1", "-0.000123", "99999999999999999999999999.5",
        "3.141592653589793238462643383279502884197169399375105820974944"})
    EXPECT_EQ(Number::parse(text)->text(), text);
}

TEST(Number, IsEqualWhenItIsTheSameDecimal) {
  EXPECT_EQ(*Number::parse("1.50"), *Number::parse("15e-1"));
  EXPECT_EQ(*Number::parse("-0"), Number());
  EXPECT_EQ(*Number::parse("1000"), *Number::parse("1E3"));
  EXPECT_NE(*Number::parse("0.1"), *Number::from_double(0.1));  // The double is 0.1000000000000000055…
}

TEST(Number, OrdersByValue) {
  const char* ascending[] = {"-1e5", "-20",  "-2", "-0.5", "0",  "1e-50", "0.05",
                             "0.5",  "0.51", "2",  "19",   "20", "1e5"};
  for (std::size_t i = 1; i < std::size(ascending); ++i)
    EXPECT_LT(*Number::parse(ascending[i - 1]), *Number::parse(ascending[i])) << ascending[i];
}

TEST(Number, RefusesWhatIsNone) {
  for (const auto* text : {"", "-", ".", "1e", "1e+", "1e+-5", "e5", "0x10", "1_000", " 1", "1 ", "NaN",
                           "inf", "--1", "1e999999"})
    EXPECT_FALSE(Number::parse(text)) << text;
  EXPECT_FALSE(Number::parse(std::string(3'000, '9')));
  // The least exponent that there is has no magnitude of its own type.
  EXPECT_FALSE(Number::parse("1e-9223372036854775808"));
  EXPECT_FALSE(Number::parse("1.5e-9223372036854775808"));
  EXPECT_FALSE(Number::from_double(std::nan("")));
  EXPECT_FALSE(Number::from_double(INFINITY));
}

TEST(Number, GivesIntegersWithinTheirRange) {
  EXPECT_EQ(Number::parse("9223372036854775807")->to_int64(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(Number(std::numeric_limits<std::int64_t>::min()).to_int64(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(Number::parse("9223372036854775808")->to_int64());
  EXPECT_EQ(Number::parse("18446744073709551615")->to_uint64(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(Number::parse("18446744073709551616")->to_uint64());
  EXPECT_FALSE(Number::parse("-1")->to_uint64());
  EXPECT_FALSE(Number::parse("1.5")->to_int64());
  EXPECT_FALSE(Number::parse("1e300")->to_int64());
}

TEST(Number, GivesADoubleOnlyWhenItIsTheSame) {
  EXPECT_EQ(Number::parse("0.5")->to_exact_double(), 0.5);
  EXPECT_FALSE(Number::parse("0.1")->to_exact_double());
  EXPECT_FALSE(Number::parse("0.1234567890123456789")->to_exact_double());
  EXPECT_FALSE(Number::parse("1e400")->to_exact_double());
  for (const double value : {0.1, 1e308, 5e-324, -2.5, 1.7976931348623157e308, 123456.789})
    EXPECT_EQ(Number::from_double(value)->to_exact_double(), value);
}

}  // namespace
}  // namespace ghboot::tfplugin::cty
