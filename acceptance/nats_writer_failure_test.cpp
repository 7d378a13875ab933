// SPDX-License-Identifier: Apache-2.0
// A writer whose messages, answers or servers get lost, and claims that must not be sent: what it says is
// what is true on the server.
#include <future>
#include <string>
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
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

TEST(NatsWriter, APushThatNeverArrivesIsNotSaidToStand) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  const auto account = new_account();
  server.push(account);
  proxy.swallow(is_push);
  const auto changed = manager.writer.update(account.subject(), limit_connections(5), within());
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::unknown) << changed.error().message;
  EXPECT_THAT(changed.error().message, HasSubstr("no server has shown them"));
  EXPECT_EQ(server.account(account.subject())->limits().conn, -1);
}

TEST(NatsWriter, APushWhoseAnswerIsGarbageIsReadBack) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  const auto account = new_account();
  proxy.answer_with("garbage", is_push);
  const auto made = manager.writer.create(account, describe(""), within());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(server.stored()[account.subject()], made->state.jwt);
}

TEST(NatsWriter, APushThatIsStoredWhenTheServerGoesDownIsUnknown) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  const auto account = new_account();
  proxy.hold(Moment::before_answer, is_push);
  auto change = std::async(std::launch::async,
                           [&] { return manager.writer.create(account, describe(""), within(seconds(5))); });
  ASSERT_TRUE(proxy.wait_until_held());
  server.stop();
  proxy.release();
  const auto made = change.get();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::unknown) << made.error().message;
  server.start();
  const auto again = manager.writer.create(account, describe(""), within());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_FALSE(again->written) << "it was stored, and is found so";
}

TEST(NatsWriter, WithoutAServerHasSentNothing) {
  NatsServer server;
  NatsManager manager(server);
  server.stop();
  const auto made = manager.writer.create(new_account(), describe(""), within(seconds(5)));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::unreachable);
  EXPECT_THAT(made.error().message, AllOf(HasSubstr(server.url()), HasSubstr("connection refused")));
}

TEST(NatsWriter, WhoWaitsForAnotherInVainHasSentNothing) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  const auto account = new_account();
  server.push(account);
  proxy.hold(Moment::before_sending, is_push);
  auto leader = std::async(std::launch::async, [&] {
    return manager.writer.update(account.subject(), describe("leader"), within());
  });
  ASSERT_TRUE(proxy.wait_until_held());
  const auto waited =
      manager.writer.update(account.subject(), limit_connections(5), within(std::chrono::milliseconds(50)));
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().kind, ErrorKind::unreachable);
  EXPECT_THAT(waited.error().message, HasSubstr("nothing was sent"));
  proxy.release();
  EXPECT_TRUE(leader.get());
  EXPECT_EQ(server.account(account.subject())->description(), "leader");
  EXPECT_EQ(server.account(account.subject())->limits().conn, -1);
}

// Each is refused before anything is sent.
TEST(NatsWriter, SendsNoClaimsThatCannotBeRight) {
  NatsServer server({.max_payload = 16384});
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  auto both = new_account();
  auto limits = both.limits();
  limits.jetstream.disk_storage = 1;
  limits.tiers["R1"].disk_storage = 1;
  both.set_limits(limits);
  auto large = new_account();
  for (int number = 0; number < 1000; ++number) {
    large.revoke(nats::KeyPair::generate(nats::KeyKind::user, nats::system_random()).public_key(), 1);
  }
  auto below = new_account();
  limits = below.limits();
  limits.conn = -2;
  below.set_limits(limits);
  const auto said = [&](const nats::AccountClaims& claims) {
    const auto made = manager.writer.create(claims, describe(""), within());
    return made ? "no error" : made.error().kind == ErrorKind::invalid ? made.error().message : "other kind";
  };
  EXPECT_THAT(said(both), HasSubstr("tiered_limits; give one of the two"));
  EXPECT_THAT(said(large), AllOf(HasSubstr("too large"), HasSubstr("16384"), HasSubstr("nothing was sent")));
  EXPECT_THAT(said(below), HasSubstr("nats.limits.conn is -2"));
  EXPECT_EQ(proxy.pushes(), 0U);
}

TEST(NatsWriter, SignsNothingWithAKeyThatTheServersDoNotTrust) {
  NatsServer server;
  NatsProxy proxy(server.port());
  const auto stranger = nats::test_key(nats::KeyKind::operator_key);
  NatsManager manager(proxy.url(), server.issuer().system_creds, stranger);
  const auto account = new_account();
  server.push(account);
  const std::string stored = server.stored()[account.subject()];
  const std::string said[] = {
      error_of(manager.writer.create(new_account(), describe(""), within())),
      error_of(manager.writer.update(account.subject(), limit_connections(1), within())),
      error_of(manager.writer.remove(account.subject(), within()))};
  EXPECT_THAT(said, testing::Each(AllOf(HasSubstr(stranger.public_key()),
                                        HasSubstr(server.issuer().key.public_key()))));
  EXPECT_EQ(proxy.pushes() + proxy.deletes(), 0U);
  EXPECT_EQ(server.stored()[account.subject()], stored);
}

TEST(NatsWriter, SignsAnewWhatAStrangerSigned) {  // The server stores it, and refuses each user of it.
  NatsServer server;
  NatsManager manager(server);
  const auto account = new_account();
  server.push_text(account.encode(nats::test_key(nats::KeyKind::operator_key), 1700000000));
  const auto changed = manager.writer.update(account.subject(), describe(""), within());
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_TRUE(changed->written);
  EXPECT_EQ(server.account(account.subject())->issuer(), server.issuer().signing_key.public_key());
}

TEST(NatsWriter, RemovesWhatIsThereAndWhatIsNot) {
  NatsServer server;
  NatsProxy proxy(server.port());
  NatsManager manager(server, proxy.url());
  const auto account = new_account();
  server.push(account);
  for (int times = 0; times < 2; ++times) {
    const auto removed = manager.writer.remove(account.subject(), within());
    ASSERT_TRUE(removed) << removed.error().message;
    EXPECT_THAT(*removed, testing::IsEmpty());
    EXPECT_FALSE(server.account(account.subject()));
  }
  EXPECT_EQ(proxy.deletes(), 1U);
}

TEST(NatsWriter, WhereDeletingIsNotEnabledSaysWhatToSet) {
  NatsServer server({.allow_delete = false});
  NatsManager manager(server);
  const auto account = new_account();
  server.push(account);
  const auto removed = manager.writer.remove(account.subject(), within());
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().kind, ErrorKind::refused);
  EXPECT_THAT(removed.error().message, AllOf(HasSubstr("n1"), HasSubstr("allow_delete: true")));
  EXPECT_TRUE(server.account(account.subject()));
}

TEST(NatsWriter, OnAResolverThatKeepsNothingMakesNothing) {
  for (const auto kind : {nats::ResolverKind::memory, nats::ResolverKind::cache}) {
    NatsServer server({.resolver = kind});
    NatsManager manager(server);
    const auto made = manager.writer.create(new_account(), describe(""), within());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::refused) << made.error().message;
    EXPECT_THAT(made.error().message, HasSubstr("resolver type full"));
  }
}

}  // namespace
}  // namespace ghboot::acceptance
