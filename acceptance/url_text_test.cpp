// SPDX-License-Identifier: Apache-2.0
#include "acceptance/url_text.h"

#include <gtest/gtest.h>

namespace ghboot::acceptance {
namespace {

TEST(UrlText, DecodesPercentsAndLeavesWhatIsNone) {
  EXPECT_EQ(decode_url("env%3A/w%201/a.tfstate"), "env:/w 1/a.tfstate");
  EXPECT_EQ(decode_url("100%"), "100%");
  EXPECT_EQ(decode_url("%4"), "%4");
  EXPECT_EQ(decode_url("%41"), "A");
  EXPECT_EQ(decode_url("%zz%2"), "%zz%2");
}

TEST(UrlText, SplitsQueries) {
  auto query = parse_query("list-type=2&prefix=env%3A%2F&&flag&a=");
  EXPECT_EQ(query["prefix"], "env:/");
  EXPECT_EQ(query["list-type"], "2");
  EXPECT_TRUE(query.contains("flag"));
  EXPECT_TRUE(query.contains("a"));
  EXPECT_EQ(query.size(), 4U);
}

TEST(UrlText, EscapesXml) { EXPECT_EQ(escape_xml(R"(<a & "b">)"), "&lt;a &amp; &quot;b&quot;&gt;"); }

void expect_range(const char* header, std::size_t size, std::size_t first, std::size_t last) {
  auto range = parse_range(header, size);
  ASSERT_TRUE(range) << header;
  EXPECT_EQ(range->first, first) << header;
  EXPECT_EQ(range->last, last) << header;
}

TEST(UrlText, ReadsTheThreeFormsOfARange) {
  expect_range("bytes=0-5242879", 10, 0, 9);
  expect_range("bytes=2-3", 10, 2, 3);
  expect_range("bytes=4-", 10, 4, 9);
  expect_range("bytes=-3", 10, 7, 9);
  expect_range("bytes=-30", 10, 0, 9);
}

TEST(UrlText, RefusesRangesThatHoldNothing) {
  for (const char* header :
       {"bytes=10-", "bytes=5-4", "bytes=-0", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,3-4"}) {
    EXPECT_FALSE(parse_range(header, 10)) << header;
  }
  EXPECT_FALSE(parse_range("bytes=0-", 0));
}

}  // namespace
}  // namespace ghboot::acceptance
