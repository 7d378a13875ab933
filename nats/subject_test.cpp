// SPDX-License-Identifier: Apache-2.0
#include "nats/subject.h"

#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

TEST(Subject, IsCoveredByItselfAndByWildcards) {
  for (const char* pattern : {"orders.eu.created", "orders.*.created", "orders.>", "*.*.*", ">"})
    EXPECT_TRUE(covers(pattern, "orders.eu.created")) << pattern;
}

TEST(Subject, IsNotCoveredByAnotherOrShorterOrLongerOne) {
  for (const char* pattern :
       {"orders.us.created", "orders.eu", "orders.*", "orders.eu.created.>", "*", "Orders.>"})
    EXPECT_FALSE(covers(pattern, "orders.eu.created")) << pattern;
}

TEST(Subject, WithWildcardsIsCoveredWhereAllThatItStandsForIs) {
  EXPECT_TRUE(covers("orders.*", "orders.*"));
  EXPECT_TRUE(covers("orders.>", "orders.*"));
  EXPECT_TRUE(covers("orders.>", "orders.>"));
  EXPECT_TRUE(covers(">", "orders.>"));
  EXPECT_FALSE(covers("orders.*", "orders.>"));
  EXPECT_FALSE(covers("orders.eu", "orders.*"));
  EXPECT_FALSE(covers("orders.*.>", "orders.>"));
  EXPECT_FALSE(covers("orders.>", "orders"));
  EXPECT_FALSE(covers("*", ">"));
}

TEST(Subject, OfATokenThatOnlyLooksLikeAWildcardIsLiteral) {
  EXPECT_FALSE(covers("orders.a*", "orders.ab"));
  EXPECT_TRUE(covers("orders.a*", "orders.a*"));
}

}  // namespace
}  // namespace ghboot::nats
