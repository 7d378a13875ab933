// SPDX-License-Identifier: Apache-2.0
// What a server with another configuration answers, and what the resolver makes of it.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acceptance/nats_manager.h"
#include "acceptance/nats_server.h"
#include "nats/resolver.h"
#include "nats/test_keys.h"

namespace ghboot::acceptance {
namespace {

using nats::ErrorKind;
using testing::AllOf;
using testing::HasSubstr;

TEST(NatsRefusal, AServerStoresWhatAStrangerSigned) {  // So the signer is looked at before it signs.
  NatsServer server;
  NatsManager manager(server);
  const auto stranger = nats::test_key(nats::KeyKind::operator_key);
  const auto account = new_account();
  const auto pushed = manager.resolver.push(account.encode(stranger, 1), within());
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_EQ(pushed->done.size(), 1U);

  const auto checked = manager.resolver.check_signer(stranger.public_key(), within());
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::invalid);
  EXPECT_THAT(checked.error().message,
              AllOf(HasSubstr(stranger.public_key()), HasSubstr(server.issuer().key.public_key()),
                    HasSubstr("nothing was sent")));
  EXPECT_EQ(error_of(manager.resolver.check_signer(server.issuer().signing_key.public_key(), within())),
            "no error");
  EXPECT_EQ(error_of(manager.resolver.check_signer(server.issuer().key.public_key(), within())), "no error");
}

TEST(NatsRefusal, AStrictOperatorsOwnKeyIsNotEnough) {
  NatsServer server({.strict = true});
  NatsManager manager(server);
  const nats::NewOperator& op = server.issuer();
  EXPECT_THAT(error_of(manager.resolver.check_signer(op.key.public_key(), within())),
              AllOf(HasSubstr("strict"), HasSubstr(op.signing_key.public_key())));
  const auto pushed = manager.resolver.push(new_account().encode(op.key, 1), within());
  ASSERT_TRUE(pushed) << pushed.error().message;
  ASSERT_EQ(pushed->refused.size(), 1U);
  EXPECT_THAT(pushed->refused[0].error.message, AllOf(HasSubstr("n1"), HasSubstr("signing key")));
  EXPECT_THAT(server.stored(), testing::IsEmpty());
}

TEST(NatsRefusal, ACacheThatAnswers200AndStoresNothingHasRefused) {
  NatsServer server({.resolver = nats::ResolverKind::cache});
  NatsManager manager(server);
  const auto pushed = manager.resolver.push(server.sign(new_account()), within());
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_THAT(pushed->done, testing::IsEmpty());
  ASSERT_EQ(pushed->refused.size(), 1U);
  EXPECT_THAT(pushed->refused[0].error.message,
              AllOf(HasSubstr("n1"), HasSubstr("cache"), HasSubstr("resolver type full")));
}

TEST(NatsRefusal, DeletingMustBeEnabled) {
  NatsServer server({.allow_delete = false});
  NatsManager manager(server);
  const auto account = new_account();
  server.push(account);
  const auto removed =
      manager.resolver.remove({account.subject()}, server.issuer().signing_key, 1700000000, within());
  ASSERT_TRUE(removed) << removed.error().message;
  ASSERT_EQ(removed->refused.size(), 1U);
  EXPECT_THAT(removed->refused[0].error.message, HasSubstr("allow_delete: true"));
  EXPECT_TRUE(server.account(account.subject()));
}

TEST(NatsRefusal, AFullStoreSaysSo) {
  NatsServer server({.accounts_max = 2});  // The system account is one.
  NatsManager manager(server);
  server.push(new_account());
  const auto pushed = manager.resolver.push(server.sign(new_account()), within());
  ASSERT_TRUE(pushed) << pushed.error().message;
  ASSERT_EQ(pushed->refused.size(), 1U);
  EXPECT_THAT(pushed->refused[0].error.message, AllOf(HasSubstr("full"), HasSubstr("raise limit")));
}

TEST(NatsRefusal, RepeatsWhatTheServerSaysOfTextThatIsNoJwt) {
  NatsServer server;
  NatsManager manager(server);
  const auto pushed = manager.resolver.push("garbage", within());
  ASSERT_TRUE(pushed) << pushed.error().message;
  ASSERT_EQ(pushed->refused.size(), 1U);
  EXPECT_THAT(pushed->refused[0].error.message, HasSubstr("expected 3 chunks"));
}

TEST(NatsResolver, KnowsWhetherJetStreamIsOn) {
  NatsServer with, without({.jetstream = false});
  const auto yes = NatsManager(with).resolver.jetstream_enabled(within());
  const auto no = NatsManager(without).resolver.jetstream_enabled(within());
  ASSERT_TRUE(yes) << yes.error().message;
  ASSERT_TRUE(no) << no.error().message;
  EXPECT_TRUE(*yes);
  EXPECT_FALSE(*no);
}

TEST(NatsResolver, ListsTheStreamsOfAnAccount) {
  NatsServer server;
  const auto account_key = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
  nats::AccountClaims account(account_key.public_key(), "acme");
  auto limits = account.limits();
  limits.jetstream.mem_storage = limits.jetstream.disk_storage = -1;
  limits.jetstream.streams = limits.jetstream.consumer = -1;
  account.set_limits(limits);
  server.push(account);
  const nats::Creds creds = new_user(account_key);
  const auto connection = server.connect(creds.format().reveal());
  ASSERT_TRUE(connection) << connection.error().message;
  const auto made = (*connection)
                        ->request("$JS.API.STREAM.CREATE.orders",
                                  R"({"name":"orders","subjects":["orders.>"],"storage":"file"})", within());
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE((*connection)->request("orders.1", "12345", within()));

  NatsManager manager(server);
  const auto streams = manager.resolver.streams(account_key.public_key(), within());
  ASSERT_TRUE(streams) << streams.error().message;
  ASSERT_EQ(streams->size(), 1U) << made->body;
  EXPECT_EQ((*streams)[0].name, "orders");
  EXPECT_EQ((*streams)[0].messages, 1U);
  EXPECT_GT((*streams)[0].bytes, 0U);
}

}  // namespace
}  // namespace ghboot::acceptance
