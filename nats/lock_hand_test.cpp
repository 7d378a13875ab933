// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_hand.h"

#include <gmock/gmock.h>

#include "nats/lock_play.h"
#include "nats/lock_status.h"

namespace ghboot::nats {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class LockHandTest : public testing::Test, protected LockPlay {
 protected:
  ~LockHandTest() override { EXPECT_THAT(problems, IsEmpty()); }

  Player& a = player("a");
  Player& b = player("b");
  Player& person = player("person");
  LockWriter writer{person.stream, person.clock, person.clock, person.random};
  const LockHand eve{.by = "eve", .why = "the runner is gone"};
};

TEST_F(LockHandTest, ARevokedHolderIsToldAndItsLeaseIsWaitedOut) {
  ASSERT_EQ(acquire(a, 5s), "");
  ASSERT_EQ(acquire(b, 1s), "a on  (process 0) has it");
  pass(20s);
  ASSERT_TRUE(revoke_lock(writer, server.log.back(), eve, person.within(5s)));
  EXPECT_EQ(server.last().state, LockState::revoked);
  EXPECT_EQ(server.last().lease, 30s);
  EXPECT_EQ(server.last().holder, "a");
  EXPECT_EQ(acquire(b, 29s), "eve revoked it: the runner is gone");
  EXPECT_EQ(acquire(b, 2s), "");
}

TEST_F(LockHandTest, ARevokedHolderStopsBeforeItsTrustIsOver) {
  ASSERT_EQ(acquire(a, 5s), "");
  simulation.at(simulation.now() + 3s, [&] {
    LockMessage revoked = server.last();
    revoked.state = LockState::revoked;
    revoked.prev = std::exchange(revoked.nonce, "eve/1");
    static_cast<void>(server.store({.expected_last = 2, .id = "eve/1", .bytes = revoked.encode()}));
  });
  const auto kept = a.lease->keep(a.within(60s));
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().error, LeaseError::lost);
  EXPECT_LT(simulation.now(), 4s) << "by following; its renewal would be refused after 10 s";
  EXPECT_FALSE(a.lease->held());
}

TEST_F(LockHandTest, WhatIsTakenAwayKeepsItsToken) {
  ASSERT_EQ(acquire(a, 5s), "");
  ASSERT_TRUE(revoke_lock(writer, server.log.back(), eve, person.within(5s)));
  EXPECT_EQ(server.last().acquired, 2U);
  EXPECT_EQ(LockStatus::of(server.log.back()).value().token.value().text(), "1.2");
}

TEST_F(LockHandTest, WhatIsFreedByHandIsToBeHadAtOnce) {
  ASSERT_EQ(acquire(a, 5s), "");
  pass(24s);
  ASSERT_TRUE(free_lock_now(writer, server.log.back(), eve, person.within(5s)));
  EXPECT_TRUE(server.last().forced);
  EXPECT_EQ(acquire(b, 1s), "");
}

TEST_F(LockHandTest, ALockThatHasChangedSinceItWasShownIsLeftAlone) {
  ASSERT_EQ(acquire(a, 5s), "");
  const LockEntry shown = server.log.back();
  ASSERT_TRUE(a.lease->renew(a.within(1s)));
  for (const auto act : {revoke_lock, free_lock_now}) {
    const auto done = act(writer, shown, eve, person.within(5s));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().error, LeaseError::held);
  }
  EXPECT_EQ(server.log.size(), 3U);
}

TEST_F(LockHandTest, AFreeLockIsNeitherRevokedNorFreed) {
  for (const auto act : {revoke_lock, free_lock_now}) {
    const auto done = act(writer, server.log.back(), eve, person.within(5s));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().error, LeaseError::refused);
  }
}

TEST_F(LockHandTest, TheFirstMessageIsWrittenOnce) {
  EXPECT_FALSE(*begin_lock(writer, 1, person.within(5s)));
  server.make_anew();
  EXPECT_TRUE(*begin_lock(writer, 7, person.within(5s)));
  EXPECT_FALSE(*begin_lock(writer, 8, person.within(5s)));
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_EQ(a.lease->token().text(), "7.2");
}

TEST_F(LockHandTest, AGenerationIsRaisedWhileNobodyHolds) {
  ASSERT_TRUE(raise_generation(writer, server.log.back(), 4, 30s, eve, person.within(5s)));
  EXPECT_NE(acquire(a, 29s), "") << "one who held the stream that was lost may still be at work";
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_EQ(a.lease->token().text(), "5.3");
  const auto raised = raise_generation(writer, server.log.back(), 9, 30s, eve, person.within(5s));
  ASSERT_FALSE(raised);
  EXPECT_EQ(raised.error().error, LeaseError::refused);
  ASSERT_TRUE(a.lease->release(a.within(5s)));
  EXPECT_TRUE(raise_generation(writer, server.log.back(), 3, 30s, eve, person.within(5s)));
  EXPECT_EQ(server.log.size(), 4U) << "it is above 3 already";
}

TEST_F(LockHandTest, ALogThatBeginsClosedIsOpenAfterThatTimeAndMayBeRaisedBefore) {
  server.make_anew();
  const auto too_long = begin_lock(writer, 7, person.within(5s), std::chrono::hours(25));
  ASSERT_FALSE(too_long);
  EXPECT_THAT(too_long.error().message, HasSubstr("longer than 24 h"));
  ASSERT_TRUE(begin_lock(writer, 7, person.within(5s), 60s).value());
  EXPECT_THAT(acquire(a, 20s), HasSubstr("its log was lost"));
  EXPECT_TRUE(raise_generation(writer, server.log.back(), 8, 30s, eve, person.within(5s)));
  EXPECT_NE(acquire(a, 59s), "") << "it stays closed for as long";
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_EQ(a.lease->token().generation, 9U);
}

TEST_F(LockHandTest, AMessageThatIsNotOursIsLeftBehindByAHigherGeneration) {
  static_cast<void>(server.store({.expected_last = server.log.size(), .id = "foreign", .bytes = "hello"}));
  EXPECT_THAT(acquire(a, 1s), HasSubstr("not a message of the lock"));
  EXPECT_EQ(revoke_lock(writer, server.log.back(), eve, person.within(5s)).error().error,
            LeaseError::refused);
  ASSERT_TRUE(raise_generation(writer, server.log.back(), 1, 40s, eve, person.within(5s)));
  EXPECT_THAT(acquire(a, 39s), HasSubstr("revoked it")) << "who held it before may still be at work";
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_EQ(a.lease->token().generation, 2U);
}

TEST_F(LockHandTest, ATextThatNoReaderTakesIsNotWritten) {
  ASSERT_EQ(acquire(a, 5s), "");
  const std::size_t before = server.log.size();
  for (const auto& [why, wrong] : {std::pair(std::string(1001, 'w'), "has 1001 bytes; 1000 are the most"),
                                   std::pair(std::string("two\nlines"), "holds a line's end")}) {
    const auto done = revoke_lock(writer, server.log.back(), {.by = "eve", .why = why}, person.within(5s));
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr(wrong));
  }
  EXPECT_EQ(server.log.size(), before);
}

TEST_F(LockHandTest, NoAnswerIsSaid) {
  ASSERT_EQ(acquire(a, 5s), "");
  server.is_silent = true;
  const auto done = revoke_lock(writer, server.log.back(), eve, person.within(5s));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().error, LeaseError::unknown);
  EXPECT_THAT(done.error().message, HasSubstr("it may be done later"));
}

}  // namespace
}  // namespace ghboot::nats
