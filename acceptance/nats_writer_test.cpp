// SPDX-License-Identifier: Apache-2.0
// Several writers of one account, on real servers: each one's effect stands in the end, or it is told why
// not. Where the order matters, a proxy holds one of them at the moment in question.
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acceptance/nats_manager.h"
#include "acceptance/nats_proxy.h"
#include "acceptance/nats_server.h"
#include "nats/test_keys.h"

namespace ghboot::acceptance {
namespace {

using nats::ErrorKind;
using testing::HasSubstr;

template <class F>
auto in_background(F work) {
  return std::async(std::launch::async, std::move(work));
}

nats::Operation revoke(std::string user) {
  return [user = std::move(user)](nats::AccountClaims& claims) -> nats::Result<void> {
    claims.revoke(user, 1700000000);
    return {};
  };
}

std::string user_key(unsigned char number) {
  return nats::test_key(nats::KeyKind::user, number).public_key();
}

TEST(NatsWriter, WritesWhatIsAbsentOnceAndWhatIsEqualNever) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  const auto account = new_account();
  const auto made = manager.writer.create(account, describe(""), within());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->written);
  EXPECT_TRUE(made->state.in_sync);
  EXPECT_THAT(made->state.warnings, testing::IsEmpty());
  EXPECT_EQ(server.stored()[account.subject()], made->state.jwt);

  const auto again = manager.writer.create(account, describe(""), within());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_FALSE(again->written);
  EXPECT_EQ(again->state.jwt, made->state.jwt);
  EXPECT_EQ(proxy.pushes(), 1U);
}

TEST(NatsWriter, OfAnAbsentAccountUpdatesNothing) {
  NatsServer server;
  NatsManager manager(server);
  const auto updated = manager.writer.update(new_account().subject(), describe("x"), within());
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().kind, ErrorKind::missing) << updated.error().message;
  EXPECT_THAT(server.stored(), testing::IsEmpty());
}

TEST(NatsWriter, IssuesEachChangeLaterThanTheOneBefore) {  // Or a server that was away keeps the older.
  NatsServer server;
  NatsManager manager(server);
  const auto account = new_account();
  std::int64_t last = manager.writer.create(account, describe(""), within())->state.newest_issued_at;
  for (int number = 0; number < 3; ++number) {  // Within one second.
    const auto changed = manager.writer.update(account.subject(), describe(std::to_string(number)), within());
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_GT(changed->state.newest_issued_at, last);
    last = changed->state.newest_issued_at;
  }
}

TEST(NatsWriter, ManyOperationsThatWaitTakeFewPushes) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  const auto account = new_account();
  server.push(account);
  proxy.hold(Moment::before_sending, is_push);
  std::vector<std::future<nats::Result<nats::Change>>> changes;
  for (unsigned char number = 1; number <= 20; ++number) {
    changes.push_back(in_background([&, number] {
      return manager.writer.update(account.subject(), revoke(user_key(number)), within());
    }));
  }
  ASSERT_TRUE(proxy.wait_until_held());
  proxy.release();
  for (auto& change : changes) {
    const auto changed = change.get();
    EXPECT_TRUE(changed) << changed.error().message;
  }
  EXPECT_EQ(server.account(account.subject())->revocations().size(), 20U);
  EXPECT_LT(proxy.pushes(), 20U);
}

TEST(NatsWriter, TwoWritersOfOneAccountBothStand) {
  NatsServer server;
  NatsManager first(server), second(server);
  const auto account = new_account();
  server.push(account);
  constexpr unsigned char rounds = 15;
  const auto write = [&](NatsManager& manager, unsigned char from) {
    std::vector<std::string> errors;
    for (unsigned char number = from; number < from + rounds; ++number) {
      const auto changed = manager.writer.update(account.subject(), revoke(user_key(number)), within());
      if (!changed) {
        errors.push_back(changed.error().message);
      }
    }
    return errors;
  };
  auto other = in_background([&] { return write(second, 100); });
  EXPECT_THAT(write(first, 1), testing::IsEmpty());
  EXPECT_THAT(other.get(), testing::IsEmpty());
  EXPECT_EQ(server.account(account.subject())->revocations().size(), 2U * rounds);
}

