// SPDX-License-Identifier: Apache-2.0
#include "nats/file_name.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

using testing::EndsWith;

TEST(FileName, OfAnOrdinaryNameIsTheName) {
  for (const char* name : {"acme", "Acme Corp", "a.b", "naïve 名前", "user@host", "a..", "-x"})
    EXPECT_EQ(file_name(name), name);
}

TEST(FileName, NeverLeavesItsFolder) {
  EXPECT_EQ(file_name("."), "%2E");
  EXPECT_EQ(file_name(".."), "%2E.");
  EXPECT_EQ(file_name("../../etc/passwd"), "%2E.%2F..%2Fetc%2Fpasswd");
  EXPECT_EQ(file_name(std::string_view("a\0b\n", 4)), "a%00b%0A");
  EXPECT_EQ(file_name(""), "%");
  EXPECT_EQ(file_name(" a "), "%20a%20");
}

TEST(FileName, OfTwoTextsDiffers) {
  const std::string long_one(400, 'x');
  const std::set<std::string> names{
      file_name("a/b"), file_name("a%2Fb"),  file_name("A/b"),          file_name(""),
      file_name("%"),   file_name(long_one), file_name(long_one + "y"), file_name("~")};
  EXPECT_EQ(names.size(), 8U);
}

TEST(FileName, FitsWithRoomToSpareAndIsCutBetweenLetters) {
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::string letters(shift, 'a'), escapes(shift, 'a');
    for (int count = 0; count < 100; ++count) {
      letters += "名";
      escapes += "/";
    }
    EXPECT_LE(file_name(letters).size(), 180U);
    EXPECT_THAT(file_name(letters).substr(0, file_name(letters).find('~')), EndsWith("名"));
    EXPECT_THAT(file_name(escapes).substr(0, file_name(escapes).find('~')), EndsWith("%2F"));
  }
}

}  // namespace
}  // namespace ghboot::nats
