// SPDX-License-Identifier: Apache-2.0
#include "nats/text_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(TextParts, AreOneOrMoreAndMayBeEmpty) {
  EXPECT_THAT(parts_of("a.b", '.'), ElementsAre("a", "b"));
  EXPECT_THAT(parts_of("", '.'), ElementsAre(""));
  EXPECT_THAT(parts_of(".a.", '.'), ElementsAre("", "a", ""));
}

TEST(TextParts, OfAListHaveNoSpacesAroundAndAreNotEmpty) {
  EXPECT_THAT(listed_in(" a ,b c,, ", ','), ElementsAre("a", "b c"));
  EXPECT_THAT(listed_in("", ','), IsEmpty());
}

}  // namespace
}  // namespace ghboot::nats
