// SPDX-License-Identifier: Apache-2.0
#include "acceptance/s3_standin.h"

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::acceptance {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;
using testing::HasSubstr;

using Headers = std::vector<std::pair<std::string, std::string>>;
struct Answer {
  unsigned status = 0;
  std::string body, etag, content_range, content_length;
};

// A client that keeps one connection.
class Client {
 public:
  explicit Client(const S3Standin& s3) : host_(s3.endpoint().substr(7)) {
    socket_.connect({boost::asio::ip::address_v4::loopback(),
                     static_cast<std::uint16_t>(std::stoi(host_.substr(host_.find(':') + 1)))});
  }

  Answer ask(const std::string& method, const std::string& target, const std::string& body = "",
             const Headers& headers = {}) {
    http::request<http::string_body> request{http::string_to_verb(method), target, 11};
    request.set(http::field::host, host_);
    for (const auto& [name, value] : headers) {
      request.set(name, value);
    }
    request.body() = body;
    request.prepare_payload();
    http::write(socket_, request);
    http::response_parser<http::string_body> parser;
    parser.skip(method == "HEAD");
    http::read(socket_, buffer_, parser);
    auto response = parser.release();
    auto header = [&](http::field field) { return std::string(response[field]); };
    return {response.result_int(), response.body(), header(http::field::etag),
            header(http::field::content_range), header(http::field::content_length)};
  }

 private:
  boost::asio::io_context context_;
  tcp::socket socket_{context_};
  beast::flat_buffer buffer_;
  std::string host_;
};

TEST(S3Standin, KeepsWhatIsPutAndForgetsWhatIsDeleted) {
  S3Standin s3;
  Client client(s3);
  EXPECT_EQ(client.ask("GET", "/b/k").status, 404U);
  Answer put = client.ask("PUT", "/b/k?x-id=PutObject", "hello");
  EXPECT_EQ(put.status, 200U);
  EXPECT_EQ(put.etag, "\"5d41402abc4b2a76b9719d911017c592\"");  // MD5, from `printf hello | md5sum`.
  Answer got = client.ask("GET", "/b/k?x-id=GetObject");
  EXPECT_EQ(got.body, "hello");
  EXPECT_EQ(got.etag, put.etag);
  EXPECT_EQ(client.ask("DELETE", "/b/k").status, 204U);
  EXPECT_EQ(client.ask("GET", "/b/k").status, 404U);
  EXPECT_EQ(client.ask("DELETE", "/b/k").status, 204U);
}

TEST(S3Standin, AnswersHeadWithTheSizeAndNoBody) {
  S3Standin s3;
  Client client(s3);
  client.ask("PUT", "/b/k", "hello");
  Answer head = client.ask("HEAD", "/b/k");
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.content_length, "5");
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(client.ask("HEAD", "/b/none").status, 404U);
  EXPECT_EQ(client.ask("GET", "/b/k").body, "hello") << "the connection was left in disorder";
}

