// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_sight.h"

#include <gmock/gmock.h>

#include "nats/lock_play.h"
#include "nats/store_fixture.h"

namespace ghboot::nats {
namespace {

class LockSightTest : public testing::Test, protected LockPlay {
 protected:
  // What a process that begins now, on this machine, sees.
  LockSight process(std::string boot = "boot 1", std::chrono::milliseconds lease = 30s) {
    return {{.path = folder_.path() + "/acme", .boot = std::move(boot)}, lease, clock_, files_};
  }
  LockEntry entry(std::uint64_t sequence, std::string nonce, LockState state = LockState::held,
                  std::string prev = "x/0") {
    const LockMessage message{.state = state,
                              .nonce = std::move(nonce),
                              .prev = std::move(prev),
                              .lease = std::chrono::seconds(20)};
    return {.created = "monday", .sequence = sequence, .bytes = message.encode()};
  }
  // How long a process that begins now has to wait.
  std::chrono::nanoseconds wait_of(LockSight sight, const LockEntry& entry) {
    EXPECT_TRUE(sight.see(entry, LockSight::Source::read));
    return sight.ready_at() - clock_.read().boot;
  }

  TempFolder folder_;
  FaultyFiles files_;
  SimulatedClock clock_{simulation, 1000s};
};

TEST_F(LockSightTest, ALaterProcessGoesOnWaitingWhereAnEarlierOneEnded) {
  EXPECT_EQ(wait_of(process(), entry(5, "x/1")), 20s);
  pass(15s);
  EXPECT_EQ(wait_of(process(), entry(5, "x/1")), 5s);
}

TEST_F(LockSightTest, OnlyTheVeryMessageWasSeenEarlier) {
  wait_of(process(), entry(5, "x/1"));
  pass(15s);
  EXPECT_EQ(wait_of(process(), entry(6, "x/2", LockState::held, "x/1")), 20s);
}

TEST_F(LockSightTest, TimesOfAnotherBootSayNothing) {
  wait_of(process("boot 1"), entry(5, "x/1"));
  pass(15s);
  EXPECT_EQ(wait_of(process("boot 2"), entry(5, "x/1")), 20s);
  pass(15s);
  EXPECT_EQ(wait_of(process("boot 2"), entry(5, "x/1")), 5s) << "and it is kept under this boot";
}

TEST_F(LockSightTest, ATimeThatIsYetToComeSaysNothing) {
  SimulatedClock ahead(simulation, 5000s);
  LockSight sight({.path = folder_.path() + "/acme", .boot = "boot 1"}, 30s, ahead, files_);
  ASSERT_TRUE(sight.see(entry(5, "x/1"), LockSight::Source::read));
  EXPECT_EQ(wait_of(process(), entry(5, "x/1")), 20s);
}

TEST_F(LockSightTest, AKernelThatNamesNoBootKeepsNothing) {
  wait_of(process(""), entry(5, "x/1"));
  EXPECT_TRUE(tree_of(folder_.path()).empty());
}

TEST_F(LockSightTest, ALogThatWentBackIsSeenByALaterProcess) {
  wait_of(process(), entry(5, "x/1"));
  pass(100s);
  EXPECT_EQ(wait_of(process(), entry(3, "y/1", LockState::free)), 30s)
      << "its own lease is longer than those seen";
  pass(10s);
  EXPECT_EQ(wait_of(process(), entry(3, "y/1", LockState::free)), 20s);
  pass(5s);
  EXPECT_EQ(wait_of(process("boot 2"), entry(3, "y/1", LockState::free)), 30s)
      << "a wait that had begun begins anew";
  pass(31s);
  EXPECT_LE(wait_of(process("boot 2"), entry(3, "y/1", LockState::free)), 0s);
  EXPECT_LE(wait_of(process("boot 2"), entry(4, "y/2", LockState::free, "y/1")), 0s) << "and it is over";
}

TEST_F(LockSightTest, AnotherNonceAtASeenSequenceIsALogThatWentBack) {
  wait_of(process(), entry(5, "x/1"));
  EXPECT_EQ(wait_of(process(), entry(5, "y/1", LockState::free)), 30s);
}

TEST_F(LockSightTest, WhatIsReadBelowIsALogThatWentBackAndWhatIsFollowedBelowIsLate) {
  LockSight sight = process();
  ASSERT_TRUE(sight.see(entry(5, "x/1"), LockSight::Source::read));
  EXPECT_EQ(*sight.see(entry(4, "x/0"), LockSight::Source::followed), LockSight::Change::none);
  EXPECT_EQ(*sight.see(entry(5, "x/1"), LockSight::Source::followed), LockSight::Change::none);
  EXPECT_EQ(sight.sequence(), 5U);
  EXPECT_EQ(*sight.see(entry(4, "x/0"), LockSight::Source::read), LockSight::Change::went_back);
}

TEST_F(LockSightTest, AFailureOfTheFileAtAnyCallOnlyMakesTheWaitLonger) {
  for (int at = 0;; ++at) {
    ASSERT_LT(at, 100);
    wait_of(process(), entry(5, "x/1"));
    pass(5s);
    files_.calls = 0;
    files_.fail_at = at;
    const auto wait = wait_of(process(), entry(5, "x/1"));
    const auto after = wait_of(process(), entry(6, "x/2", LockState::held, "x/1"));
    files_.fail_at = -1;
    EXPECT_TRUE(wait == 15s || wait == 20s) << at;
    EXPECT_TRUE(after == 20s || after == 30s) << at;
    std::filesystem::remove(folder_.path() + "/acme");
    if (files_.calls <= at) break;
  }
}

TEST_F(LockSightTest, AFileThatIsNotWholeIsNone) {
  for (const char* text : {"", "{", "[]", R"({"nonce":"x/1","sequence":5})",
                           R"({"nonce":"x/1","first_seen":1,"lease_max":9999999999999999999})"}) {
    write_text(folder_.path() + "/acme", text);
    EXPECT_EQ(wait_of(process(), entry(5, "x/1")), 20s) << text;
  }
}

TEST_F(LockSightTest, WhatAKilledProcessLeftIsReplaced) {
  write_text(folder_.path() + "/acme.new", "half");
  wait_of(process(), entry(5, "x/1"));
  pass(15s);
  EXPECT_EQ(wait_of(process(), entry(5, "x/1")), 5s);
  EXPECT_EQ(tree_of(folder_.path()).size(), 1U);
}

TEST_F(LockSightTest, ThisBootHasAName) {
  EXPECT_GE(boot_identity(system_files()).size(), 36U);
  EXPECT_EQ(boot_identity(system_files()), boot_identity(system_files()));
  files_.fail_at = 0;
  EXPECT_EQ(boot_identity(files_), "");
}

TEST_F(LockSightTest, TheClocksOfThisMachineGoOn) {
  const Instant before = system_lock_clock().read();
  EXPECT_GT(before.real, std::chrono::hours(24 * 365 * 50));
  EXPECT_GE(system_lock_clock().read().boot, before.boot);
}

}  // namespace
}  // namespace ghboot::nats
