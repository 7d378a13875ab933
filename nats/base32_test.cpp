// SPDX-License-Identifier: Apache-2.0
#include "nats/base32.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

std::string encoded(std::string_view bytes) {
  return base32_encode({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
}

TEST(Base32, WritesTheExamplesOfRfc4648WithoutPadding) {
  const std::pair<const char*, const char*> examples[] = {
      {"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(encoded(bytes), text);
    std::vector<unsigned char> decoded(std::string_view(bytes).size());
    EXPECT_TRUE(base32_decode(text, decoded));
    EXPECT_EQ(std::string(decoded.begin(), decoded.end()), bytes);
  }
}

TEST(Base32, TakesOneTextForEachValue) {
  std::array<unsigned char, 1> byte{};
  EXPECT_TRUE(base32_decode("MY", byte));
  EXPECT_FALSE(base32_decode("MZ", byte));  // A bit behind the end.
  EXPECT_FALSE(base32_decode("my", byte));
  EXPECT_FALSE(base32_decode("M=", byte));
  EXPECT_FALSE(base32_decode("MYA", byte));
}

}  // namespace
}  // namespace ghboot::nats
