// SPDX-License-Identifier: Apache-2.0
// The lock on a real nats-server: what its answers are taken for, and contenders side by side.
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acceptance/lock_place.h"
#include "acceptance/nats_manager.h"
#include "nats/jetstream_lock_stream.h"
#include "nats/lease.h"
#include "nats/lock_hand.h"

namespace ghboot::acceptance {
namespace {

using nats::Fate, nats::LeaseError;
using std::chrono::milliseconds, std::chrono::seconds;
using testing::HasSubstr;

// The lease is short, so that a dead holder's is over soon.
struct Contender {
  Contender(const LockPlace& place, std::string name, milliseconds lease = seconds(6))
      : connector(place.options, nats::system_clock()),
        stream(place.names, connector, nats::system_clock()),
        parts{.stream = stream,
              .clock = nats::system_clock(),
              .lock_clock = nats::system_lock_clock(),
              .random = nats::system_random(),
              .files = nats::system_files()},
        writer(stream, parts.clock, parts.lock_clock, parts.random),
        contender({.holder = std::move(name), .lease = lease, .is_short_lease_allowed = true}, {}, parts) {}

  nats::Connector connector;
  nats::JetStreamLockStream stream;
  nats::LockParts parts;
  nats::LockWriter writer;
  nats::LockContender contender;
};

class LockStream : public testing::Test {
 protected:
  static nats::Lease acquire(Contender& by) {
    auto lease = by.contender.acquire(within());
    if (!lease) throw std::runtime_error(lease.error().message);
    return *std::move(lease);
  }

  LockPlace place_;
  Contender first_{place_, "first"}, second_{place_, "second"};
};

TEST_F(LockStream, OneCopyOfAnAppendIsStoredAndNoneThatExpectsWhatIsPast) {
  auto& stream = first_.stream;
  EXPECT_FALSE(begin_lock(first_.writer, 1, within()).value()) << "the header says 0";
  const auto stored = stream.append({.expected_last = 1, .id = "x/1", .bytes = "{}"}, within());
  EXPECT_EQ(stored.fate, Fate::stored) << stored.text;
  EXPECT_EQ(stored.sequence, 2U);
  EXPECT_FALSE(stored.duplicate);
  const auto again = stream.append({.expected_last = 1, .id = "x/1", .bytes = "{}"}, within());
  // 2.9 looks at the id first, 2.15 at the expected sequence: either answer leads to reading the log.
  EXPECT_TRUE(again.fate == Fate::not_stored || again.duplicate) << again.text;
  const auto late = stream.append({.expected_last = 1, .id = "y/1", .bytes = "{}"}, within());
  EXPECT_EQ(late.fate, Fate::not_stored) << late.text;
  const auto elsewhere =
      stream.append({.expected_last = 2, .expected_last_id = "x/0", .id = "z/1", .bytes = "{}"}, within());
  EXPECT_EQ(elsewhere.fate, Fate::not_stored) << elsewhere.text;
  EXPECT_THAT(elsewhere.text, HasSubstr("x/1"));
  const auto last = stream.last(within());
  ASSERT_TRUE(last && *last);
  EXPECT_EQ((*last)->sequence, 2U);
  EXPECT_EQ((*last)->bytes, "{}");
  EXPECT_THAT((*last)->created, HasSubstr("T"));
}

TEST_F(LockStream, WhatIsStoredIsFollowedAndWhatIsAnnouncedIsHeard) {
  auto& stream = first_.stream;
  const auto seen = stream.news(within());
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(std::get<nats::LockEntry>(*seen).sequence, 1U);
  EXPECT_EQ(std::get<nats::LockEntry>(*seen).created, (*stream.last(within()))->created);
  ASSERT_EQ(second_.stream.append({.expected_last = 1, .id = "x/1", .bytes = "new"}, within()).fate,
            Fate::stored);
  EXPECT_EQ(std::get<nats::LockEntry>(*stream.news(within())).bytes, "new");
  second_.stream.announce("here");
  EXPECT_EQ(std::get<nats::Announced>(*stream.news(within())).bytes, "here");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*stream.news(within(milliseconds(0)))));
}

TEST_F(LockStream, AStreamThatIsNotThereIsNamed) {
  const auto gone = place_.ask("STREAM.DELETE." + place_.names.stream, "");
  ASSERT_THAT(gone, HasSubstr("success"));
  const auto acquired = first_.contender.acquire(within(seconds(2)));
  ASSERT_FALSE(acquired);
  EXPECT_EQ(acquired.error().error, LeaseError::unknown);
  EXPECT_THAT(acquired.error().message, HasSubstr("GITHUB_LOCK_acme: stream not found (10059)"));
}

TEST_F(LockStream, TwoTakeTurnsAndTheirTokensRise) {
  nats::LockToken highest;
  for (int turn = 0; turn < 6; ++turn) {
    auto lease = acquire(turn % 2 ? second_ : first_);
    EXPECT_GT(lease.token(), highest);
    highest = lease.token();
    EXPECT_TRUE(lease.renew(within()));
    EXPECT_TRUE(lease.release(within()));
  }
}

TEST_F(LockStream, WhoWaitsGetsInAsSoonAsTheHolderIsDone) {
  std::optional<nats::Lease> held(acquire(first_));
  std::chrono::steady_clock::time_point freed, taken;
  std::jthread waiter([&] {
    auto lease = second_.contender.acquire(within());
    taken = std::chrono::steady_clock::now();
    EXPECT_TRUE(lease) << lease.error().message;
  });
  EXPECT_TRUE(held->keep(within(seconds(9)))) << "longer than its lease";
  EXPECT_TRUE(held->held());
  freed = std::chrono::steady_clock::now();
  EXPECT_TRUE(held->release(within()));
  waiter.join();
  EXPECT_GE(taken, freed);
  EXPECT_LT(taken - freed, seconds(1));
}

TEST_F(LockStream, AHolderThatIsCutOffStopsBeforeItsLockIsTaken) {
  auto lease = acquire(first_);
  ASSERT_FALSE(second_.contender.acquire(within(milliseconds(100))));
  place_.server.freeze();
  const auto kept = lease.keep(within());
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().error, LeaseError::lost);
  place_.server.thaw();
  const auto next = acquire(second_);
  EXPECT_FALSE(lease.held());
  EXPECT_GT(next.token(), lease.token());
}

TEST_F(LockStream, ARestartOfTheServerIsOutlived) {
  Contender patient(place_, "patient", seconds(15));
  auto lease = acquire(patient);
  place_.server.stop();
  place_.server.start();
  EXPECT_TRUE(lease.keep(within(seconds(7))));
  EXPECT_TRUE(lease.held());
  EXPECT_TRUE(lease.release(within()));
  EXPECT_TRUE(acquire(second_).held());
}

TEST_F(LockStream, ALockIsToBeHadThoughItsServerForgotTheLastMessagesId) {
  const auto updated = place_.ask(
      "STREAM.UPDATE." + place_.names.stream,
      fmt::format(R"({{"name":"{}","subjects":["{}"],"max_msgs_per_subject":8,"duplicate_window":{}}})",
                  place_.names.stream, place_.names.subject,
                  std::chrono::nanoseconds(milliseconds(100)).count()));
  ASSERT_THAT(updated, HasSubstr("\"duplicate_window\":100000000"));
  place_.server.stop();
  place_.server.start();  // 2.9 has forgotten it; 2.15 has not.
  EXPECT_TRUE(acquire(first_).held());
}

}  // namespace
}  // namespace ghboot::acceptance
