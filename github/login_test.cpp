// SPDX-License-Identifier: Apache-2.0
#include "github/login.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ghboot::github {
namespace {

TEST(Login, IsOfLettersDigitsHyphensAndUnderscores) {
  for (const char* login : {"acme", "A", "7", "acme-7", "acme-", "octo-cat_corp"})
    EXPECT_TRUE(is_login(login)) << login;
  for (const char* text : {"", "-acme", "_acme", ".", "..", "acme/shop", "acme/", "a.b", "a b", "a\n", "é"})
    EXPECT_FALSE(is_login(text)) << text;
  EXPECT_FALSE(is_login(std::string_view("a\0", 2)));
}

TEST(Login, IsNoLongerThanItsWordsSay) {
  EXPECT_TRUE(is_login(std::string(login_max, 'a')));
  EXPECT_FALSE(is_login(std::string(login_max + 1, 'a')));
  EXPECT_TRUE(login_words.contains(fmt::format("at most {} characters", login_max)));
}

}  // namespace
}  // namespace ghboot::github
