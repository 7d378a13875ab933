// SPDX-License-Identifier: Apache-2.0
// What only a server of the test's own can bring about. One of 256 signatures begins with a zero byte, and
// libnats 3.4 sends none of these: real servers refused one connection of 256, whoever connected.
#include "nats/connection.h"

#include <atomic>
#include <string>

#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "acceptance/tcp_server.h"
#include "nats/new_operator.h"

namespace ghboot::acceptance {
namespace {

// The first of 0, 1, 2, … whose signature begins with a zero byte, or does not.
std::string nonce_with(const nats::KeyPair& key, bool zero) {
  for (int number = 0;; ++number) {
    std::string nonce = std::to_string(number);
    if ((key.sign(nonce).front() == '\0') == zero) {
      return nonce;
    }
  }
}

// Speaks NATS to one client: "INFO" with this nonce, and PONG to each PING, or an error when there is no
// signature.
void speak(TcpServer::Socket& client, const std::string& nonce) {
  boost::system::error_code failed;
  const auto say = [&](const std::string& text) {
    boost::asio::write(client, boost::asio::buffer(text), failed);
  };
  say(fmt::format(
      R"(INFO {{"server_id":"N","version":"2.9.10","proto":1,"headers":true,"max_payload":1048576,)"
      "\"auth_required\":true,\"nonce\":\"{}\"}}\r\n",
      nonce));
  std::string text;
  while (!failed) {
    const std::size_t size =
        boost::asio::read_until(client, boost::asio::dynamic_buffer(text), "\r\n", failed);
    const std::string line = text.substr(0, size);
    text.erase(0, size);
    if (line.starts_with("CONNECT") && !line.contains("\"sig\":")) {
      return say("-ERR 'Authorization Violation'\r\n");
    }
    if (line.starts_with("PING")) {
      say("PONG\r\n");
    }
  }
}

TEST(Connection, WithASignatureThatLibnatsDoesNotSendAsksForAnotherNonce) {
  const auto op = nats::make_operator({.name = "o"}, nats::system_clock(), nats::system_random());
  const std::string bad = nonce_with(op.system_creds.key, true),
                    good = nonce_with(op.system_creds.key, false);
  std::atomic<int> connections = 0;
  TcpServer server([&](TcpServer::Socket& client) { speak(client, ++connections <= 2 ? bad : good); });
  nats::ConnectOptions options;
  options.servers = {fmt::format("nats://127.0.0.1:{}", server.port())};
  options.creds = op.system_creds;
  auto connected = nats::Connection::open(options, nats::system_clock(),
                                          {nats::system_clock().now() + std::chrono::seconds(30)});
  EXPECT_TRUE(connected) << connected.error().message;
  EXPECT_EQ(connections, 3);
}

}  // namespace
}  // namespace ghboot::acceptance
