// SPDX-License-Identifier: Apache-2.0
#include "nats/secret.h"

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };
static_assert(!Streamable<Secret> && Streamable<std::string>);
static_assert(!fmt::is_formattable<Secret>::value);

TEST(Secret, LeavesNothingOfAShortTextWhereItWas) {
  alignas(Secret) unsigned char memory[sizeof(Secret)] = {};
  auto* secret = new (memory) Secret(std::string("short"));
  ASSERT_EQ(secret->reveal(), "short");
  std::destroy_at(secret);
  const std::string left(reinterpret_cast<const char*>(memory), sizeof memory);
  EXPECT_EQ(left.find("hort"), std::string::npos);
}

TEST(Secret, LeavesNothingOfAShortTextWhereItWasMovedFrom) {
  alignas(Secret) unsigned char memory[sizeof(Secret)] = {};
  auto* secret = new (memory) Secret(std::string("short"));
  const Secret moved(std::move(*secret));
  const std::string left(reinterpret_cast<const char*>(memory), sizeof memory);
  EXPECT_EQ(left.find("hort"), std::string::npos);
  EXPECT_EQ(moved.reveal(), "short");
  std::destroy_at(secret);
}

TEST(Secret, WipesTheWholeBufferOfALongText) {
  std::string text = "a text that is longer than a string's own buffer";
  const char* const buffer = text.data();
  const std::size_t size = text.size();
  Secret::wipe(text);
  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.data(), buffer);
  EXPECT_EQ(std::string(buffer, size), std::string(size, '\0'));
}

TEST(Secret, KeepsItsTextWhenAssignedToItself) {
  Secret secret(std::string("text"));
  Secret& same = secret;
  secret = same;
  secret = std::move(same);
  EXPECT_EQ(secret.reveal(), "text");
}

TEST(Secret, IsEmptyAfterItWasMovedAway) {
  Secret from(std::string("a text that is longer than a string's own buffer"));
  Secret to(std::string("before"));
  to = std::move(from);
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): what a test of moving looks at.
  EXPECT_FALSE(to.empty());
}

}  // namespace
}  // namespace ghboot::nats
