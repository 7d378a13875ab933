// SPDX-License-Identifier: Apache-2.0
#include "nats/lease.h"

#include <gmock/gmock.h>

#include "nats/lock_play.h"

namespace ghboot::nats {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class LeaseTest : public testing::Test, protected LockPlay {
 protected:
  ~LeaseTest() override { EXPECT_THAT(problems, IsEmpty()); }

  Player& a = player("a");
  Player& b = player("b");
};

TEST_F(LeaseTest, AFreeLockIsAcquiredAndGivenBack) {
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_TRUE(a.lease->held());
  EXPECT_EQ(a.lease->token().text(), "1.2");
  EXPECT_EQ(server.last().state, LockState::held);
  EXPECT_EQ(server.last().holder, "a");
  EXPECT_EQ(server.last().prev, "bootstrap/1");
  EXPECT_TRUE(a.lease->release(a.within(5s)));
  EXPECT_FALSE(a.lease->held());
  EXPECT_EQ(server.last().state, LockState::free);
  EXPECT_EQ(server.requests, 3) << "one read, two appends";
}

TEST_F(LeaseTest, WhoFollowsAcquiresAFreeLockInOneRoundTrip) {
  ASSERT_TRUE(a.contender.follow(a.within(1s)));
  const int before = server.requests;
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_EQ(server.requests - before, 1);
}

TEST_F(LeaseTest, AHeldLockIsNotToBeHadAndItsHolderIsNamed) {
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_THAT(acquire(b, 5s), HasSubstr("a on "));
  EXPECT_EQ(server.log.size(), 2U);
}

TEST_F(LeaseTest, TokensRise) {
  for (int turn = 0; turn < 5; ++turn) {
    Player& next = turn % 2 ? a : b;
    ASSERT_EQ(acquire(next, 5s), "");
    ASSERT_TRUE(next.lease->release(next.within(5s)));
  }
}

TEST_F(LeaseTest, TheTrustIsTheLeaseLessAFifth) {
  ASSERT_EQ(acquire(a, 5s), "");
  pass(23s + 900ms);
  EXPECT_TRUE(a.lease->held());
  pass(100ms);
  EXPECT_FALSE(a.lease->held());
}

TEST_F(LeaseTest, ADeadHoldersLockIsTakenOnceItsLeaseHasPassedSinceItWasFirstSeen) {
  ASSERT_EQ(acquire(a, 5s), "");
  pass(20s);
  EXPECT_THAT(acquire(b, 29s), HasSubstr("a on "));
  EXPECT_EQ(acquire(b, 2s), "") << "its own clock began when it first looked";
}

TEST_F(LeaseTest, AWaitThatCannotOutlastADeadHolderIsSaidAtOnce) {
  std::string said;
  Player& c = player("c", {}, {.say = [&](const std::string& text) { said = text; }});
  ASSERT_EQ(acquire(a, 5s), "");
  acquire(c, 10s);
  EXPECT_THAT(said, HasSubstr("it is to be had in 30 s, and this wait ends in 10 s"));
}

TEST_F(LeaseTest, ARenewalCountsAnew) {
  ASSERT_EQ(acquire(a, 5s), "");
  pass(20s);
  ASSERT_TRUE(a.lease->renew(a.within(1s)));
  pass(20s);
  EXPECT_TRUE(a.lease->held());
  EXPECT_EQ(a.lease->token().text(), "1.2");
  EXPECT_EQ(server.last().prev, LockMessage::decode(server.log[1].bytes)->nonce);
}

TEST_F(LeaseTest, KeepRenewsEveryThirdOfTheLeaseAndLeavesTheContenderWaiting) {
  simulation.run({[&] {
                    ASSERT_EQ(acquire(a, 5s), "");
                    EXPECT_TRUE(a.lease->keep(a.within(95s)));
                    EXPECT_TRUE(a.lease->held());
                    EXPECT_TRUE(a.lease->release(a.within(5s)));
                  },
                  [&] {
                    pass(1s);
                    EXPECT_EQ(acquire(b, 200s), "");
                  }});
  EXPECT_EQ(server.log.size(), 1 + 1 + 9 + 1 + 1U);
}

TEST_F(LeaseTest, AHandoverTakesOneTryAndHappensAtOnce) {
  Simulation::Time freed{}, taken{};
  simulation.run({[&] {
                    ASSERT_EQ(acquire(a, 5s), "");
                    EXPECT_TRUE(a.lease->keep(a.within(25s)));
                    freed = simulation.now();
                    EXPECT_TRUE(a.lease->release(a.within(5s)));
                  },
                  [&] {
                    pass(1s);
                    EXPECT_EQ(acquire(b, 200s), "");
                    taken = simulation.now();
                  }});
  EXPECT_LT(taken - freed, 20ms);
}

TEST_F(LeaseTest, ALeaseThatGoesGivesTheLockBack) {
  ASSERT_EQ(acquire(a, 5s), "");
  a.lease.reset();
  EXPECT_EQ(acquire(b, 1s), "");
}

TEST_F(LeaseTest, ALeaseThatWasMovedFromReleasesNothing) {
  ASSERT_EQ(acquire(a, 5s), "");
  {
    const Lease taken(std::move(*a.lease));
  }
  a.lease.reset();
  EXPECT_EQ(server.log.size(), 3U);
}

TEST_F(LeaseTest, AReleaseOfALockThatWasLostIsSaidAndFreesNothing) {
  ASSERT_EQ(acquire(a, 5s), "");
  pass(1s);
  ASSERT_EQ(acquire(b, 40s), "");
  const auto released = a.lease->release(a.within(5s));
  ASSERT_FALSE(released);
  EXPECT_EQ(released.error().error, LeaseError::lost);
  EXPECT_EQ(server.last().holder, "b");
}

TEST_F(LeaseTest, ALeaseBelow15SecondsIsRefused) {
  Player& c = player("c", {}, {.lease = 14s});
  EXPECT_THAT(acquire(c, 5s), HasSubstr("14 s: give one from 15 s"));
  EXPECT_EQ(server.requests, 0);
}

TEST_F(LeaseTest, AStopEndsAWaitAtOnce) {
  ASSERT_EQ(acquire(a, 5s), "");
  std::stop_source stop;
  simulation.at(simulation.now() + 3s, [&] { stop.request_stop(); });
  const auto before = simulation.now();
  EXPECT_FALSE(b.contender.acquire({.until = b.clock.now() + 300s, .stop = stop.get_token()}));
  EXPECT_EQ(simulation.now() - before, 3s);
}

}  // namespace
}  // namespace ghboot::nats
