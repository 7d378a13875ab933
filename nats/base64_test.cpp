// SPDX-License-Identifier: Apache-2.0
#include "nats/base64.h"

#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

TEST(Base64, ReadsWhatItWrote) {
  for (const std::string_view bytes : {std::string_view(""), std::string_view("f"), std::string_view("fo"),
                                       std::string_view("foo"), std::string_view("\0\xfb\xff", 3)}) {
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
    EXPECT_EQ(decode_base64url(encode_base64url(bytes)), bytes);
  }
}

TEST(Base64, OfBodiesIsPaddedAndMayHaveLines) {
  EXPECT_EQ(encode_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(decode_base64("Zm9v\nYg=="), "foob");
  EXPECT_EQ(decode_base64("Z"), std::nullopt);
  EXPECT_EQ(decode_base64("!!!!"), std::nullopt);
  EXPECT_EQ(decode_base64("-_8"), std::nullopt);
}

TEST(Base64, OfTokensHasOneFormOnly) {
  EXPECT_EQ(encode_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(decode_base64url("-_8="), std::nullopt) << "padding";
  EXPECT_EQ(decode_base64url("-_9"), std::nullopt) << "bits behind the end";
  EXPECT_EQ(decode_base64url("-_\n8"), std::nullopt) << "a line's end";
}

}  // namespace
}  // namespace ghboot::nats
