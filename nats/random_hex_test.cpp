// SPDX-License-Identifier: Apache-2.0
#include "nats/random_hex.h"

#include <gtest/gtest.h>

#include "nats/test_keys.h"

namespace ghboot::nats {
namespace {

TEST(RandomHex, IsTwoDigitsOfEachByte) {
  CountingRandom random(14);
  EXPECT_EQ(random_hex(random, 4), "0e0f1011");
  EXPECT_EQ(random_hex(random, 0), "");
}

}  // namespace
}  // namespace ghboot::nats
