// SPDX-License-Identifier: Apache-2.0
#include "nats/environment.h"

#include <array>
#include <chrono>
#include <stop_token>

#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

using namespace std::chrono_literals;

TEST(Environment, SleepIsTheWholeDurationWhenNothingEndsIt) {
  Clock& clock = system_clock();
  const SteadyTime begin = clock.now();
  EXPECT_TRUE(clock.sleep(20ms, {begin + 1h}));
  EXPECT_GE(clock.now() - begin, 20ms);
}

TEST(Environment, SleepEndsAtItsWait) {
  Clock& clock = system_clock();
  EXPECT_FALSE(clock.sleep(1h, {clock.now() + 5ms}));
}

TEST(Environment, SleepEndsAtAStop) {
  Clock& clock = system_clock();
  std::stop_source source;
  const Wait wait{clock.now() + 1h, source.get_token()};
  source.request_stop();
  EXPECT_FALSE(clock.sleep(1h, wait));
}

TEST(Environment, AWaitIsOnlyEverShortened) {
  const Wait wait{SteadyTime(10s)};
  EXPECT_EQ(wait.at_most(SteadyTime(4s), 1s).until, SteadyTime(5s));
  EXPECT_EQ(wait.at_most(SteadyTime(9s), 5s).until, SteadyTime(10s));
}

TEST(Environment, RandomIsNotTheSameTwice) {
  std::array<unsigned char, 32> first{}, second{};
  system_random().fill(first);
  system_random().fill(second);
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace ghboot::nats
