// SPDX-License-Identifier: Apache-2.0
// What tests rest on when they look into a server's folder while it works.
#include "acceptance/nats_server.h"

#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "acceptance/nats_manager.h"

namespace ghboot::acceptance {
namespace {

TEST(NatsServer, ShowsAnAccountThatIsBeingWrittenOnceItIsWhole) {
  NatsServer server;
  const auto account = new_account();
  server.push(account);
  const std::string text = server.stored()[account.subject()];
  server.overwrite(account.subject(), text.substr(0, text.size() / 3));
  std::jthread other([&] {
    nats::system_clock().sleep(std::chrono::milliseconds(50), within());
    server.overwrite(account.subject(), text);
  });
  EXPECT_EQ(server.account(account.subject()).value().subject(), account.subject());
}

TEST(NatsServer, OneThatIsCutOffHearsNothingOfTheOthersUntilAllIsMended) {
  NatsOptions options;
  options.servers = 3;
  options.has_relays = true;
  NatsServer servers(options);
  const auto open = [&](std::size_t index) {
    nats::ConnectOptions connect;
    connect.servers = {servers.url(index)};
    connect.creds = servers.issuer().system_creds;
    auto connection = nats::Connection::open(connect, nats::system_clock(), within());
    EXPECT_TRUE(connection.has_value()) << error_of(connection);
    return *connection;
  };
  const auto first = open(0), second = open(1), third = open(2);
  auto heard = first->subscribe({"news"});
  auto heard_elsewhere = third->subscribe({"news"});
  ASSERT_TRUE(heard && heard_elsewhere);
  // Until the servers have told each other who listens.
  for (auto* who : {&*heard, &*heard_elsewhere}) {
    bool is_there = false;
    while (!is_there) {
      ASSERT_TRUE(second->publish("news", "early"));
      is_there = who->next(within(std::chrono::milliseconds(100))).value().has_value();
    }
  }
  const auto hears_late = [](nats::Subscription& who, const nats::Wait& wait) {
    for (;;) {
      const auto message = who.next(wait).value();
      if (!message || message->body == "late") return message.has_value();
    }
  };
  servers.cut_off(0);
  ASSERT_TRUE(second->publish("news", "late"));
  EXPECT_TRUE(hears_late(*heard_elsewhere, within()));
  EXPECT_FALSE(hears_late(*heard, within(std::chrono::milliseconds(500))));
  servers.mend();
  EXPECT_TRUE(hears_late(*heard, within()));
}

}  // namespace
}  // namespace ghboot::acceptance
