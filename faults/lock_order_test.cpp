// SPDX-License-Identifier: Apache-2.0
#include "faults/lock_order.h"

#include <gtest/gtest.h>

namespace ghboot::faults {
namespace {

using std::chrono::nanoseconds;
using Act = LockStep::Act;

LockStep acquire(std::uint64_t token, int from, int to) {
  return {Act::acquire, {1, token}, {nanoseconds(from), nanoseconds(to)}};
}
LockStep end(std::uint64_t token, int from, int to) {
  return {Act::end, {1, token}, {nanoseconds(from), nanoseconds(to)}};
}
LockStep end_unseen(std::uint64_t token, int from) {
  return {Act::end, {1, token}, {nanoseconds(from), LockStep::never}};
}

TEST(LockOrder, OneAfterTheOtherIsAnOrder) {
  EXPECT_EQ(find_order({}), LockOrder::found);
  EXPECT_EQ(find_order({acquire(1, 0, 1), end(1, 2, 3), acquire(2, 4, 5), end(2, 6, 7)}), LockOrder::found);
}

TEST(LockOrder, WhoWaitedLongMayBeLast) {
  EXPECT_EQ(find_order({acquire(3, 0, 20), acquire(1, 1, 5), end(1, 6, 7), acquire(2, 2, 9), end(2, 10, 11)}),
            LockOrder::found);
}

TEST(LockOrder, AReleaseMayBeStoredBeforeItIsAnswered) {
  EXPECT_EQ(find_order({acquire(1, 0, 1), end(1, 5, 50), acquire(2, 2, 10), end(2, 11, 12)}),
            LockOrder::found);
}

TEST(LockOrder, AcquiringBetweenTwoOthersInstantsHasNoOrder) {
  EXPECT_EQ(find_order({acquire(1, 0, 1), acquire(2, 2, 3), end(1, 4, 5), end(2, 6, 7)}), LockOrder::none);
}

TEST(LockOrder, AHolderThatIsNoMoreEndsSometime) {
  EXPECT_EQ(find_order({acquire(1, 0, 1), end_unseen(1, 2), acquire(2, 3, 9), end(2, 10, 11)}),
            LockOrder::found);
  EXPECT_EQ(find_order({acquire(1, 0, 1), end_unseen(1, 4), acquire(2, 2, 3)}), LockOrder::none);
}

TEST(LockOrder, TokensRise) {
  EXPECT_EQ(find_order({acquire(2, 0, 1), end(2, 2, 3), acquire(1, 4, 5)}), LockOrder::none);
  EXPECT_EQ(find_order({acquire(2, 0, 1), end(2, 2, 3), acquire(2, 4, 5)}), LockOrder::none);
}

TEST(LockOrder, WhatIsTooMuchIsUndecided) {
  EXPECT_EQ(find_order({acquire(1, 0, 1), end(1, 2, 3)}, 1), LockOrder::undecided);
}

TEST(LockOrder, ALongHistoryIsDecidedWithFewTries) {
  std::vector<LockStep> steps;
  constexpr int count = 20'000;
  for (int i = 0; i < count; ++i) {  // Each waits while sixteen others come and go.
    steps.push_back(acquire(static_cast<std::uint64_t>(i + 1), (i - 16) * 10, i * 10 + 2));
    steps.push_back(end(static_cast<std::uint64_t>(i + 1), i * 10 + 5, i * 10 + 8));
  }
  EXPECT_EQ(find_order(steps, count * 4), LockOrder::found);
  steps[count].at.to -= nanoseconds(20);  // acquired before its predecessor's predecessor had ended.
  EXPECT_EQ(find_order(steps), LockOrder::none);
}

}  // namespace
}  // namespace ghboot::faults
