// SPDX-License-Identifier: Apache-2.0
#include "helper/server_greeting.h"

#include <gtest/gtest.h>

#include "helper/port.h"
#include "helper/test_listener.h"

namespace ghboot::helper {
namespace {

constexpr std::chrono::milliseconds briefly{50};

TEST(ServerGreeting, IsReadFromTheInfoLine) {
  const auto greeting = parse_greeting(R"(INFO {"server_name":"s","version":"2.9.10","jetstream":true})");
  ASSERT_TRUE(greeting) << greeting.error().message;
  EXPECT_EQ(greeting->server_name, "s");
  EXPECT_EQ(greeting->version, "2.9.10");
  EXPECT_TRUE(greeting->jetstream);
  EXPECT_EQ(greeting->servers, 1U);
  EXPECT_EQ(parse_greeting(R"(INFO {"version":"2.9.10","connect_urls":["a:1","b:2","c:3"]})")->servers, 3U);
}

TEST(ServerGreeting, OfAnotherProtocolIsRefused) {
  for (const char* line : {"", "HTTP/1.1 400 Bad Request", "INFO", "INFO [", "INFO 1"})
    EXPECT_FALSE(parse_greeting(line)) << line;
}

TEST(ServerGreeting, WhereNobodyListensIsAFailure) {
  EXPECT_EQ(greet(free_port(), briefly).error().code, ExitCode::failed);
}

TEST(ServerGreeting, OfSilenceIsUnknown) {
  const TestListener silent;
  EXPECT_EQ(greet(silent.port(), briefly).error().code, ExitCode::unknown);
}

TEST(ServerHealth, OfSilenceOrOfNobodyIsAnAilment) {
  const TestListener silent;
  EXPECT_EQ(ailment(silent.port(), briefly), "it takes connections and says nothing");
  EXPECT_EQ(ailment(free_port(), briefly), "nobody listens there");
}

}  // namespace
}  // namespace ghboot::helper
