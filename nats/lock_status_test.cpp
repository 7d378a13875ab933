// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_status.h"

#include <gmock/gmock.h>

#include "nats/lock_play.h"

namespace ghboot::nats {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class LockStatusTest : public testing::Test, protected LockPlay {
 protected:
  ~LockStatusTest() override { EXPECT_THAT(problems, IsEmpty()); }

  LockStatus status() const { return LockStatus::of(server.log.back()).value(); }

  Player& a = player("a");
};

TEST_F(LockStatusTest, OfAFreeLockHasNoToken) {
  EXPECT_EQ(to_string(status().message.state), "free");
  EXPECT_FALSE(status().token);
  ASSERT_EQ(acquire(a, 5s), "");
  ASSERT_TRUE(a.lease->release(a.within(5s)));
  EXPECT_EQ(to_string(status().message.state), "free");
  EXPECT_FALSE(status().token) << "nor of one that was given back";
  EXPECT_FALSE(status().since);
}

// The log keeps 8 messages, so that of a lock which is held for longer than 7 renewals the one that acquired
// it is gone; who looked then was not told its token.
TEST_F(LockStatusTest, HasTheTokenAndTheTimeHoweverOftenItWasRenewed) {
  ASSERT_EQ(acquire(a, 5s), "");
  const auto since = status().since;
  EXPECT_EQ(status().token.value().text(), "1.2");
  ASSERT_TRUE(since);
  ASSERT_TRUE(a.lease->keep(a.within(100s)));
  EXPECT_GT(status().sequence, 10U);
  EXPECT_EQ(status().token.value().text(), "1.2");
  EXPECT_EQ(status().since, since);
}

TEST_F(LockStatusTest, OfAHolderThatDoesNotSaySaysNothingOfItsToken) {
  const LockMessage renewed{.state = LockState::held, .holder = "a", .nonce = "a/7", .lease = 30s};
  const auto status = LockStatus::of({.sequence = 7, .bytes = renewed.encode()}).value();
  EXPECT_FALSE(status.token);
  EXPECT_FALSE(status.since);
}

TEST_F(LockStatusTest, HasTheAgeOfTheMessageThatIsNeverBelowZero) {
  const std::string bytes = LockMessage{.nonce = "a/1"}.encode();
  const auto status =
      LockStatus::of({.sequence = 1, .bytes = bytes, .stored = "2026-11-27T16:00:00.123456789Z"}).value();
  const std::int64_t stored = status.stored.value();
  EXPECT_EQ(status.age(stored + 7), 7);
  EXPECT_EQ(status.age(stored - 7), 0);
  EXPECT_FALSE(LockStatus::of({.sequence = 1, .bytes = bytes}).value().age(stored));
}

TEST_F(LockStatusTest, OfAForeignMessageIsAnErrorWithItsSequence) {
  const auto status = LockStatus::of({.sequence = 7, .bytes = "hello"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::invalid);
  EXPECT_THAT(status.error().message, HasSubstr("message 7 of the lock's stream is not a message"));
}

TEST_F(LockStatusTest, OfALogThatWasNeverBegunSaysSo) {
  const LockNames names{.stream = "GITHUB_LOCK_acme", .subject = "", .wait_subject = ""};
  EXPECT_EQ(last_of(a.stream, names, a.within(5s)).value().sequence, 1U);
  server.log.clear();
  const auto last = last_of(a.stream, names, a.within(5s));
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().kind, ErrorKind::missing);
  EXPECT_EQ(last.error().message, "GITHUB_LOCK_acme has no message: the lock was never begun");
}

}  // namespace
}  // namespace ghboot::nats
