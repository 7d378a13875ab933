// SPDX-License-Identifier: Apache-2.0
#include "github/base_url.h"

#include <gtest/gtest.h>

namespace ghboot::github {
namespace {

BaseUrl base(std::string_view text) {
  auto parsed = BaseUrl::parse(text);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return *std::move(parsed);
}

std::string refusal(std::string_view text) {
  const auto parsed = BaseUrl::parse(text);
  return parsed ? "taken" : parsed.error().message;
}

TEST(BaseUrl, ThatOfEachGitHubIsTaken) {
  EXPECT_EQ(base("https://API.github.com/").text(), "https://api.github.com");
  EXPECT_EQ(base("https://ghe.acme.com:443/api/v3/").text(), "https://ghe.acme.com/api/v3");
  EXPECT_EQ(base("https://api.acme.ghe.com").text(), "https://api.acme.ghe.com");
  EXPECT_EQ(base("http://127.0.0.1:8080/api/v3").origin(), "http://127.0.0.1:8080");
  EXPECT_EQ(base("http://[::1]:8080").origin(), "http://[::1]:8080");
}

TEST(BaseUrl, TellsTheHostOfGitHubItself) {
  EXPECT_EQ(base("https://API.github.com/").host(), "github.com");
  EXPECT_EQ(base("https://api.acme.ghe.com").host(), "acme.ghe.com");
  EXPECT_EQ(base("https://ghe.acme.com:443/api/v3/").host(), "ghe.acme.com");
  EXPECT_EQ(base("https://api.acme.com:8443/api/v3").host(), "api.acme.com:8443");
  EXPECT_EQ(base("http://127.0.0.1:8080").host(), "127.0.0.1:8080");
}

TEST(BaseUrl, WhatCannotBeGitHubIsRefusedWithWhatToWrite) {
  for (const char* text :
       {"", "api.github.com", "ftp://h", "https://", "https:///x", "https://u:p@h", "https://h:x",
        "https://h/a b", "https://h?x=1", "https://h/../x", "https://h/%2e%2E/x"}) {
    EXPECT_TRUE(refusal(text).contains("https://api.github.com")) << text << ": " << refusal(text);
  }
  EXPECT_TRUE(refusal("https://github.com").contains("write https://api.github.com"));
  EXPECT_FALSE(refusal("https://user:hunter2@h").contains("hunter2"));
}

TEST(BaseUrl, ATokenIsNotSentUnencryptedOverANetwork) {
  EXPECT_TRUE(refusal("http://api.github.com").contains("write https://"));
  EXPECT_TRUE(refusal("http://127.evil.com").contains("write https://"));
}

TEST(BaseUrl, WhatGitHubNamesIsFollowedBelowTheBaseAlone) {
  const BaseUrl ghes = base("https://ghe.acme.com/api/v3");
  EXPECT_EQ(*ghes.within("https://GHE.acme.com:443/api/v3/repositories/1/hooks?page=2#x"),
            "/repositories/1/hooks?page=2");
  EXPECT_EQ(*ghes.within("/api/v3/user"), "/user");
  for (const char* url :
       {"https://evil.com/api/v3/user", "http://ghe.acme.com/api/v3/user", "//evil.com/api/v3/user",
        "https://ghe.acme.com:444/api/v3/user", "https://ghe.acme.com@evil.com/api/v3/user",
        "https://ghe.acme.com/login", "/api/v3/../login", "/api/v3/%2E%2e/login", "/api/v3x", "x", ""}) {
    const auto within = ghes.within(url);
    ASSERT_FALSE(within) << url;
    EXPECT_EQ(within.error().kind, ErrorKind::refused);
  }
  EXPECT_TRUE(ghes.within("https://evil.com/x").error().message.contains("https://evil.com"));
}

TEST(BaseUrl, AnythingCanBeOneSegmentOfAPath) {
  EXPECT_EQ(encoded("a-b.c_d~1"), "a-b.c_d~1");
  EXPECT_EQ(encoded("a/b?c #\r\n%"), "a%2Fb%3Fc%20%23%0D%0A%25");
  EXPECT_EQ(encoded("\xc3\xa9"), "%C3%A9");
}

}  // namespace
}  // namespace ghboot::github
