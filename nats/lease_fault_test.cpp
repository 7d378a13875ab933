// SPDX-License-Identifier: Apache-2.0
// What a lease makes of answers that do not come, of clocks that jump and of a log that goes back.
#include <gmock/gmock.h>

#include "nats/lease.h"
#include "nats/lock_play.h"

namespace ghboot::nats {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class LeaseFaultTest : public testing::Test, protected LockPlay {
 protected:
  ~LeaseFaultTest() override { EXPECT_THAT(problems, IsEmpty()); }

  void silent_between(std::chrono::seconds from, std::chrono::seconds until) {
    simulation.at(from, [this] { server.is_silent = true; });
    simulation.at(until, [this] { server.is_silent = false; });
  }
  void put_foreign(std::string bytes) {
    static_cast<void>(
        server.store({.expected_last = server.log.size(), .id = "foreign", .bytes = std::move(bytes)}));
  }

  Player& a = player("a");
  Player& b = player("b");
};

TEST_F(LeaseFaultTest, ARenewalThatIsStoredButUnansweredKeepsTheLease) {
  ASSERT_EQ(acquire(a, 5s), "");
  pass(10s);
  server.faults = {{server.requests, LockFault::lose_answer}};
  EXPECT_TRUE(a.lease->renew(a.within(5s)));
  EXPECT_EQ(server.log.size(), 3U);
  EXPECT_EQ(server.appends, 2) << "it was found by reading";
}

TEST_F(LeaseFaultTest, NoAnswerIsNotANo) {
  ASSERT_EQ(acquire(a, 5s), "");
  silent_between(5s, 12s);
  EXPECT_TRUE(a.lease->keep(a.within(30s)));
  EXPECT_TRUE(a.lease->held());
}

TEST_F(LeaseFaultTest, ASilentServerEndsTheTrustInTime) {
  ASSERT_EQ(acquire(a, 5s), "");
  const auto began = simulation.now();
  silent_between(1s, 1000s);
  const auto kept = a.lease->keep(a.within(300s));
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().error, LeaseError::lost);
  EXPECT_LT(simulation.now() - began, 26s);
}

