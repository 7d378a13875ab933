// SPDX-License-Identifier: Apache-2.0
// Through real sockets: the delivery client against the server.
#include "standin/server.h"

#include <condition_variable>
#include <mutex>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>

#include "standin/deliverer.h"
#include "standin/delivery_client.h"

namespace ghboot::standin {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<Server> serve(Server::Answer answer) {
  auto server = Server::listen(0, std::move(answer));
  EXPECT_TRUE(server) << server.error();
  return *std::move(server);
}

Outcome post(const std::string& url, std::chrono::milliseconds longest = std::chrono::seconds(10)) {
  const auto outcome =
      deliver({.id = 1, .url = url, .headers = {{"X-GitHub-Event", "ping"}}, .body = "{}"}, longest, {});
  return outcome.value_or(Outcome{});
}

TEST(ServerTest, AnswersWhatItIsAsked) {
  const auto server = serve([](const Request& request) {
    return Response{.status = 202,
                    .headers = {{"X-Seen", request.origin}},
                    .body = request.method + request.target + std::string(request.header("x-github-event"))};
  });
  const Outcome outcome = post(server->address() + "/in?a=b");
  EXPECT_EQ(outcome.status, "OK");
  EXPECT_EQ(outcome.status_code, 202);
  EXPECT_EQ(outcome.body, "POST/in?a=bping");
  EXPECT_THAT(outcome.headers,
              ::testing::Contains(std::pair<std::string, std::string>("X-Seen", server->address())));
}

TEST(ServerTest, ACutConnectionIsNoAnswer) {
  const auto server = serve([](const Request&) { return Response{.cut = Cut::silent}; });
  EXPECT_THAT(post(server->address()).status, HasSubstr("failed to connect to host"));
}

TEST(ServerTest, AShortAnswerIsFoundOut) {
  const auto server =
      serve([](const Request&) { return Response{.body = "0123456789", .cut = Cut::short_}; });
  EXPECT_EQ(post(server->address()).status_code, 0);
}

TEST(ServerTest, AReceiverThatSaysNothingIsLeftInTime) {
  std::mutex mutex;
  std::condition_variable woken;
  bool ends = false;
  const auto server = serve([&](const Request&) {
    std::unique_lock lock(mutex);
    woken.wait(lock, [&] { return ends; });
    return Response{};
  });
  EXPECT_EQ(post(server->address(), std::chrono::milliseconds(50)).status, "timed out");
  const std::lock_guard lock(mutex);
  ends = true;
  woken.notify_all();
}

TEST(ServerTest, ServesOnAfterAsManyConnectionsAsItTakesSideBySideHaveEnded) {
  const auto server = serve([](const Request&) { return Response{.status = 204}; });
  boost::asio::io_context context;
  {
    std::vector<boost::asio::ip::tcp::socket> sockets;
    for (int i = 0; i < Server::connections_max; ++i) {
      sockets.emplace_back(context).connect({boost::asio::ip::address_v4::loopback(), server->port()});
    }
    EXPECT_EQ(post(server->address(), std::chrono::milliseconds(100)).status,
              "timed out");  // There is no room.
  }
  EXPECT_EQ(post(server->address()).status, "OK");
}

TEST(ServerTest, NobodyListening) {
  std::string address;
  {
    const auto server = serve([](const Request&) { return Response{}; });
    address = server->address();
  }
  EXPECT_THAT(post(address).status, HasSubstr("failed to connect to host"));
}

TEST(ServerTest, StopsWhileConnectionsAreOpen) {
  const auto server = serve([](const Request&) { return Response{}; });
  Deliverer deliverer([](Id, const Outcome&) {});
  for (int i = 0; i < 20; ++i) deliverer.send({.id = i, .url = server->address()});
  server->stop();
}

TEST(ServerTest, ADeliveryIsReported) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Id> reported;
  const auto server = serve([](const Request&) { return Response{.status = 204}; });
  Deliverer deliverer([&](Id id, const Outcome& outcome) {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(outcome.status, "OK");
    reported.push_back(id);
    changed.notify_all();
  });
  for (Id id = 1; id <= 8; ++id) deliverer.send({.id = id, .url = server->address()});
  std::unique_lock lock(mutex);
  changed.wait_for(lock, std::chrono::seconds(10), [&] { return reported.size() == 8; });
  EXPECT_THAT(reported, ::testing::UnorderedElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

}  // namespace
}  // namespace ghboot::standin
