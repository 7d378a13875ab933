// SPDX-License-Identifier: Apache-2.0
// Connections to a real nats-server: creds that never touch a file, what a lost connection and a stop do to
// who waits, and what is said before anything is sent.
#include <chrono>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acceptance/nats_manager.h"
#include "acceptance/nats_server.h"
#include "acceptance/tcp_server.h"

namespace ghboot::acceptance {
namespace {

using nats::Connection, nats::ConnectOptions, nats::ErrorKind;
using std::chrono::milliseconds, std::chrono::seconds;
using testing::HasSubstr, testing::Not, testing::StartsWith;

ConnectOptions options_for(const NatsServer& server) {
  ConnectOptions options;
  options.servers = {server.url()};
  options.creds = server.issuer().system_creds;
  return options;
}

nats::Result<std::shared_ptr<Connection>> open(const ConnectOptions& options) {
  return Connection::open(options, nats::system_clock(), within(seconds(30)));
}

void expect_no_secret(const std::string& message, const nats::Creds& creds) {
  EXPECT_THAT(message, Not(HasSubstr(std::string(creds.key.seed().reveal()))));
  EXPECT_THAT(message, Not(HasSubstr(std::string(creds.jwt.reveal()))));
}

TEST(NatsConnection, WithCredsFromMemoryCarriesMessages) {
  NatsServer server;
  auto connection = open(options_for(server));
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_THAT((*connection)->server_id(), StartsWith("N"));
  EXPECT_EQ((*connection)->url(), server.url());
  EXPECT_EQ((*connection)->max_payload(), std::size_t{1} << 20);
  auto heard = (*connection)->subscribe({"a.*", "b"});
  ASSERT_TRUE(heard);
  ASSERT_TRUE((*connection)->publish("a.x", "first"));
  ASSERT_TRUE((*connection)->publish("b", "second"));
  ASSERT_TRUE((*connection)->flush(within(seconds(10))));
  for (const std::string body : {"first", "second"}) {
    const auto message = heard->next(within(seconds(10)));
    ASSERT_TRUE(message && *message);
    EXPECT_EQ((*message)->body, body);
  }
}

// Found by a run of 1,000 accounts: Debian's libnats crashes where a subscription goes while a message for it
// arrives.
TEST(NatsConnection, SubscriptionsComeAndGoWhileMessagesArrive) {
  NatsServer server;
  auto connection = open(options_for(server));
  ASSERT_TRUE(connection) << connection.error().message;
  constexpr int threads = 8, subscriptions = 500;
  std::jthread publisher([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      ASSERT_TRUE((*connection)->publish("busy", "body"));
      // Or a busy machine is flooded, and who listens is told that it has missed something.
      ASSERT_TRUE((*connection)->flush(within(seconds(10))));
    }
  });
  std::vector<std::jthread> listeners;
  for (int i = 0; i < threads; ++i)
    listeners.emplace_back([&] {
      for (int round = 0; round < subscriptions; ++round) {
        auto heard = (*connection)->subscribe({"busy"});
        ASSERT_TRUE(heard);
        const auto message = heard->next(within(seconds(10)));
        ASSERT_TRUE(message) << message.error().message;
        ASSERT_TRUE(*message) << "nothing came";
        EXPECT_EQ((*message)->body, "body");
      }
    });
}

TEST(NatsConnection, WithCredsOfAnotherOperatorIsRefusedAndNamesTheUser) {
  NatsServer server;
  ConnectOptions options = options_for(server);
  const auto other =
      nats::make_operator({.name = "other"}, nats::system_clock(), nats::system_random()).system_creds;
  options.creds = other;
  const auto connection = open(options);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::refused);
  EXPECT_THAT(connection.error().message, HasSubstr(server.url() + ": authorization violation"));
  EXPECT_THAT(connection.error().message, HasSubstr(other.key.public_key()));
  expect_no_secret(connection.error().message, other);
}

TEST(NatsConnection, WithoutCredsSaysThatNoneWereGiven) {
  NatsServer server;
  ConnectOptions options = options_for(server);
  options.creds.reset();
  const auto connection = open(options);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::refused);
  EXPECT_THAT(connection.error().message, HasSubstr("it wants creds, and none were given"));
}