TEST_F(LeaseFaultTest, ARepeatMovesNothing) {
  ASSERT_EQ(acquire(a, 5s), "");
  pass(10s);
  server.is_silent = true;
  EXPECT_FALSE(a.lease->renew(a.within(2s)));
  pass(8s);
  server.is_silent = false;
  ASSERT_TRUE(a.lease->renew(a.within(2s)));
  EXPECT_NEAR(static_cast<double>(a.lease->left() / 1ms), 14'000, 100)
      << "10 of 24 s have passed since it was first sent";
}

TEST_F(LeaseFaultTest, WhatWasStoredTooLateIsNotBelievedIn) {
  server.faults = {{1, LockFault::delay}};
  for (int at = 2; at < 60; ++at) server.faults[at] = LockFault::lose_request;
  simulation.at(42s, [this] { server.faults.clear(); });
  ASSERT_EQ(acquire(a, 200s), "");
  EXPECT_EQ(a.lease->token().text(), "1.3") << "2 was its ghost";
  EXPECT_GT(simulation.now(), 70s);
}

TEST_F(LeaseFaultTest, ADuplicateAloneProvesNothing) {
  LockWriter writer(a.stream, a.clock, a.clock, a.random);
  auto draft = writer.draft({.state = LockState::held, .prev = "bootstrap/1", .lease = 30s}, 1);
  server.faults = {{0, LockFault::lose_answer}, {1, LockFault::lose_request}};
  EXPECT_EQ(writer.send(draft, a.within(5s))->verdict, Verdict::unknown);
  put_foreign(LockMessage{.nonce = "eve/1", .prev = draft.nonce}.encode());
  const auto settled = writer.send(draft, a.within(5s));
  ASSERT_TRUE(settled);
  EXPECT_EQ(settled->verdict, Verdict::not_mine);
}

TEST_F(LeaseFaultTest, ARefusalThatTellsNothingNewIsFollowedByAPause) {
  server.refusals = 3;
  ASSERT_EQ(acquire(a, 10s), "");
  EXPECT_EQ(server.appends, 4);
  EXPECT_GT(simulation.now(), 3s);
}

TEST_F(LeaseFaultTest, ARefusalThatTellsMoreIsNot) {
  Player& c = player("c");
  ASSERT_TRUE(c.contender.follow(c.within(10ms)));
  c.stream.is_deaf = true;
  ASSERT_EQ(acquire(a, 5s), "");
  ASSERT_TRUE(a.lease->release(a.within(5s)));
  const auto before = simulation.now();
  EXPECT_EQ(acquire(c, 10s), "");
  EXPECT_LT(simulation.now() - before, 1s);
}

TEST_F(LeaseFaultTest, WhoCannotFollowReads) {
  a.stream.is_deaf = b.stream.is_deaf = true;
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_TRUE(a.lease->keep(a.within(35s)));
  EXPECT_TRUE(a.lease->held());
  EXPECT_EQ(acquire(b, 35s), "");
}

TEST_F(LeaseFaultTest, ASuspendedMachineHasLostItsLock) {
  ASSERT_EQ(acquire(a, 5s), "");
  a.clock.suspended += 25s;
  pass(25s);
  EXPECT_FALSE(a.lease->held());
  EXPECT_EQ(a.lease->renew(a.within(1s)).error().error, LeaseError::lost);
}

TEST_F(LeaseFaultTest, EitherClockEndsTheTrust) {
  ASSERT_EQ(acquire(a, 5s), "");
  a.clock.real_shift = -3600s;
  EXPECT_TRUE(a.lease->held());
  pass(25s);
  EXPECT_FALSE(a.lease->held());
  ASSERT_EQ(acquire(b, 40s), "");
  b.clock.real_shift = 24s;
  EXPECT_FALSE(b.lease->held());
}

TEST_F(LeaseFaultTest, WhatAnotherDomainStoredIsRefused) {
  server.domain = "leaf";
  EXPECT_THAT(acquire(a, 5s), HasSubstr("JetStream domain \"leaf\" stored what was meant for \"\""));
}

TEST_F(LeaseFaultTest, AMessageThatIsNotOursIsNamed) {
  put_foreign("hello");
  EXPECT_THAT(acquire(a, 5s),
              HasSubstr("message 2 of the lock's stream is not a message of the lock: no JSON object"));
  EXPECT_EQ(server.log.size(), 2U);
}

TEST_F(LeaseFaultTest, AMessageThatIsNotOursEndsALease) {
  ASSERT_EQ(acquire(a, 5s), "");
  put_foreign("hello");
  EXPECT_THAT(a.lease->keep(a.within(30s)).error().message, HasSubstr("not a message of the lock"));
}

TEST_F(LeaseFaultTest, AnEmptyLogIsSaid) {
  server.make_anew();
  EXPECT_EQ(acquire(a, 5s), "the lock's log did not answer: it is empty");
}

TEST_F(LeaseFaultTest, ALogThatWentBackMakesAContenderWaitEvenIfItSaysFree) {
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_THAT(acquire(b, 1s), HasSubstr("has it"));
  pass(5s);
  server.put_back(1);
  ASSERT_EQ(server.last().state, LockState::free);
  EXPECT_THAT(acquire(b, 28s), HasSubstr("its log went back"));
  may_tokens_fall = true;
  EXPECT_EQ(acquire(b, 8s), "");
}

TEST_F(LeaseFaultTest, AStreamMadeAnewIsALogThatWentBack) {
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_THAT(acquire(b, 1s), HasSubstr("has it"));
  b.stream.is_deaf = true;  // It sees the last message alone, which is above what it saw.
  server.make_anew();
  for (const std::string nonce : {"new/1", "new/2", "new/3", "new/4", "new/5"}) {
    const LockMessage free{.nonce = nonce};
    static_cast<void>(
        server.store({.expected_last = server.log.size(), .id = nonce, .bytes = free.encode()}));
  }
  EXPECT_THAT(acquire(b, 23s), HasSubstr("its log went back"));
}

TEST_F(LeaseFaultTest, APrevThatDoesNotFitIsALogThatWentBack) {
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_THAT(acquire(b, 1s), HasSubstr("has it"));
  put_foreign(LockMessage{.nonce = "eve/1", .prev = "bootstrap/1"}.encode());
  EXPECT_THAT(acquire(b, 23s), HasSubstr("its log went back"));
}

TEST_F(LeaseFaultTest, AHolderWhoseLogWentBackStopsAtItsRenewal) {
  ASSERT_EQ(acquire(a, 5s), "");
  ASSERT_TRUE(a.lease->renew(a.within(1s)));
  server.put_back(1);
  EXPECT_EQ(a.lease->renew(a.within(1s)).error().error, LeaseError::lost);
  EXPECT_FALSE(a.lease->held());
}

TEST_F(LeaseFaultTest, ALateReleaseIsNotStoredInALogThatWentBack) {
  ASSERT_EQ(acquire(a, 5s), "");
  ASSERT_TRUE(a.lease->renew(a.within(1s)));
  server.faults = {{server.requests, LockFault::delay}};
  ASSERT_FALSE(a.lease->release(a.within(500ms)));
  server.put_back(1);
  ASSERT_EQ(acquire(b, 33s), "");
  const std::string taken = server.log.back().bytes;
  ASSERT_EQ(server.log.size(), 3U) << "what the release was to follow had this sequence too";
  pass(10s);
  ASSERT_GT(simulation.now(), server.fault_span + 500ms) << "the release has come";
  EXPECT_EQ(server.log.back().bytes, taken);
}

TEST_F(LeaseFaultTest, AServerThatForgotTheLastIdIsGivenTheSequenceAloneOnceTheLogWasRead) {
  server.is_last_id_forgotten = true;
  ASSERT_EQ(acquire(a, 5s), "");
  EXPECT_EQ(server.appends, 2);
  server.is_last_id_forgotten = true;
  EXPECT_TRUE(a.lease->release(a.within(5s)));
}

TEST_F(LeaseFaultTest, AnIdThatTheServerForgotIsNotTakenOnTrustWhereTheLogWentBack) {
  ASSERT_EQ(acquire(a, 5s), "");
  ASSERT_TRUE(a.lease->renew(a.within(1s)));
  a.stream.is_deaf = true;
  server.put_back(1);
  put_foreign(LockMessage{.nonce = "eve/1", .prev = "a/1"}.encode());
  server.is_last_id_forgotten = true;
  EXPECT_EQ(a.lease->renew(a.within(1s)).error().error, LeaseError::lost);
  EXPECT_EQ(server.log.size(), 3U) << "its third is not the one that the renewal was to follow";
}

TEST_F(LeaseFaultTest, AReleaseFollowsARenewalThatWasStoredUnseen) {
  ASSERT_EQ(acquire(a, 5s), "");
  a.stream.is_deaf = true;
  server.faults = {{server.requests, LockFault::lose_answer}, {server.requests + 1, LockFault::lose_request}};
  ASSERT_FALSE(a.lease->renew(a.within(5s)));
  ASSERT_TRUE(a.lease->release(a.within(5s)));
  EXPECT_EQ(server.last().state, LockState::free);
}

}  // namespace
}  // namespace ghboot::nats