TEST(S3Standin, CutsRanges) {
  S3Standin s3;
  Client client(s3);
  client.ask("PUT", "/b/k", "0123456789");
  Answer part = client.ask("GET", "/b/k", "", {{"range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206U);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.content_range, "bytes 2-4/10");
  EXPECT_EQ(client.ask("GET", "/b/k", "", {{"range", "bytes=10-"}}).status, 416U);
}

TEST(S3Standin, TakesThePutForNewKeysOnlyOnce) {
  S3Standin s3;
  Client client(s3);
  Headers only_new{{"if-none-match", "*"}};
  EXPECT_EQ(client.ask("PUT", "/b/lock", "first", only_new).status, 200U);
  Answer second = client.ask("PUT", "/b/lock", "second", only_new);
  EXPECT_EQ(second.status, 412U);
  EXPECT_THAT(second.body, HasSubstr("<Code>PreconditionFailed</Code>"));
  EXPECT_EQ(client.ask("GET", "/b/lock").body, "first");
  client.ask("DELETE", "/b/lock");
  EXPECT_EQ(client.ask("PUT", "/b/lock", "third", only_new).status, 200U);
}

TEST(S3Standin, ReplacesUnderIfMatchOnlyWhatIsStillThere) {
  S3Standin s3;
  Client client(s3);
  std::string first = client.ask("PUT", "/b/k", "1").etag;
  std::string second = client.ask("PUT", "/b/k", "2", {{"if-match", first}}).etag;
  EXPECT_EQ(client.ask("PUT", "/b/k", "3", {{"if-match", first}}).status, 412U);
  EXPECT_EQ(client.ask("DELETE", "/b/k", "", {{"if-match", first}}).status, 412U);
  EXPECT_EQ(client.ask("GET", "/b/k").body, "2");
  EXPECT_EQ(client.ask("DELETE", "/b/k", "", {{"if-match", second}}).status, 204U);
  EXPECT_EQ(client.ask("PUT", "/b/k", "4", {{"if-match", second}}).status, 404U);
}

TEST(S3Standin, LetsExactlyOneOfManyWritersWin) {
  S3Standin s3;
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> won = 0, lost = 0;
    {
      std::vector<std::jthread> writers;
      for (int i = 0; i < 8; ++i) {
        writers.emplace_back([&, i] {
          Client client(s3);
          unsigned status =
              client.ask("PUT", "/b/r" + std::to_string(round), std::to_string(i), {{"if-none-match", "*"}})
                  .status;
          ++(status == 200 ? won : lost);
        });
      }
    }
    ASSERT_EQ(won, 1);
    ASSERT_EQ(lost, 7);
  }
}

TEST(S3Standin, ListsByPrefixInPages) {
  S3Standin s3;
  Client client(s3);
  for (const char* key : {"env%3A/a", "env%3A/b", "env%3A/c", "other"}) {
    client.ask("PUT", std::string("/b/") + key, "x");
  }
  Answer page = client.ask("GET", "/b?list-type=2&max-keys=2&prefix=env%3A%2F");
  EXPECT_THAT(page.body, HasSubstr("<Key>env:/a</Key>"));
  EXPECT_THAT(page.body, HasSubstr("<IsTruncated>true</IsTruncated>"));
  EXPECT_THAT(page.body, testing::Not(HasSubstr("env:/c")));
  page = client.ask("GET", "/b?list-type=2&max-keys=2&prefix=env%3A%2F&continuation-token=env%3A%2Fb");
  EXPECT_THAT(page.body, HasSubstr("<Key>env:/c</Key>"));
  EXPECT_THAT(page.body, HasSubstr("<IsTruncated>false</IsTruncated>"));
  EXPECT_THAT(client.ask("GET", "/empty?list-type=2").body, HasSubstr("<KeyCount>0</KeyCount>"));
}

TEST(S3Standin, SaysNotImplementedRatherThanHalfDoingIt) {
  S3Standin s3;
  Client client(s3);
  EXPECT_EQ(client.ask("PUT", "/b/k", "x", {{"if-none-match", "\"etag\""}}).status, 501U);
  EXPECT_EQ(client.ask("PUT", "/b/k", "x", {{"content-encoding", "aws-chunked"}}).status, 501U);
  EXPECT_EQ(client.ask("POST", "/b/k?uploads").status, 501U);
  EXPECT_EQ(client.ask("GET", "/b?list-type=2&delimiter=/").status, 501U);
  EXPECT_EQ(client.ask("GET", "/b/k").status, 404U);
}

TEST(S3Standin, LogsWhatWasAskedAndAnswered) {
  S3Standin s3;
  Client client(s3);
  client.ask("PUT", "/b/env%3A/w/k", "abc", {{"if-none-match", "*"}});
  client.ask("GET", "/b/none");
  auto log = s3.log();
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[0].method + " " + log[0].bucket + " " + log[0].key, "PUT b env:/w/k");
  EXPECT_EQ(log[0].condition.if_none_match, "*");
  EXPECT_EQ(log[0].body_size, 3U);
  EXPECT_EQ(log[0].status, 200U);
  EXPECT_EQ(log[1].status, 404U);
}

TEST(S3Standin, HoldsARequestBeforeItTakesEffect) {
  S3Standin s3;
  s3.hold([](const S3Request& request) { return request.method == "PUT"; });
  std::jthread writer([&] { Client(s3).ask("PUT", "/b/k", "x"); });
  ASSERT_TRUE(s3.wait_until_held());
  EXPECT_EQ(Client(s3).ask("GET", "/b/k").status, 404U);
  s3.release();
  writer.join();
  EXPECT_EQ(Client(s3).ask("GET", "/b/k").body, "x");
}

TEST(S3Standin, RefusesOnDemandWithoutEffect) {
  S3Standin s3;
  Client client(s3);
  s3.refuse([](const S3Request& request) { return request.key == "k"; }, 403);
  EXPECT_EQ(client.ask("PUT", "/b/k", "x").status, 403U);
  EXPECT_EQ(client.ask("PUT", "/b/other", "x").status, 200U);
  s3.refuse(nullptr, 0);
  EXPECT_EQ(client.ask("GET", "/b/k").status, 404U);
}

TEST(S3Standin, TakesABodyThatIsAnnouncedFirst) {
  S3Standin s3;
  boost::asio::io_context context;
  tcp::socket socket(context);
  std::string port = s3.endpoint().substr(s3.endpoint().rfind(':') + 1);
  socket.connect({boost::asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::stoi(port))});
  std::string head = "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
  boost::asio::write(socket, boost::asio::buffer(head));
  beast::flat_buffer buffer;
  http::response<http::empty_body> go_on;
  http::read(socket, buffer, go_on);
  EXPECT_EQ(go_on.result_int(), 100U);
  boost::asio::write(socket, boost::asio::buffer("hello", 5));
  http::response<http::string_body> done;
  http::read(socket, buffer, done);
  EXPECT_EQ(done.result_int(), 200U);
  EXPECT_EQ(s3.objects().get("b", "k")->body, "hello");
}

TEST(S3Standin, GoesDownWithRequestsHeldAndConnectionsOpen) {
  auto s3 = std::make_unique<S3Standin>();
  Client idle(*s3);
  s3->hold([](const S3Request&) { return true; });
  Client busy(*s3);
  std::jthread writer([&] {
    try {
      busy.ask("PUT", "/b/k", "x");
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
      // Cut off, or 503: both are a server that goes down.
    }
  });
  ASSERT_TRUE(s3->wait_until_held());
  s3.reset();
}

}  // namespace
}  // namespace ghboot::acceptance
