// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_holder.h"

#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

TEST(LockHolder, IsTheProcessThatHoldsAndNotOneThatWaits) {
  constexpr std::string_view locks =
      "1: POSIX  ADVISORY  WRITE 11 fe:01:1234 0 EOF\n"
      "2: FLOCK  ADVISORY  WRITE 22 fe:01:1234 0 EOF\n"
      "2: -> FLOCK  ADVISORY  WRITE 33 fe:01:777 0 EOF\n"
      "3: FLOCK  ADVISORY  WRITE 44 fe:01:91234 0 EOF\n"
      "4: FLOCK  ADVISORY  WRITE 0 fe:01:555 0 EOF\n";
  EXPECT_EQ(lock_holder(locks, 1234), 22);
  EXPECT_EQ(lock_holder(locks, 777), std::nullopt);
  EXPECT_EQ(lock_holder(locks, 555), std::nullopt) << "a holder that this machine does not see has no number";
  EXPECT_EQ(lock_holder("", 1), std::nullopt);
}

}  // namespace
}  // namespace ghboot::nats