TEST(NatsConnection, AskedForTlsByAServerWithoutItSaysWhatToWrite) {
  NatsServer server;
  ConnectOptions options = options_for(server);
  options.servers = {"tls" + server.url().substr(4)};
  const auto connection = open(options);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::invalid) << connection.error().message;
  EXPECT_THAT(connection.error().message, HasSubstr("write nats://"));
}

TEST(NatsConnection, TriesServersInOrderAndNamesEachThatFailed) {
  NatsServer server;
  TcpServer gone([](TcpServer::Socket&) {});
  gone.stop();
  ConnectOptions options = options_for(server);
  const std::string dead = "nats://127.0.0.1:" + std::to_string(gone.port());
  options.servers = {dead, server.url()};
  EXPECT_TRUE(open(options));
  server.stop();
  const auto connection = open(options);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::unreachable);
  EXPECT_THAT(connection.error().message, HasSubstr(dead + ": connection refused"));
  EXPECT_THAT(connection.error().message, HasSubstr(server.url() + ": connection refused"));
}

TEST(NatsConnection, ARequestToNobodyWasNotSent) {
  NatsServer server;
  auto connection = open(options_for(server));
  ASSERT_TRUE(connection);
  const auto answer = (*connection)->request("nobody.here", "", within(seconds(30)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unreachable);
  EXPECT_THAT(answer.error().message, HasSubstr("nobody listens on nobody.here"));
}

TEST(NatsConnection, ABodyAboveMaxPayloadIsNotSent) {
  NatsServer server({.max_payload = 4096});
  auto connection = open(options_for(server));
  ASSERT_TRUE(connection);
  EXPECT_EQ((*connection)->max_payload(), 4096U);
  auto heard = (*connection)->subscribe({"big"});
  ASSERT_TRUE(heard);
  const auto request = (*connection)->request("big", std::string(4097, 'x'), within(seconds(30)));
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().kind, ErrorKind::invalid);
  EXPECT_THAT(request.error().message, HasSubstr("4097 bytes is too large"));
  const auto published = (*connection)->publish("big", std::string(4097, 'x'));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().kind, ErrorKind::invalid);
  ASSERT_TRUE((*connection)->publish("big", std::string(4096, 'x')));
  const auto message = heard->next(within(seconds(10)));
  ASSERT_TRUE(message && *message);
  EXPECT_EQ((*message)->body.size(), 4096U);
}

// A request that is known to have arrived and is not answered.
struct Asked {
  explicit Asked(Connection& connection, std::stop_token stop = {})
      : heard(*connection.subscribe({"question"})), thread([this, &connection, stop = std::move(stop)] {
          answer = connection.request("question", "", within(seconds(120), stop));
        }) {
    arrived = heard.next(within(seconds(10))).value_or(std::nullopt).has_value();
  }

  nats::Subscription heard;
  bool arrived = false;
  nats::Result<nats::Message> answer;
  std::jthread thread;
};

TEST(NatsConnection, ThatIsLostEndsWhoWaitsAtOnceAsUnknown) {
  NatsServer server;
  auto connection = open(options_for(server));
  ASSERT_TRUE(connection);
  Asked asked(**connection);
  ASSERT_TRUE(asked.arrived);
  server.stop();
  asked.thread.join();
  ASSERT_FALSE(asked.answer);
  EXPECT_EQ(asked.answer.error().kind, ErrorKind::unknown);
  EXPECT_THAT(asked.answer.error().message, HasSubstr("lost before question was answered"));
  const auto next = asked.heard.next(within(seconds(120)));
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, ErrorKind::unreachable);
  EXPECT_TRUE(asked.heard.lost());
  EXPECT_FALSE((*connection)->alive());
}

TEST(NatsConnection, WhenStoppedEndsEachWaitAsUnknown) {
  NatsServer server;
  auto connection = open(options_for(server));
  ASSERT_TRUE(connection);
  std::stop_source stop;
  Asked asked(**connection, stop.get_token());
  ASSERT_TRUE(asked.arrived);
  stop.request_stop();
  asked.thread.join();
  ASSERT_FALSE(asked.answer);
  EXPECT_EQ(asked.answer.error().kind, ErrorKind::unknown);
  const auto next = asked.heard.next(within(seconds(120), stop.get_token()));
  ASSERT_TRUE(next);
  EXPECT_FALSE(*next);
  EXPECT_TRUE((*connection)->alive());
}

