// SPDX-License-Identifier: Apache-2.0
#include "provider/github_functions.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "provider/offered_functions.h"

namespace ghboot::provider {
namespace {

using testing::HasSubstr;
using V = tfplugin::cty::Value;

const OfferedFunctions of_github{add_github_functions};

auto signature(std::string secret, std::string body) {
  return of_github.call("webhook_signature", std::vector<V>{V(std::move(secret)), V(std::move(body))});
}

TEST(GithubFunctions, AreWellDeclared) {
  for (const auto& [name, function] : of_github.functions)
    EXPECT_THAT(problems(function->signature()), testing::IsEmpty()) << name;
}

TEST(GithubFunctions, ASignatureIsThatOfGitHubsOwnExample) {
  const auto made = signature("It's a Secret to Everybody", "Hello, World!");
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(*made, V("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"));
}

TEST(GithubFunctions, WhatIsNoSecretSignsNothing) {
  const auto empty = signature("", "x"), mask = signature("********", "x");
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().text, HasSubstr("GitHub signs nothing without one"));
  ASSERT_FALSE(mask);
  EXPECT_THAT(mask.error().text, HasSubstr("give the secret itself"));
}

}  // namespace
}  // namespace ghboot::provider
