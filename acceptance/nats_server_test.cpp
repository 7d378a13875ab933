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

}  // namespace
}  // namespace ghboot::acceptance