TEST(NatsConnection, ToAFrozenServerEndsWithItsWait) {
  NatsServer server;
  auto connection = open(options_for(server));
  ASSERT_TRUE(connection);
  server.freeze();
  const auto flushed = (*connection)->flush(within(milliseconds(300)));
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().kind, ErrorKind::unknown);
  ConnectOptions options = options_for(server);
  options.try_max = milliseconds(500);
  const auto another = open(options);
  ASSERT_FALSE(another);
  EXPECT_EQ(another.error().kind, ErrorKind::unreachable);
  EXPECT_THAT(another.error().message, HasSubstr("says nothing: it is frozen"));
  server.thaw();
  EXPECT_TRUE((*connection)->flush(within(seconds(10))));
}

TEST(NatsConnector, ConnectsWhenItIsFirstAskedAndAgainAfterALoss) {
  NatsServer server;
  server.stop();
  nats::Connector connector(options_for(server), nats::system_clock());
  const auto none = connector.get(within(seconds(30)));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::unreachable);
  server.start();
  const auto first = connector.get(within(seconds(30)));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(*connector.get(within(seconds(30))), *first);
  auto heard = (*first)->subscribe({"never"});
  ASSERT_TRUE(heard);
  server.stop();
  EXPECT_FALSE(heard->next(within(seconds(30))));
  server.start();
  const auto second = connector.get(within(seconds(30)));
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_NE(*second, *first);
  EXPECT_TRUE((*second)->flush(within(seconds(10))));
}

// A server answers no request that a user has no right to: it tells the connection. Each wait was to its end.
TEST(NatsConnection, ARightThatIsMissingEndsItsRequestAtOnceAndNoOther) {
  NatsServer server;
  const auto account = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
  server.push(nats::AccountClaims(account.public_key(), "acme"));
  ConnectOptions options = options_for(server);
  options.creds = new_user(account);
  auto all = open(options);
  ASSERT_TRUE(all) << all.error().message;
  auto heard = (*all)->subscribe({"silent"});
  ASSERT_TRUE(heard && (*all)->flush(within(seconds(10))));
  options.creds = new_user(account, {.publish = {.deny = {"not.this", "nor.that"}}});
  auto some = open(options);
  ASSERT_TRUE(some) << some.error().message;
  const auto began = nats::system_clock().now();
  std::jthread other([&] {
    const auto reply = (*some)->request("silent", "", within(milliseconds(500)));
    EXPECT_THAT(reply.error().message, HasSubstr("did not answer silent in time"));
  });
  std::vector<std::jthread> denied;
  for (const std::string subject : {"not.this", "nor.that"})
    denied.emplace_back([&some, subject] {
      const auto reply = (*some)->request(subject, "", within(seconds(30)));
      ASSERT_FALSE(reply);
      EXPECT_EQ(reply.error().kind, ErrorKind::refused);
      EXPECT_EQ(reply.error().message,
                "the user has no right to publish on " + subject + ": give it that right");
    });
  denied.clear();
  EXPECT_LT(nats::system_clock().now() - began, seconds(10));
}

TEST(NatsConnection, WithoutARightToHearAnswersSaysSoAtOnceAndSendsNothingMore) {
  NatsServer server;
  const auto account = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
  server.push(nats::AccountClaims(account.public_key(), "acme"));
  ConnectOptions options = options_for(server);
  options.creds = new_user(account, {.subscribe = {.deny = {"_INBOX.>"}}});
  auto deaf = open(options);
  ASSERT_TRUE(deaf) << deaf.error().message;
  const auto began = nats::system_clock().now();
  const auto first = (*deaf)->request("a", "", within(seconds(30)));  // The server may say so after it.
  ASSERT_FALSE(first);
  EXPECT_THAT(first.error().message, HasSubstr("the user needs the right to subscribe to _INBOX.>"));
  const auto second = (*deaf)->request("a", "", within(seconds(30)));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::refused);
  EXPECT_THAT(second.error().message, HasSubstr("nothing was sent"));
  EXPECT_LT(nats::system_clock().now() - began, seconds(10));
}

}  // namespace
}  // namespace ghboot::acceptance
