// SPDX-License-Identifier: Apache-2.0
#include "nats/user_home.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/test_keys.h"

namespace ghboot::nats {
namespace {

using testing::HasSubstr;

KeyPair new_key(KeyKind kind) { return KeyPair::generate(kind, system_random()); }

class UserHomeTest : public testing::Test {
 protected:
  const KeyPair account_key_ = new_key(KeyKind::account), user_key_ = new_key(KeyKind::user);
  AccountClaims account_{account_key_.public_key(), "acme"};
  UserClaims user_{.subject = user_key_.public_key(),
                   .name = "svc",
                   .issuer = account_key_.public_key(),
                   .issuer_account = {},
                   .issued_at = 100,
                   .rights = {},
                   .tags = {}};
};

TEST_F(UserHomeTest, RevocationCountsForCredsThatAreNotYounger) {
  EXPECT_TRUE(check_standing(user_, account_));
  account_.revoke(user_.subject, 99);
  EXPECT_TRUE(check_standing(user_, account_));
  account_.revoke(user_.subject, 100);
  const auto checked = check_standing(user_, account_);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::refused);
  EXPECT_THAT(checked.error().message, HasSubstr("has revoked user svc (" + user_.subject + ")"));
}

TEST_F(UserHomeTest, RevocationOfAllCountsForEach) {
  account_.revoke("*", 150);
  account_.revoke(user_.subject, 50);
  EXPECT_EQ(revoked_until(account_, user_.subject), 150);
  EXPECT_FALSE(check_standing(user_, account_));
}

TEST_F(UserHomeTest, SigningKeyThatHasLeftIsNamed) {
  const std::string key = new_key(KeyKind::account).public_key();
  user_.issuer = key;
  user_.issuer_account = account_key_.public_key();
  const auto checked = check_standing(user_, account_);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("signing key " + key + " is no key of account"));
}

}  // namespace
}  // namespace ghboot::nats
