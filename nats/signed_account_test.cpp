// SPDX-License-Identifier: Apache-2.0
#include "nats/signed_account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "nats/test_keys.h"

namespace ghboot::nats {
namespace {

using testing::HasSubstr;

const KeyPair first_signer = test_key(KeyKind::operator_key),
              other_signer = test_key(KeyKind::operator_key, 9);
const KeyPair account = test_key(KeyKind::account);
Clock& clock = system_clock();

SignedAccount signed_once(std::int64_t issued_at) {
  AccountClaims claims(account.public_key(), "acme");
  claims.set_limits({.conn = 5});
  return *parse_signed_account(claims.encode(first_signer, issued_at), account.public_key());
}

TEST(SignedAccount, ThatIsEqualIsNotSignedAnew) {
  const SignedAccount before = signed_once(5);
  EXPECT_EQ(sign_account(before.claims, &before, first_signer, clock)->jwt, before.jwt);
  EXPECT_EQ(sign_account(before.claims, &before, other_signer, clock)->claims.issuer(),
            other_signer.public_key());
}

TEST(SignedAccount, ThatChangesIsYoungerThanWhatItReplacesWhateverTheClockSays) {
  const std::int64_t future = clock.unix_seconds() + 1'000;
  const SignedAccount before = signed_once(future);
  AccountClaims wanted = before.claims;
  wanted.set_description("changed");
  const auto after = sign_account(wanted, &before, first_signer, clock);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->claims.issued_at(), future + 1);
  EXPECT_EQ(after->claims.description(), "changed");
}

TEST(SignedAccount, IsNotMadeWithWhatServersRefuseButOthersMistakesDoNotStopAChange) {
  AccountClaims wrong(account.public_key(), "acme");
  wrong.set_info_url("example.org");
  const auto refused = sign_account(wrong, nullptr, first_signer, clock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_THAT(refused.error().message,
              HasSubstr("the claims of account " + account.public_key() + " are wrong"));
  const SignedAccount before = *parse_signed_account(wrong.encode(first_signer, 5), account.public_key());
  wrong.set_description("changed");
  EXPECT_TRUE(sign_account(wrong, &before, first_signer, clock));
}

TEST(SignedAccount, OfAnotherAccountIsNamed) {
  const auto parsed = parse_signed_account(signed_once(5).jwt, test_key(KeyKind::account, 9).public_key());
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, HasSubstr("it is the JWT of account " + account.public_key()));
}

}  // namespace
}  // namespace ghboot::nats
