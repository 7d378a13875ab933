// SPDX-License-Identifier: Apache-2.0
#include "nats/nkey.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/test_keys.h"

namespace ghboot::nats {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Vector {
  KeyKind kind;
  std::string seed, public_key;
};
// The raw seed is the bytes 0 to 31. Made by nkeys.js; N and C have the same key under another kind.
const Vector vectors[] = {
    {KeyKind::operator_key, "SOAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H2AJA",
     "OAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QZVT"},
    {KeyKind::account, "SAAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4HYMHI",
     "AAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QPZV"},
    {KeyKind::user, "SUAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H776Y",
     "UAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3RLKK"},
    {KeyKind::curve, "SXAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H74KM",
     "XCHUBRNNW2HSKYSK4WZBJ2TWPJXMSTMCTU6XWXQ22G5G6PRBHAUF76G7"}};

std::string seed_error(std::string_view seed) {
  const auto pair = KeyPair::from_seed(seed);
  return pair ? "no error" : pair.error().message;
}

std::string public_error(std::string_view key) {
  const auto kind = parse_public_key(key);
  return kind ? "no error" : kind.error().message;
}

TEST(NKey, ReadsAndWritesTheKeysOfOtherTools) {
  for (const Vector& vector : vectors) {
    const auto pair = KeyPair::from_seed(vector.seed);
    ASSERT_TRUE(pair) << pair.error().message;
    EXPECT_EQ(pair->kind(), vector.kind);
    EXPECT_EQ(pair->public_key(), vector.public_key);
    EXPECT_EQ(parse_public_key(vector.public_key), vector.kind);
    EXPECT_EQ(test_key(vector.kind).seed().reveal(), vector.seed);
  }
}

TEST(NKey, EachKindHasItsLetterAndComesBackFromItsSeed) {
  for (const KeyKind kind : {KeyKind::operator_key, KeyKind::account, KeyKind::user, KeyKind::server,
                             KeyKind::cluster, KeyKind::curve}) {
    const KeyPair pair = test_key(kind, 7);
    EXPECT_EQ(pair.public_key().front(), key_prefix(kind));
    EXPECT_EQ(pair.seed().reveal()[1], key_prefix(kind));
    EXPECT_EQ(parse_public_key(pair.public_key()), kind);
    const auto again = KeyPair::from_seed(pair.seed().reveal());
    ASSERT_TRUE(again) << to_string(kind);
    EXPECT_EQ(again->public_key(), pair.public_key());
  }
}

TEST(NKey, SignsAsOtherToolsDo) {
  const KeyPair user = test_key(KeyKind::user);
  EXPECT_EQ(encode_base64url(user.sign("nonce")),
            "-HTq4d6DDHVNb8MsTRAZtSIa0vXA_yuZblwTA7JT5wYzmKBxJ2wpYfjHh7hcptZlidbVw_6ZLyubjm_yDk-OCQ");
}

TEST(NKey, VerifiesTheSignerAndNobodyElse) {
  const KeyPair signer = test_key(KeyKind::account), other = test_key(KeyKind::account, 1);
  const std::string signature = signer.sign("text");
  EXPECT_TRUE(verify_signature(signer.public_key(), "text", signature));
  EXPECT_FALSE(verify_signature(other.public_key(), "text", signature));
  EXPECT_FALSE(verify_signature(signer.public_key(), "texT", signature));
  EXPECT_FALSE(verify_signature(signer.public_key(), "text", signature.substr(1)));
  EXPECT_FALSE(verify_signature("A", "text", signature));
}

TEST(NKey, TakesASeedWithWhiteSpaceAround) {
  EXPECT_TRUE(KeyPair::from_seed(" \t" + vectors[0].seed + "\r\n"));
}

TEST(NKey, EachMistypedLetterIsNoticed) {
  for (std::size_t at = 0; at < vectors[1].public_key.size(); ++at) {
    std::string key = vectors[1].public_key;
    key[at] = key[at] == 'B' ? 'C' : 'B';
    EXPECT_FALSE(parse_public_key(key)) << at;
  }
  for (std::size_t at = 0; at < vectors[1].seed.size(); ++at) {
    std::string seed = vectors[1].seed;
    seed[at] = seed[at] == 'B' ? 'C' : 'B';
    EXPECT_FALSE(KeyPair::from_seed(seed)) << at;
  }
}

TEST(NKey, SaysWhatIsWrongWithAPublicKey) {
  std::string key = vectors[1].public_key;
  EXPECT_THAT(public_error(""), HasSubstr("empty"));
  EXPECT_THAT(public_error(key.substr(1)), HasSubstr("55 characters instead of 56"));
  key[9] = '1';
  EXPECT_THAT(public_error(key), HasSubstr("character 10"));
  key[9] = 'Q';
  EXPECT_THAT(public_error(key), HasSubstr("checksum"));
}

TEST(NKey, ASeedInThePlaceOfAPublicKeyIsNamedAndNotRepeated) {
  for (const Vector& vector : vectors) {
    const std::string message = public_error(vector.seed);
    EXPECT_THAT(message, AllOf(HasSubstr("a seed (S"), Not(HasSubstr(vector.seed.substr(2, 8)))));
    EXPECT_THAT(public_error(vector.seed.substr(0, 56)), HasSubstr("a seed (S"));
  }
}

TEST(NKey, APublicKeyInThePlaceOfASeedIsNamed) {
  EXPECT_THAT(seed_error(vectors[0].public_key), HasSubstr("a public key was given"));
}

TEST(NKey, ASeedIsNeverRepeatedInAnError) {
  const std::string& seed = vectors[0].seed;
  std::string mistyped = seed, letter = seed;
  mistyped[20] = mistyped[20] == 'B' ? 'C' : 'B';
  letter[20] = '!';
  for (const std::string& wrong : {mistyped, letter, seed.substr(1), seed + "A", seed.substr(0, 57)})
    EXPECT_THAT(seed_error(wrong), AllOf(Not(HasSubstr(seed.substr(2, 8))), Not(HasSubstr("no error"))));
}

TEST(KeyKind, IsFoundByItsName) {
  for (const auto kind : {KeyKind::operator_key, KeyKind::account, KeyKind::user, KeyKind::server,
                          KeyKind::cluster, KeyKind::curve})
    EXPECT_EQ(parse_kind(to_string(kind)), kind);
  EXPECT_EQ(parse_kind("Account"), std::nullopt);
}

}  // namespace
}  // namespace ghboot::nats
