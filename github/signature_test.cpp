// SPDX-License-Identifier: Apache-2.0
#include "github/signature.h"

#include <gtest/gtest.h>

namespace ghboot::github {
namespace {

// Secret, body and signature of docs.github.com, "Validating webhook deliveries".
constexpr std::string_view secret = "It's a Secret to Everybody", body = "Hello, World!";
constexpr std::string_view signature =
    "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

TEST(Signature, IsThatOfGitHubsOwnExample) { EXPECT_EQ(signature_256(secret, body), signature); }

TEST(Signature, IsOfRawBytes) {
  using namespace std::string_view_literals;
  EXPECT_NE(signature_256(secret, "a\0b"sv), signature_256(secret, "a"));
  EXPECT_NE(signature_256("a\0b"sv, body), signature_256("a", body));
  EXPECT_NE(signature_256(secret, "{\"a\":1}"), signature_256(secret, "{\"a\": 1}"));
  EXPECT_NE(signature_256(secret, "\xff\xfe"), signature_256(secret, "\xff\xfd"));
}

TEST(Signature, OfNothingIsOne) {  // As RFC 2104 has it; Python's hmac gives the same.
  EXPECT_EQ(signature_256("", ""), "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Signature, OnlyTheRightOneFits) {
  EXPECT_TRUE(is_signed(secret, body, signature));
  EXPECT_FALSE(is_signed(secret, "Hello, World", signature));
  EXPECT_FALSE(is_signed("another", body, signature));
  EXPECT_FALSE(is_signed(secret, body, signature.substr(0, signature.size() - 1)));
  EXPECT_FALSE(is_signed(secret, body, std::string(signature) + "0"));
  EXPECT_FALSE(is_signed(secret, body, ""));
}

TEST(Signature, WithoutASecretNothingFits) { EXPECT_FALSE(is_signed("", body, signature_256("", body))); }

}  // namespace
}  // namespace ghboot::github
