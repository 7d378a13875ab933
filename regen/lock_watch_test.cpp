// SPDX-License-Identifier: Apache-2.0
// Who is there, in simulated time: what a lock says is believed only as far as somebody lives behind it.
#include "regen/lock_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "regen/regen_play.h"

namespace ghboot::regen {
namespace {

using testing::HasSubstr;

std::string told(const Result<std::optional<nats::LockMessage>>& who) {
  if (!who) return who.error().message;
  return *who ? "there: " + (*who)->holder : "nobody";
}

class LockWatchTest : public testing::Test {
 protected:
  std::string watch(std::chrono::milliseconds longest = 10min) {
    const auto before = b.player.clock.now();
    const std::string said = told(b.watch.who_is_there(b.within(longest)));
    took = b.player.clock.now() - before;
    return said;
  }
  // While the other one renews.
  std::string watch_beside_a_holder() {
    std::string said;
    play.lock.simulation.run(
        {[&] { static_cast<void>(a.player.lease->keep(a.within(60s))); }, [&] { said = watch(); }});
    return said;
  }
  void append(nats::LockMessage message) {
    message.nonce = "x/" + std::to_string(play.lock.server.log.size());
    message.prev = play.lock.server.last().nonce;
    play.lock.server.store({.expected_last = play.lock.server.log.back().sequence,
                            .id = message.nonce,
                            .bytes = message.encode()});
  }

  RegenPlay play;
  RegenPlay::Asker &a = play.asker("a"), &b = play.asker("b");
  std::chrono::nanoseconds took{0};
};

TEST_F(LockWatchTest, AFreeLockThatNobodyWaitsForHasNobodyAtOnce) {
  EXPECT_EQ(watch(), "nobody");
  EXPECT_LT(took, 1s);
}

TEST_F(LockWatchTest, AHolderIsThereOnceItRenews) {
  ASSERT_EQ(play.lock.acquire(a.player, 1s), "");
  EXPECT_EQ(watch_beside_a_holder(), "there: a");
  EXPECT_LT(took, 11s);
}

TEST_F(LockWatchTest, ALockThatWasTakenAwayIsNobodysUnlessSomebodyWaits) {
  append({.state = nats::LockState::revoked, .lease = 1h, .by = "ghboot", .why = "its log was lost"});
  EXPECT_EQ(watch(), "nobody");
  EXPECT_LT(took, 1s);
}

TEST_F(LockWatchTest, WhoseHolderIsTakenItsLockAwayMeanwhileHasNobody) {
  ASSERT_EQ(play.lock.acquire(a.player, 1s), "");
  std::string said;
  play.lock.simulation.run({[&] {
                              a.player.clock.sleep(3s, a.within());
                              nats::LockMessage taken = play.lock.server.last();
                              taken.state = nats::LockState::revoked;
                              append(taken);
                            },
                            [&] { said = watch(); }});
  EXPECT_EQ(said, "nobody");
}

TEST_F(LockWatchTest, ADeadHolderIsNotThereOnceItsLeaseHasPassed) {
  ASSERT_EQ(play.lock.acquire(a.player, 1s), "");
  EXPECT_EQ(watch(), "nobody");
  EXPECT_GE(took, 29s);
  EXPECT_EQ(watch(), "nobody") << "it was seen before";
  EXPECT_LT(took, 1s);
}

TEST_F(LockWatchTest, OfALeaseBeyondItsPatienceTheLockIsBelieved) {
  append({.state = nats::LockState::held, .holder = "long", .lease = 1h});
  EXPECT_EQ(watch(), "there: long");
  EXPECT_LE(took, 41s);
}

TEST_F(LockWatchTest, AFreeLockWhoseWaitersAreGoneHasNobody) {
  append({.state = nats::LockState::free, .next = {"gone"}});
  EXPECT_EQ(watch(), "nobody");
  EXPECT_LT(took, 6s);
}

TEST_F(LockWatchTest, WhoWaitsBehindADeadHolderIsThere) {
  append({.state = nats::LockState::held, .holder = "dead", .lease = 30s});
  std::string said;
  play.lock.simulation.run({[&] { said = watch(); },
                            [&] {
                              a.player.clock.sleep(3s, a.within());
                              play.lock.acquire(a.player, 5s);
                            }});
  EXPECT_EQ(said, "there: dead");
  EXPECT_LT(took, 4s);
}

TEST_F(LockWatchTest, ALockThatIsGivenBackMeanwhileHasNobody) {
  ASSERT_EQ(play.lock.acquire(a.player, 1s), "");
  std::string said;
  play.lock.simulation.run({[&] { said = watch(); },
                            [&] {
                              a.player.clock.sleep(2s, a.within());
                              static_cast<void>(a.player.lease->release(a.within(5s)));
                            }});
  EXPECT_EQ(said, "nobody");
  EXPECT_LT(took, 3s);
}

TEST_F(LockWatchTest, AStreamThatCannotBeFollowedIsReadAgain) {
  ASSERT_EQ(play.lock.acquire(a.player, 1s), "");
  b.watch_stream.is_deaf = true;
  EXPECT_EQ(watch(), "nobody");
  EXPECT_GE(took, 29s);
}

TEST_F(LockWatchTest, SaysWhatIsWrongWithTheLock) {
  play.lock.server.log.back().bytes = "hello";
  EXPECT_THAT(watch(), HasSubstr("message 1 of the lock's stream is not a message of the lock"));
  play.lock.server.log.clear();
  EXPECT_EQ(watch(), "the lock's log is empty: it was never begun");
  play.lock.server.is_silent = true;
  EXPECT_EQ(watch(5s), "no answer came");
}

}  // namespace
}  // namespace ghboot::regen
