// SPDX-License-Identifier: Apache-2.0
#include "regen/open_run.h"

#include <vector>

#include <gtest/gtest.h>

namespace ghboot::regen {
namespace {

RegenerationEvent started(std::string nonce, std::string target) {
  return {.kind = EventKind::started, .nonce = std::move(nonce), .target = std::move(target)};
}
RegenerationEvent completed(std::string run) { return {.kind = EventKind::completed, .run = std::move(run)}; }
RegenerationEvent failed(std::string run, bool lost = false) {
  return {.kind = EventKind::failed, .run = std::move(run), .lost = lost};
}

// Of events as they were appended.
bool is_open(const std::vector<RegenerationEvent>& events, std::string target = "t") {
  OpenRun open(std::move(target));
  for (auto event = events.rbegin(); event != events.rend(); ++event)
    if (open.take_earlier(*event)) break;
  return open.is_open();
}

TEST(OpenRun, IsNoneWhereTheLastOfTheTargetCompletedOrSaidHowItFailed) {
  EXPECT_FALSE(is_open({}));
  EXPECT_FALSE(is_open({started("a", "t"), completed("a")}));
  EXPECT_FALSE(is_open({started("a", "t"), completed("a"), started("b", "t"), failed("b")}));
}

TEST(OpenRun, IsOneThatWasLostUntilARunOfTheSameTargetCompletes) {
  EXPECT_TRUE(is_open({started("a", "t"), failed("a", true)}));
  EXPECT_TRUE(is_open({started("a", "t"), failed("a", true), started("b", "t"), failed("b")}));
  EXPECT_TRUE(is_open({started("a", "t"), failed("a", true), started("b", "other"), completed("b")}));
  EXPECT_FALSE(is_open({started("a", "t"), failed("a", true), started("b", "t"), completed("b")}));
  EXPECT_FALSE(is_open({started("a", "other"), failed("a", true)}));
}

TEST(OpenRun, MayBeOneOfWhichTheTargetIsNotSaid) {
  EXPECT_TRUE(is_open({started("a", ""), failed("a", true)}));
}

TEST(OpenRun, StaysLostThoughItsHolderComesBack) {
  EXPECT_TRUE(is_open({started("a", "t"), failed("a", true), completed("a")}));
}

TEST(OpenRun, IsTakenForOneWhereTheLogIsTooLongToKnow) {
  std::vector<RegenerationEvent> events{started("a", "t"), completed("a")};
  for (int index = 0; index < OpenRun::events_max; ++index) events.push_back({.kind = EventKind::asked});
  EXPECT_TRUE(is_open(events));
}

}  // namespace
}  // namespace ghboot::regen
