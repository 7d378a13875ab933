// SPDX-License-Identifier: Apache-2.0
#include "nats/creds.h"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/test_keys.h"
#include "nats/user_claims.h"

namespace ghboot::nats {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const KeyPair user = test_key(KeyKind::user, 3);

std::string user_jwt(const KeyPair& key = user) {
  const UserClaims claims{.subject = key.public_key(), .name = "u"};
  return claims.encode(test_key(KeyKind::account), 1700000000);
}

std::string file(std::string_view jwt, std::string_view seed) {
  return fmt::format(
      "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n{}\n"
      "-----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
      jwt, "************** IMPORTANT **************", seed);
}

std::string good_file() { return file(user_jwt(), user.seed().reveal()); }

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::string error_of(std::string_view text) {
  const auto creds = Creds::parse(text);
  return creds ? "no error" : creds.error().message;
}

TEST(Creds, ReadsWhatOtherToolsWrite) {
  const auto creds = Creds::parse(good_file());
  ASSERT_TRUE(creds) << creds.error().message;
  EXPECT_EQ(creds->jwt.reveal(), user_jwt());
  EXPECT_EQ(creds->key.public_key(), user.public_key());
}

TEST(Creds, ReadsTheFormsThatClientsTake) {
  EXPECT_EQ(error_of(replaced(good_file(), "\n", "\r\n")), "no error");
  EXPECT_EQ(error_of("text before\n" + good_file() + "and behind"), "no error");
  EXPECT_EQ(error_of(replaced(replaced(good_file(), "------", "---"), "-----", "---")), "no error");
  EXPECT_EQ(error_of(replaced(good_file(), "-----BEGIN", "-----------BEGIN")), "no error");
  EXPECT_EQ(error_of(good_file().substr(0, good_file().size() - 1)), "no error");
}

TEST(Creds, ReadsWhatItWrites) {
  const Creds creds{.jwt = Secret(user_jwt()), .key = user};
  const auto again = Creds::parse(creds.format().reveal());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->jwt.reveal(), creds.jwt.reveal());
  EXPECT_EQ(again->key.seed().reveal(), creds.key.seed().reveal());
}

TEST(Creds, SaysWhatIsMissing) {
  EXPECT_THAT(error_of(""), HasSubstr("these are no creds"));
  EXPECT_THAT(error_of(user_jwt()), HasSubstr("these are no creds"));
  EXPECT_THAT(error_of(replaced(replaced(good_file(), "------", "--"), "-----", "--")),
              HasSubstr("these are no creds"));
  EXPECT_THAT(error_of(file(user_jwt(), "")), HasSubstr("no seed"));
  EXPECT_THAT(error_of(file("", user.seed().reveal())), HasSubstr("no user JWT"));
  const std::string text = good_file();
  EXPECT_THAT(error_of(text.substr(0, text.find("-----BEGIN USER"))), HasSubstr("no seed"));
}

TEST(Creds, SaysWhichPartIsOfAnotherKind) {
  EXPECT_THAT(error_of(file(user_jwt(), test_key(KeyKind::account).seed().reveal())),
              HasSubstr("of kind account; a user's is expected"));
  EXPECT_THAT(error_of(file(user_jwt(), user.public_key())), HasSubstr("a public key was given"));
  EXPECT_THAT(error_of(file(user_jwt(), test_key(KeyKind::user, 4).seed().reveal())),
              HasSubstr("do not belong together"));
}

TEST(Creds, NeverRepeatsItsText) {
  const std::string seed(user.seed().reveal()), text = good_file();
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_THAT(error_of(text.substr(0, size)),
                AllOf(Not(HasSubstr(seed.substr(4, 8))), Not(HasSubstr(user_jwt().substr(60, 8)))));
}

}  // namespace
}  // namespace ghboot::nats
