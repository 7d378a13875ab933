// SPDX-License-Identifier: Apache-2.0
#include "github/link_header.h"

#include <gtest/gtest.h>

namespace ghboot::github {
namespace {

TEST(LinkHeader, NextIsFoundAmongOthers) {
  const auto next = next_link(
      R"(<https://api.github.com/repositories/1/hooks?page=3>; rel="next", <https://api.github.com/x?page=9>; rel="last")");
  ASSERT_TRUE(next) << next.error();
  EXPECT_EQ(*next, "https://api.github.com/repositories/1/hooks?page=3");
}

TEST(LinkHeader, LastPageHasNoNext) {
  EXPECT_EQ(next_link(""), "");
  EXPECT_EQ(next_link(R"(<https://h/a?page=1>; rel="prev", <https://h/a?page=1>; rel="first")"), "");
}

TEST(LinkHeader, RelationIsReadAsTheRfcHasIt) {
  EXPECT_EQ(next_link("<u>;rel=next"), "u");
  EXPECT_EQ(next_link(R"(<u> ; title="a, <b>; rel=\"next\"" ; REL="prev NEXT")"), "u");
  EXPECT_EQ(next_link(R"(<u>; rel="prev"; rel="next")"), "");  // The first counts.
  EXPECT_EQ(next_link(R"(<u?a,b;c>; rel="next")"), "u?a,b;c");
}

TEST(LinkHeader, HostileOnesAreRefusedInWords) {
  EXPECT_EQ(next_link("u; rel=next").error(), "a link does not begin with `<`");
  EXPECT_EQ(next_link("<u; rel=next").error(), "a link's `<` has no `>`");
  EXPECT_EQ(next_link("<>; rel=next").error(), "a link has no URL");
  EXPECT_EQ(next_link(R"(<u>; rel="next)").error(), "a quoted value has no end");
  EXPECT_EQ(next_link(R"(<u>; rel="next\)").error(), "a quoted value has no end");
  EXPECT_EQ(next_link("<u>; rel=next <v>").error(), "no `,` stands between two links");
  EXPECT_EQ(next_link("<u>; rel=next, <v>; rel=next").error(), "two pages claim to be the next one");
}

TEST(LinkHeader, TenThousandLinksAreRefused) {
  std::string header;
  for (int i = 0; i < 10'000; ++i) header += "<https://h/" + std::to_string(i) + R"(>; rel="last", )";
  EXPECT_EQ(next_link(header).error(), "it has more than 32 links");
}

}  // namespace
}  // namespace ghboot::github
