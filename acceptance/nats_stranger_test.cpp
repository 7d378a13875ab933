// SPDX-License-Identifier: Apache-2.0
// What listens where a NATS server ought to and is none, or is one no longer: each is told from the others in
// the message, and none holds us longer than we gave it.
#include <atomic>
#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acceptance/nats_manager.h"
#include "acceptance/tcp_server.h"
#include "nats/connection.h"

namespace ghboot::acceptance {
namespace {

using nats::Connection, nats::ErrorKind;
using std::chrono::milliseconds, std::chrono::seconds;
using testing::HasSubstr;

constexpr std::string_view info =
    R"(INFO {"server_id":"NSTRANGER","version":"2.9.10","proto":1,"headers":true,"max_payload":1048576})"
    "\r\n";

void say(TcpServer::Socket& client, std::string_view text) {
  boost::system::error_code ignored;
  boost::asio::write(client, boost::asio::buffer(text), ignored);
}

void wait_until_left(TcpServer::Socket& client) {
  boost::system::error_code failed;
  char buffer[256];
  while (!failed) {
    client.read_some(boost::asio::buffer(buffer), failed);
  }
}

nats::Result<std::shared_ptr<Connection>> open_at(const TcpServer& server, const nats::Wait& wait) {
  nats::ConnectOptions options;
  options.servers = {fmt::format("nats://127.0.0.1:{}", server.port())};
  return Connection::open(options, nats::system_clock(), wait);
}

// Of a server that says `greeting` and then waits for us to go.
nats::Error error_after(std::string greeting) {
  TcpServer server([greeting = std::move(greeting)](TcpServer::Socket& client) {
    say(client, greeting);
    wait_until_left(client);
  });
  const auto began = nats::system_clock().now();
  const auto connection = open_at(server, within(milliseconds(700)));
  EXPECT_LT(nats::system_clock().now() - began, seconds(10));
  if (connection) {
    ADD_FAILURE() << "connected to a server that is none";
    return {};
  }
  EXPECT_THAT(connection.error().message, HasSubstr(fmt::format("127.0.0.1:{}", server.port())));
  return connection.error();
}

TEST(NatsStranger, ThatIsAWebServerIsShownByItsFirstLine) {
  const auto error = error_after("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(error.kind, ErrorKind::unreachable);
  EXPECT_THAT(error.message, HasSubstr(R"(not a NATS server: it begins with "HTTP/1.1 400 Bad Request")"));
}

TEST(NatsStranger, ThatTalksInBytesIsShownWithoutThem) {
  const auto error = error_after(std::string("\x16\x03\x01\0\x1b[2J\r\nINFO", 14));
  EXPECT_EQ(error.kind, ErrorKind::unreachable);
  EXPECT_THAT(error.message, HasSubstr(R"(it begins with "?????[2J")"));
}

TEST(NatsStranger, ThatSaysNothingIsFrozenOrNone) {
  const auto error = error_after("");
  EXPECT_EQ(error.kind, ErrorKind::unreachable);
  EXPECT_THAT(error.message, HasSubstr("takes the connection and says nothing"));
}

TEST(NatsStranger, ThatGreetsAndStopsThereIsSaidToDoSo) {
  const auto error = error_after(std::string(info));
  EXPECT_EQ(error.kind, ErrorKind::unreachable);
  EXPECT_THAT(error.message, HasSubstr("greets as a NATS server and then does not go on"));
}

TEST(NatsStranger, WhoseGreetingIsNoJsonIsNotConnectedTo) {
  EXPECT_EQ(error_after("INFO {\"server_id\":[[[\r\n").kind, ErrorKind::unreachable);
  EXPECT_EQ(error_after("INFO \r\n").kind, ErrorKind::unreachable);
}

TEST(NatsStranger, WhoseGreetingHasNoEndIsNotReadForEver) {
  std::atomic<std::size_t> sent = 0;
  TcpServer server([&](TcpServer::Socket& client) {
    const std::string text = "INFO {" + std::string(65536, 'x');
    boost::system::error_code failed;
    while (!failed && sent < std::size_t{64} << 20) {
      sent += boost::asio::write(client, boost::asio::buffer(text), failed);
    }
    wait_until_left(client);
  });
  const auto connection = open_at(server, within(seconds(5)));
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::unreachable);
  EXPECT_LT(sent, std::size_t{32} << 20);
}

TEST(NatsStranger, ThatClosesAtOnceIsSaidToDoSo) {
  TcpServer server([](TcpServer::Socket&) {});
  const auto connection = open_at(server, within(seconds(5)));
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::unreachable);
  EXPECT_THAT(connection.error().message, HasSubstr("closes it at once"));
}

TEST(NatsStranger, ThatIsNotThereRefusesTheConnection) {
  TcpServer server([](TcpServer::Socket&) {});
  server.stop();
  const auto connection = open_at(server, within(seconds(5)));
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::unreachable);
  EXPECT_THAT(connection.error().message, HasSubstr("connection refused: nothing listens there"));
}

TEST(NatsStranger, IsLeftWhenAStopIsAskedForWhileConnecting) {
  std::stop_source stop;
  TcpServer server([&](TcpServer::Socket& client) {
    stop.request_stop();
    wait_until_left(client);
  });
  const auto began = nats::system_clock().now();
  const auto connection = open_at(server, within(seconds(120), stop.get_token()));
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::unreachable);
  EXPECT_LT(nats::system_clock().now() - began, seconds(4));
}

// Greets and answers PING as a NATS server does; what follows SUB or PUB is the test's.
TEST(NatsStranger, ThatTurnsToGarbageEndsTheConnectionAndWhoWaits) {
  TcpServer server([](TcpServer::Socket& client) {
    say(client, info);
    boost::system::error_code failed;
    std::string text;
    while (!failed) {
      const auto size = boost::asio::read_until(client, boost::asio::dynamic_buffer(text), "\r\n", failed);
      const std::string line = text.substr(0, size);
      text.erase(0, size);
      if (line.starts_with("PING")) {
        say(client, "PONG\r\n");
      }
      if (line.starts_with("PUB")) {
        say(client, "MSG a.b 1 99999999999999999999999\r\n\x01\x02\x03\r\nPONG\r\n");
      }
    }
  });
  auto connection = open_at(server, within(seconds(5)));
  ASSERT_TRUE(connection) << connection.error().message;
  const auto began = nats::system_clock().now();
  const auto answer = (*connection)->request("a.question", "", within(seconds(60)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unknown) << answer.error().message;
  EXPECT_FALSE((*connection)->alive());
  EXPECT_LT(nats::system_clock().now() - began, seconds(10));
}

}  // namespace
}  // namespace ghboot::acceptance