TEST(NatsWriter, BuildsOnWhatAnotherPushedSinceItRead) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  auto account = new_account();
  server.push(account);
  proxy.hold(Moment::before_sending, is_push);
  auto change =
      in_background([&] { return manager.writer.update(account.subject(), limit_connections(5), within()); });
  ASSERT_TRUE(proxy.wait_until_held());
  account.set_description("another tool was here");
  server.push(account);
  proxy.release();
  const auto changed = change.get();
  ASSERT_TRUE(changed) << changed.error().message;
  const auto stored = server.account(account.subject());
  EXPECT_EQ(stored->description(), "another tool was here");
  EXPECT_EQ(stored->limits().conn, 5);
}

// The other one saw its first revocation stand, and does not look again: only we know that we replaced it.
TEST(NatsWriter, PutsBackWhatItReplacedUnseenThoughTheOtherWentOn) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager ours(server, proxy.url()), other(server);
  const auto account = new_account();
  server.push(account);
  proxy.hold(Moment::before_sending, is_push);
  auto change =
      in_background([&] { return ours.writer.update(account.subject(), limit_connections(5), within()); });
  ASSERT_TRUE(proxy.wait_until_held());
  ASSERT_TRUE(other.writer.update(account.subject(), revoke(user_key(1)), within()));
  proxy.release_and_hold(Moment::before_sending, is_lookup);  // Our push replaces that revocation.
  ASSERT_TRUE(proxy.wait_until_held());
  EXPECT_THAT(server.account(account.subject())->revocations(), testing::IsEmpty());
  ASSERT_TRUE(other.writer.update(account.subject(), revoke(user_key(2)), within()));
  proxy.release();
  const auto changed = change.get();
  ASSERT_TRUE(changed) << changed.error().message;
  const auto stored = server.account(account.subject());
  EXPECT_EQ(stored->revocations().size(), 2U);
  EXPECT_EQ(stored->limits().conn, 5);
}

TEST(NatsWriter, PutsItsChangeBackOnTopOfAPushThatCameAfterIt) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  auto account = new_account();
  server.push(account);
  proxy.hold(Moment::before_answer, is_push);
  auto change =
      in_background([&] { return manager.writer.update(account.subject(), limit_connections(5), within()); });
  ASSERT_TRUE(proxy.wait_until_held());
  account.set_description("another tool was here");  // Without having read what stood there.
  server.push(account);
  proxy.release();
  const auto changed = change.get();
  ASSERT_TRUE(changed) << changed.error().message;
  const auto stored = server.account(account.subject());
  EXPECT_EQ(stored->description(), "another tool was here");
  EXPECT_EQ(stored->limits().conn, 5);
}

TEST(NatsWriter, DoesNotSignWhatAStrangerPushed) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  auto account = new_account();
  server.push(account);
  proxy.hold(Moment::before_sending, is_push);
  auto change =
      in_background([&] { return manager.writer.update(account.subject(), limit_connections(5), within()); });
  ASSERT_TRUE(proxy.wait_until_held());
  account.set_description("a stranger was here");
  server.push_text(account.encode(nats::test_key(nats::KeyKind::operator_key), 1700000000));
  proxy.release();
  const auto changed = change.get();
  ASSERT_TRUE(changed) << changed.error().message;
  const auto stored = server.account(account.subject());
  EXPECT_EQ(stored->description(), "");
  EXPECT_EQ(stored->issuer(), server.issuer().signing_key.public_key());
}

TEST(NatsWriter, SaysThatAnotherDeletedTheAccountMeanwhile) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  const auto account = new_account();
  server.push(account);
  proxy.hold(Moment::before_sending, is_push);
  auto change =
      in_background([&] { return manager.writer.update(account.subject(), limit_connections(5), within()); });
  ASSERT_TRUE(proxy.wait_until_held());
  server.erase(account.subject());
  proxy.release();
  const auto changed = change.get();
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::conflict) << changed.error().message;
  EXPECT_THAT(changed.error().message, HasSubstr("delete"));
}

TEST(NatsWriter, GivesUpOnOneThatNeverStops) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  const auto account = new_account();
  server.push(account);
  std::jthread other([&, theirs = account](const std::stop_token& stop) mutable {
    for (int number = 0; !stop.stop_requested(); ++number) {
      theirs.set_description(std::to_string(number));
      server.push(theirs);
    }
  });
  const auto changed = manager.writer.update(account.subject(), limit_connections(5), within());
  other.request_stop();
  other.join();
  if (!changed) {  // It may slip in between two pushes.
    EXPECT_EQ(changed.error().kind, ErrorKind::conflict) << changed.error().message;
    EXPECT_THAT(changed.error().message, HasSubstr("other writers"));
  }
  EXPECT_LE(proxy.pushes(), 30U);
}

}  // namespace
}  // namespace ghboot::acceptance
