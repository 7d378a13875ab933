// SPDX-License-Identifier: Apache-2.0
#include "github/client.h"

#include <atomic>
#include <cstdlib>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "github/test_server.h"

namespace ghboot::github {
namespace {

using namespace std::chrono_literals;

class ClientTest : public ::testing::Test {
 protected:
  std::unique_ptr<Client> client(const TestServer& server, std::string_view below = "") {
    ClientOptions options{
        .base_url = server.url() + std::string(below), .token = nats::Secret("ghp_hunter2"), .pace = pace_};
    options.log = [this](std::string_view line) { log_ += std::string(line) + '\n'; };
    auto made = Client::make(std::move(options), clock_, random_);
    EXPECT_TRUE(made) << made.error().message;
    return *std::move(made);
  }
  Wait wait(std::chrono::milliseconds longest = 20s) { return {clock_.now() + longest}; }

  TestClock clock_;
  TestRandom random_;
  Pace pace_;
  std::string log_;
};

TEST_F(ClientTest, SendsTheHeadersThatGitHubAsksFor) {
  TestServer server([](const auto&) { return TestServer::json(201, R"({"id":9007199254740993})"); });
  const auto answer =
      client(server, "/api/v3")->send({.method = "POST", .path = "/x?a=1", .body = "{}"}, wait());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(*id_in(*answer->json, "id"), 9007199254740993);
  const auto asked = server.asked().at(0);
  EXPECT_EQ(asked.path, "/api/v3/x?a=1");
  EXPECT_EQ(asked.body, "{}");
  for (const char* header :
       {"Authorization: Bearer ghp_hunter2", "Accept: application/vnd.github+json",
        "X-GitHub-Api-Version: 2022-11-28", "User-Agent: ghboot/", "Content-Type: application/json"})
    EXPECT_TRUE(asked.head.contains(header)) << header << "\n" << asked.head;
}

TEST_F(ClientTest, AnAnswerThatIsTooLargeIsRefusedOnce) {
  TestServer server(
      [](const auto&) { return TestServer::json(200, '"' + std::string(Transport::body_max, 'x') + '"'); });
  const auto answer = client(server)->send({.path = "/x"}, wait());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::refused);
  EXPECT_TRUE(answer.error().message.contains("the answer is larger than 64 MiB")) << answer.error().message;
  EXPECT_TRUE(answer.error().message.ends_with("Nothing was changed."));
  EXPECT_EQ(server.asked().size(), 1U);
}

TEST_F(ClientTest, OneConnectionServesManyRequests) {
  TestServer server([](const auto&) { return TestServer::json(200, "{}"); });
  const auto github = client(server);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(github->send({.path = "/x"}, wait()));
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(ClientTest, ATimeOrAStopEndsATransferAtOnce) {
  std::atomic<bool> over = false;
  TestServer server([&](const auto&) {
    over.wait(false);
    return TestServer::json(200, "{}");
  });
  const auto github = client(server);
  const auto begin = std::chrono::steady_clock::now();
  const auto late = github->send({.method = "POST", .path = "/x"}, wait(200ms));
  EXPECT_EQ(late.error().kind, ErrorKind::unknown);
  EXPECT_TRUE(late.error().message.contains("its time ended. It may have happened")) << late.error().message;
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  const auto stopped = github->send({.path = "/x"}, {clock_.now() + 1h, stop.get_token()});
  EXPECT_EQ(stopped.error().kind, ErrorKind::unreachable);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  over = true;
  over.notify_all();
}

TEST_F(ClientTest, AReadIsRepeatedAWriteIsNot) {
  std::atomic<int> count = 0;
  TestServer server(
      [&](const auto&) { return ++count % 3 != 0 ? std::string() : TestServer::json(200, "{}"); });
  const auto github = client(server);
  EXPECT_TRUE(github->send({.path = "/x"}, wait()));
  EXPECT_EQ(count, 3);
  EXPECT_EQ(clock_.slept, (std::vector{750ms, 1501ms}));
  const auto write = github->send({.method = "POST", .path = "/x"}, wait());
  EXPECT_EQ(count, 4);
  EXPECT_EQ(write.error().kind, ErrorKind::unknown);
  EXPECT_TRUE(github->send({.method = "DELETE", .path = "/x", .idempotent = true}, wait()));
  EXPECT_EQ(count, 6);
}

TEST_F(ClientTest, APostIsNotSentAgainOnAKeptConnectionThatCloses) {
  std::atomic<int> count = 0;
  TestServer server([&](const auto&) { return ++count == 1 ? TestServer::json(200, "{}") : std::string(); });
  const auto github = client(server);
  EXPECT_TRUE(github->send({.path = "/x"}, wait()));
  EXPECT_EQ(github->send({.method = "POST", .path = "/x"}, wait()).error().kind, ErrorKind::unknown);
  EXPECT_EQ(count, 2);
}

TEST_F(ClientTest, WhatWasNeverSentIsRepeatedAndThenUnreachable) {
  std::string gone;
  {
    TestServer server([](const auto&) { return ""; });
    gone = server.url();
  }
  auto github = Client::make({.base_url = gone}, clock_, random_);
  const auto answer = (*github)->send({.method = "POST", .path = "/x"}, wait(60s));
  EXPECT_EQ(answer.error().kind, ErrorKind::unreachable);
  EXPECT_TRUE(answer.error().message.contains("(4 tries)")) << answer.error().message;
}

TEST_F(ClientTest, AFailureOfTheServerIsRepeatedForReadsAndOpenForWrites) {
  TestServer server([](const auto&) { return "HTTP/1.1 502 X\r\nContent-Length: 6\r\n\r\n<html>"; });
  const auto github = client(server);
  EXPECT_EQ(github->send({.path = "/x"}, wait(60s)).error().kind, ErrorKind::unreachable);
  EXPECT_EQ(server.asked().size(), 4U);
  EXPECT_EQ(github->send({.method = "PATCH", .path = "/x"}, wait()).error().kind, ErrorKind::unknown);
  EXPECT_EQ(server.asked().size(), 5U);
}

TEST_F(ClientTest, ARenameIsFollowedAndTold) {
  TestServer server([](const auto& asked) {
    if (asked.path == "/repos/a/old/hooks")
      return TestServer::json(307, "{}", "Location: /repositories/7/hooks\r\n");
    return TestServer::json(201, R"({"id":1})");
  });
  const auto answer =
      client(server)->send({.method = "POST", .path = "/repos/a/old/hooks", .body = "{}"}, wait());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->moved_to, "/repositories/7/hooks");
  EXPECT_EQ(server.asked().at(1).method, "POST");
  EXPECT_TRUE(log_.contains("/repositories/7/hooks")) << log_;
}

TEST_F(ClientTest, ARedirectToAnotherHostOrInACircleIsRefused) {
  TestServer other([](const auto&) { return TestServer::json(200, "{}"); });
  TestServer server([&](const auto& asked) {
    return TestServer::json(301, "{}",
                            "Location: " + (asked.path == "/x" ? other.url() : "") + "/circle\r\n");
  });
  const auto github = client(server);
  const auto away = github->send({.path = "/x"}, wait());
  EXPECT_EQ(away.error().kind, ErrorKind::refused);
  EXPECT_TRUE(away.error().message.contains(other.url())) << away.error().message;
  EXPECT_TRUE(other.asked().empty());
  EXPECT_EQ(github->send({.path = "/circle"}, wait()).error().kind, ErrorKind::refused);
}

TEST_F(ClientTest, ALimitThatFitsTheWaitIsWaitedForAndSaid) {
  std::atomic<int> count = 0;
  TestServer server([&](const auto&) {
    return ++count == 1 ? TestServer::json(429, "{}", "Retry-After: 7\r\n") : TestServer::json(200, "{}");
  });
  EXPECT_TRUE(client(server)->send({.path = "/x"}, wait()));
  EXPECT_EQ(clock_.slept, std::vector<std::chrono::milliseconds>{7s});
  EXPECT_TRUE(log_.contains("secondary rate limit") && log_.contains("waits 7 s, until 2027-01-15T08:00:07Z"))
      << log_;
}

TEST_F(ClientTest, ALimitBeyondTheWaitIsAnErrorForAllUntilThen) {
  TestServer server([](const auto&) {
    return TestServer::json(403, R"({"message":"API rate limit exceeded"})",
                            "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1800003599\r\n");
  });
  const auto github = client(server);
  for (int i = 0; i < 2; ++i) {
    const auto answer = github->send({.method = "POST", .path = "/x"}, wait());
    EXPECT_EQ(answer.error().kind, ErrorKind::unreachable);
    ASSERT_TRUE(answer.error().limited);
    EXPECT_EQ(answer.error().limited->until_unix, 1'800'003'600);
    EXPECT_TRUE(answer.error().message.contains("hourly rate limit is met, until 2027-01-15T09:00:00Z"))
        << answer.error().message;
  }
  EXPECT_EQ(server.asked().size(), 1U);
}

TEST_F(ClientTest, WritesAreASecondApart) {
  TestServer server([](const auto&) { return TestServer::json(200, "{}"); });
  const auto github = client(server);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(github->send({.method = "POST", .path = "/x"}, wait()));
  EXPECT_TRUE(github->send({.path = "/x"}, wait()));
  ASSERT_EQ(clock_.slept.size(), 2U);
  EXPECT_GT(clock_.slept[0], 500ms);
  EXPECT_LE(clock_.slept[0], 1s);
}

TEST_F(ClientTest, ATokenThatTheServerGivesBackIsHidden) {
  TestServer server(
      [](const auto&) { return TestServer::json(404, R"({"message":"no ghp_hunter2 here"})"); });
  const Error error = client(server)->send({.path = "/x"}, wait()).error();
  EXPECT_FALSE(error.message.contains("hunter2")) << error.message;
  EXPECT_EQ(error.github_message, "no [token] here");
}

TEST_F(ClientTest, AnEtagOfTheCallerGives304) {
  TestServer server([](const auto& asked) {
    return asked.head.contains("If-None-Match: W/\"1\"") ? std::string("HTTP/1.1 304 X\r\n\r\n")
                                                         : TestServer::json(200, "[1]", "ETag: W/\"1\"\r\n");
  });
  const auto github = client(server);
  const auto first = github->list({.path = "/x"}, wait());
  ASSERT_TRUE(first) << first.error().message;
  const auto second = github->list({.path = "/x", .etag = first->etag}, wait());
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_TRUE(second->not_modified);
}

TEST_F(ClientTest, PagesAreCollectedUntilTheLast) {
  TestServer server([&](const auto& asked) {
    if (asked.path == "/x?page=2") return TestServer::json(200, "[3]");
    return TestServer::json(200, "[1,2]",
                            "ETag: \"1\"\r\nLink: <http://" +
                                asked.head.substr(asked.head.find("Host: ") + 6,
                                                  asked.head.find("\r\n", asked.head.find("Host: ")) -
                                                      asked.head.find("Host: ") - 6) +
                                "/x?page=2>; rel=\"next\"\r\n");
  });
  const auto github = client(server);
  const auto all = github->list({.path = "/x"}, wait());
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->items->dump(), "[1,2,3]");
  EXPECT_EQ(all->etag, "");
  EXPECT_TRUE(github->list({.path = "/x"}, wait(), 2).error().message.contains("more than 2 items"));
}

TEST_F(ClientTest, PagesInACircleOrElsewhereAreRefused) {
  std::string link = "<http://evil.example/x>; rel=next";
  TestServer server([&](const auto&) { return TestServer::json(200, "[]", "Link: " + link + "\r\n"); });
  const auto github = client(server);
  EXPECT_TRUE(github->list({.path = "/x"}, wait()).error().message.contains("http://evil.example"));
  link = "</x?page=2>; rel=next";
  EXPECT_TRUE(github->list({.path = "/x"}, wait()).error().message.contains("in a circle"));
  link.clear();
  for (int i = 0; i < 1'000; ++i) link += "<u>; rel=last, ";
  EXPECT_TRUE(github->list({.path = "/x"}, wait()).error().message.contains("more than 32 links"));
}

TEST_F(ClientTest, ManyRequestsGoSideBySideButNoMoreThanAllowed) {
  pace_.side_by_side = 3;
  TestServer server([](const auto&) { return TestServer::json(200, "{}"); });
  const auto github = client(server);
  std::vector<std::jthread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 20; ++i)
    threads.emplace_back([&] { good += github->send({.path = "/x"}, wait()) ? 1 : 0; });
  threads.clear();
  EXPECT_EQ(good, 20);
  EXPECT_LE(server.connections(), 3U);
}

TEST_F(ClientTest, AProxyOfTheEnvironmentIsUsedUnlessNoProxyNamesTheHost) {
  TestServer proxy([](const auto&) { return TestServer::json(200, "{}"); });
  TestServer server([](const auto&) { return TestServer::json(200, "{}"); });
  setenv("http_proxy", proxy.url().c_str(), 1);
  EXPECT_TRUE(client(server)->send({.path = "/x"}, wait()));
  setenv("no_proxy", "127.0.0.1", 1);
  EXPECT_TRUE(client(server)->send({.path = "/y"}, wait()));
  unsetenv("http_proxy");
  unsetenv("no_proxy");
  ASSERT_EQ(proxy.asked().size(), 1U);
  EXPECT_EQ(proxy.asked()[0].path, server.url() + "/x");
  ASSERT_EQ(server.asked().size(), 1U);
  EXPECT_EQ(server.asked()[0].path, "/y");
}

TEST_F(ClientTest, InputThatCannotWorkIsRefusedBeforeItIsSent) {
  TestServer server([](const auto&) { return TestServer::json(200, "{}"); });
  const auto github = client(server);
  for (const char* path : {"", "x", "//evil", "/a b", "/a\r\nX: y"})
    EXPECT_EQ(github->send({.path = path}, wait()).error().kind, ErrorKind::invalid) << path;
  EXPECT_TRUE(server.asked().empty());
  const auto spaced =
      Client::make({.base_url = server.url(), .token = nats::Secret("a\nb")}, clock_, random_);
  EXPECT_EQ(spaced.error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace ghboot::github
