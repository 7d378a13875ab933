// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_queue.h"

#include <set>

#include <gmock/gmock.h>

#include "nats/lock_play.h"

namespace ghboot::nats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

class LockQueueTest : public testing::Test {
 protected:
  void hear(std::string id, std::chrono::milliseconds waited, std::chrono::nanoseconds now = 100s) {
    queue_.hear(LockWaiter{.id = std::move(id), .waited = waited}.encode(), now);
  }
  SeededRandom random_{7};
  LockQueue queue_{"own", random_};
};

TEST_F(LockQueueTest, WhoHasWaitedLongestIsFirst) {
  hear("a", 1s);
  hear("b", 9s);
  hear("own", 20s);
  hear("c", 5s);
  EXPECT_THAT(queue_.next(100s, 30s), ElementsAre("b", "c", "a"));
}

TEST_F(LockQueueTest, WhoIsSilentForALeaseIsLeftOut) {
  hear("a", 9s, 100s);
  hear("b", 1s, 120s);
  EXPECT_THAT(queue_.next(131s, 30s), ElementsAre("b"));
}

TEST_F(LockQueueTest, WhoWasDroppedComesBackOnceItIsHeard) {
  hear("a", 9s);
  queue_.drop("a");
  queue_.drop("nobody");
  EXPECT_THAT(queue_.next(100s, 30s), IsEmpty());
  hear("a", 10s);
  EXPECT_THAT(queue_.next(100s, 30s), ElementsAre("a"));
}

TEST_F(LockQueueTest, TheListAndTheMemoryHaveAnEnd) {
  for (int number = 0; number < 3000; ++number)
    hear("w" + std::to_string(number), 1s, std::chrono::seconds(number));
  EXPECT_THAT(queue_.next(3000s, 24h), SizeIs(lock_next_max));
  EXPECT_THAT(queue_.next(3000s, 24h).front(), "w1976") << "1,024 are remembered";
}

TEST_F(LockQueueTest, WhatIsNoAnnouncementIsLeftOut) {
  queue_.hear("{}", 1s);
  queue_.hear("\xff", 1s);
  EXPECT_THAT(queue_.next(1s, 30s), IsEmpty());
}

TEST_F(LockQueueTest, ThePlaceIsThatInTheListElseOneBehindIt) {
  EXPECT_EQ(queue_.place_in({}), 0U) << "nobody else waits";
  EXPECT_EQ(queue_.place_in({"a", "own"}), 1U);
  hear("a", 1s);
  EXPECT_EQ(queue_.place_in({"a"}), 1U) << "no other is behind";
  for (const char* other : {"b", "c", "d"}) hear(other, 1s);
  std::set<std::size_t> places;
  for (int turn = 0; turn < 200; ++turn) places.insert(queue_.place_in({"a"}));
  EXPECT_THAT(places, ElementsAre(1, 2, 3, 4));
}

class LockCrowdTest : public testing::Test, protected LockPlay {
 protected:
  ~LockCrowdTest() override { EXPECT_THAT(problems, IsEmpty()); }
};

// The promise: at most 1.2 tries a handover, however many wait; nobody starves.
TEST_F(LockCrowdTest, ManyWhoWaitGetInOneAfterTheOther) {
  constexpr int count = 32, turns = 2;
  std::vector<std::function<void()>> scripts;
  int releases = 0;
  Simulation::Time longest{};
  for (int number = 0; number < count; ++number) player("w" + std::to_string(number));
  for (const auto& each : players)
    scripts.emplace_back([this, &each = *each, &releases, &longest] {
      for (int turn = 0; turn < turns; ++turn) {
        const auto asked = simulation.now();
        EXPECT_EQ(acquire(each, 1000s), "");
        longest = std::max(longest, simulation.now() - asked);
        static_cast<void>(each.lease->keep(each.within(1s)));
        EXPECT_TRUE(each.lease->release(each.within(5s)));
        ++releases;
      }
    });
  simulation.run(std::move(scripts));
  EXPECT_EQ(releases, count * turns);
  const int tries = server.appends - releases;
  RecordProperty("tries", tries);
  // All begin at once on a free lock with nobody listed: that one round is a herd.
  EXPECT_THAT(tries, Le(count + count * turns * 12 / 10));
  EXPECT_LT(longest, 2 * count * 1500ms);
}

TEST_F(LockCrowdTest, WhoLetsAFreeLockPassIsDropped) {
  Player& a = player("a");
  Player& dead = player("dead");
  Player& c = player("c");
  simulation.run({[&] {
                    EXPECT_EQ(acquire(a, 5s), "");
                    EXPECT_TRUE(a.lease->keep(a.within(15s)));
                    EXPECT_TRUE(a.lease->release(a.within(5s)));
                  },
                  [&] {
                    pass(1s);
                    EXPECT_NE(acquire(dead, 12s), "") << "it is heard twice, and silent from then on";
                  },
                  [&] {
                    pass(2s);
                    EXPECT_EQ(acquire(c, 60s), "");
                  }});
  const auto released = LockMessage::decode(server.log[server.log.size() - 2].bytes);
  EXPECT_THAT(released->next, SizeIs(2)) << "both were heard within a lease";
  EXPECT_THAT(server.last().next, IsEmpty());
}

TEST_F(LockCrowdTest, WhoHasHadItWaitsNoMore) {
  Player& a = player("a");
  Player& b = player("b");
  Player& c = player("c");
  const auto waits_then_goes = [this](Player& waiter) {
    pass(1s);
    EXPECT_EQ(acquire(waiter, 60s), "");
    EXPECT_TRUE(waiter.lease->keep(waiter.within(1s)));
    EXPECT_TRUE(waiter.lease->release(waiter.within(5s)));
  };
  simulation.run({[&] {
                    EXPECT_EQ(acquire(a, 5s), "");
                    EXPECT_TRUE(a.lease->keep(a.within(12s)));
                    EXPECT_TRUE(a.lease->release(a.within(5s)));
                  },
                  [&] { waits_then_goes(b); },
                  [&] {
                    pass(1s);
                    waits_then_goes(c);
                  }});
  const auto held_by_c = LockMessage::decode(server.log[server.log.size() - 2].bytes);
  EXPECT_EQ(held_by_c->holder, "c");
  EXPECT_THAT(held_by_c->next, IsEmpty()) << "b was heard within a lease, and has had it since";
}

}  // namespace
}  // namespace ghboot::nats
