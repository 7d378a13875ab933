// SPDX-License-Identifier: Apache-2.0
#include "standin/text.h"

#include <gmock/gmock.h>

#include "standin/crypto.h"

namespace ghboot::standin {
namespace {

TEST(TextTest, UrlsThereAndBack) {
  EXPECT_EQ(decode_url("a%2Fb%zz%2"), "a/b%zz%2");
  EXPECT_EQ(encode_url("a/b c"), "a%2Fb%20c");
  EXPECT_EQ(encode_form("a b"), "a+b");
  EXPECT_EQ(parse_query("a=1&b=x+y&a=2&c")["a"], "2");
  EXPECT_EQ(parse_query("b=x+y")["b"], "x y");
  EXPECT_THAT(segments("/a//b/"), ::testing::ElementsAre("a", "b"));
}

TEST(TextTest, NumbersAreAllOfTheText) {
  EXPECT_EQ(parse_number("9100000000000001"), 9'100'000'000'000'001);
  EXPECT_EQ(parse_number("1x"), std::nullopt);
  EXPECT_EQ(parse_number("-1"), std::nullopt);
  EXPECT_EQ(parse_number("99999999999999999999"), std::nullopt);
}

TEST(CryptoTest, SignsByRsa) {
  const KeyPair keys = make_rsa_key();
  const std::string signature = sign_rs256(keys.private_pem, "text");
  EXPECT_TRUE(verify_rs256(keys.public_pem, "text", signature));
  EXPECT_FALSE(verify_rs256(keys.public_pem, "other", signature));
  EXPECT_FALSE(verify_rs256("no key", "text", signature));
}

}  // namespace
}  // namespace ghboot::standin
