// SPDX-License-Identifier: Apache-2.0
#include "provider/github_functions.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace ghboot::provider {
namespace {

using testing::HasSubstr;
using tfplugin::cty::Value;

class Offered final : public tfplugin::PlainProvider<> {
 public:
  Offered() : PlainProvider("Functions alone.") { add_github_functions(*this); }
};

const Offered offered;

auto signature(std::string secret, std::string body) {
  return call_function(*offered.functions.find("webhook_signature")->second,
                       std::vector<Value>{Value(std::move(secret)), Value(std::move(body))});
}

TEST(GithubFunctions, AreWellDeclared) {
  for (const auto& [name, function] : offered.functions)
    EXPECT_THAT(problems(function->signature()), testing::IsEmpty()) << name;
}

TEST(GithubFunctions, ASignatureIsThatOfGitHubsOwnExample) {
  const auto made = signature("It's a Secret to Everybody", "Hello, World!");
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(*made, Value("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"));
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
