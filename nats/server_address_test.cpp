// SPDX-License-Identifier: Apache-2.0
#include "nats/server_address.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string told(std::string_view text) {
  const auto address = ServerAddress::parse(text);
  return address ? address->text() : address.error().message;
}

TEST(ServerAddress, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(told("nats://example.org:4333"), "nats://example.org:4333");
  EXPECT_EQ(told("example.org"), "nats://example.org:4222");
  EXPECT_EQ(told("tls://example.org"), "tls://example.org:4222");
  EXPECT_EQ(told("nats://127.0.0.1:4222/"), "nats://127.0.0.1:4222");
  EXPECT_EQ(told("[::1]:4333"), "nats://[::1]:4333");
  EXPECT_EQ(told("nats://[::1]"), "nats://[::1]:4222");
}

TEST(ServerAddress, ThatCannotBeOneSaysWhy) {
  EXPECT_THAT(told("http://example.org"), HasSubstr("nats:// or tls://, not with http://"));
  EXPECT_THAT(told(""), HasSubstr("no host name"));
  EXPECT_THAT(told("nats://:4222"), HasSubstr("no host name"));
  EXPECT_THAT(told("a b"), HasSubstr("no host name"));
  EXPECT_THAT(told("[::1"), HasSubstr("lacks a ]"));
  EXPECT_THAT(told("[::1]4222"), HasSubstr(":PORT is expected"));
  for (const char* port : {"0", "65536", "x", "42x", "-1"})
    EXPECT_THAT(told(std::string("example.org:") + port), HasSubstr("not a number from 1 to 65535"));
}

TEST(ServerAddress, NeverShowsAPassword) {
  for (const char* text :
       {"nats://user:secret@example.org:4222", "nats://user:secret@", "nats://user:secret@:1",
        "nats://user:secret@example.org:no", "user:secret@[::1", "nats://u:s@secret@host:0",
        "http://user:secret@example.org", "nats://user:sec/secret@example.org"})
    EXPECT_THAT(told(text), Not(HasSubstr("secret"))) << text;
  EXPECT_EQ(ServerAddress::parse("nats://user:secret@example.org")->url(),
            "nats://user:secret@example.org:4222");
}

}  // namespace
}  // namespace ghboot::nats
