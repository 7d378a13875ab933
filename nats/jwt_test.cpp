// SPDX-License-Identifier: Apache-2.0
#include "nats/jwt.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "nats/test_keys.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const json minimal{{"sub", "x"}, {"nats", {{"type", "generic"}, {"version", 2}}}};

std::string error_of(std::string_view token) {
  const auto payload = decode_jwt(token);
  return payload ? "no error" : payload.error().message;
}

std::string token_of(std::string_view payload, std::string_view header = jwt_header) {
  return signed_token(header, payload, test_key(KeyKind::operator_key));
}

std::string with_issuer(json payload) {
  payload["iss"] = test_key(KeyKind::operator_key).public_key();
  return payload.dump();
}

std::string nested(int levels) {  // The payload itself is one, "nats" another.
  json deep = json::array();
  for (int level = 1; level < levels - 2; ++level) deep = json::array({std::move(deep)});
  json payload = minimal;
  payload["nats"]["deep"] = std::move(deep);
  return token_of(with_issuer(std::move(payload)));
}

TEST(Jwt, ComesBackAsItWasWithItsIssuerAndTime) {
  const KeyPair signer = test_key(KeyKind::operator_key);
  json wanted = minimal;
  wanted["nats"]["text"] = "ä \"quoted\" \\ \n";
  const auto payload = decode_jwt(encode_jwt(wanted, signer, 1700000000));
  ASSERT_TRUE(payload) << payload.error().message;
  wanted["iss"] = signer.public_key();
  wanted["iat"] = 1700000000;
  wanted["jti"] = payload->at("jti");
  EXPECT_EQ(*payload, wanted);
}

TEST(Jwt, BeginsWithTheHeaderThatServersExpect) {
  const std::string token = encode_jwt(minimal, test_key(KeyKind::operator_key), 1);
  EXPECT_TRUE(token.starts_with(encode_base64url(jwt_header) + "."));
}

TEST(Jwt, HasAnIdOfTheWholePayload) {
  // SHA-512/256 of {"iat":1,"iss":"OAB2…","nats":{…},"sub":"x"}, by another program.
  const KeyPair signer = test_key(KeyKind::operator_key);
  const auto id = [&](const json& payload, std::int64_t at) {
    return decode_jwt(encode_jwt(payload, signer, at))->at("jti").get<std::string>();
  };
  EXPECT_EQ(id(minimal, 1), "ELEPSBZF62IOCE4IMDOCJM3TDAJAJPIFN6QA3N4LWMO7ZXKUQRXA");
  json other = minimal;
  other["nats"]["limit"] = 1;
  EXPECT_NE(id(other, 1), id(minimal, 1));
  EXPECT_NE(id(minimal, 2), id(minimal, 1));
  other = minimal;
  other["jti"] = "before";
  EXPECT_EQ(id(other, 1), id(minimal, 1));
}

TEST(Jwt, IsRefusedWhenAnyLetterIsChanged) {
  const std::string token = encode_jwt(minimal, test_key(KeyKind::operator_key), 1);
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(decode_jwt(changed)) << at;
  }
}

TEST(Jwt, IsRefusedWhenAnotherKeySigned) {
  const std::string payload = with_issuer(minimal);
  EXPECT_THAT(error_of(signed_token(jwt_header, payload, test_key(KeyKind::operator_key, 1))),
              HasSubstr("signature is not its issuer's"));
}

TEST(Jwt, IsRefusedInAnotherSpellingOfBase64) {
  const std::string token = encode_jwt(minimal, test_key(KeyKind::operator_key), 1);
  EXPECT_THAT(error_of(token + "="), HasSubstr("signature is not base64url"));
  // 64 bytes leave four bits of the last letter unused.
  std::string loose = token;
  loose.back() = loose.back() == 'A' ? 'B' : static_cast<char>(loose.back() + 1);
  EXPECT_THAT(error_of(loose), HasSubstr("signature is not base64url"));
  EXPECT_THAT(error_of(" " + token), HasSubstr("header is not base64url"));
}

TEST(Jwt, SaysWhatIsNoJwt) {
  for (const char* text : {"", ".", "a.b", "a.b.c.d", "hello"})
    EXPECT_THAT(error_of(text), HasSubstr("is no JWT")) << text;
}

TEST(Jwt, TakesAnotherOrderInTheHeaderAndNoOtherAlgorithm) {
  const std::string payload = with_issuer(minimal);
  EXPECT_EQ(error_of(token_of(payload, R"({"alg": "ed25519-nkey", "typ": "jwt"})")), "no error");
  EXPECT_THAT(error_of(token_of(payload, R"({"typ":"JWT","alg":"ed25519"})")), HasSubstr("version 1"));
  EXPECT_THAT(error_of(token_of(payload, R"({"typ":"JWT","alg":"none"})")), HasSubstr("\"alg\""));
  EXPECT_THAT(error_of(token_of(payload, R"({"typ":"JWE","alg":"ed25519-nkey"})")), HasSubstr("\"typ\""));
  EXPECT_THAT(error_of(token_of(payload, "[]")), HasSubstr("header is no JSON object"));
}

TEST(Jwt, IsOfVersion2) {
  json payload = minimal;
  payload["nats"]["version"] = 3;
  EXPECT_THAT(error_of(token_of(with_issuer(payload))), AllOf(HasSubstr("3"), HasSubstr("newer tool")));
  payload["nats"]["version"] = 1;
  EXPECT_THAT(error_of(token_of(with_issuer(payload))), AllOf(HasSubstr("1"), Not(HasSubstr("newer tool"))));
  payload["nats"].erase("version");
  EXPECT_THAT(error_of(token_of(with_issuer(payload))), HasSubstr("nats.version"));
  payload.erase("nats");
  EXPECT_THAT(error_of(token_of(with_issuer(payload))), HasSubstr("no object \"nats\""));
  payload = minimal;
  payload["nats"].erase("type");
  EXPECT_THAT(error_of(token_of(with_issuer(payload))), HasSubstr("nats.type"));
}

TEST(Jwt, NeedsAKeyAsIssuer) { EXPECT_THAT(error_of(token_of(minimal.dump())), HasSubstr("\"iss\"")); }

TEST(Jwt, HoldsSixtyFourLevelsAndNotOneMore) {
  EXPECT_EQ(error_of(nested(64)), "no error");
  EXPECT_THAT(error_of(nested(65)), HasSubstr("64 levels"));
  json brackets = minimal;  // Those in a text are none.
  brackets["nats"]["text"] = std::string(1000, '[') + "\"\\";
  EXPECT_EQ(error_of(token_of(with_issuer(brackets))), "no error");
}

TEST(Jwt, HoldsEightMebibytesAndNotOneMore) {
  json payload = minimal;
  payload["nats"]["text"] = std::string((std::size_t{6} << 20) - 300, 'x');
  const std::string token = token_of(with_issuer(payload));
  ASSERT_LE(token.size(), std::size_t{8} << 20);
  EXPECT_EQ(error_of(token), "no error");
  EXPECT_THAT(error_of(token + std::string((std::size_t{8} << 20) - token.size() + 1, 'x')),
              HasSubstr("are the most"));
}

TEST(Jwt, IsNeverRepeatedInAnError) {
  const std::string token = encode_jwt(minimal, test_key(KeyKind::operator_key), 1);
  for (std::size_t size = 0; size < token.size(); ++size)
    EXPECT_THAT(error_of(token.substr(0, size)), Not(HasSubstr(token.substr(50, 8))));
}

TEST(Jwt, TextThatIsNoUtf8IsReplacedAndDoesNotThrow) {
  json payload = minimal;
  payload["nats"]["text"] = "\xff";
  const auto read = decode_jwt(encode_jwt(payload, test_key(KeyKind::operator_key), 1));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at("nats").at("text"), "\uFFFD");
}

}  // namespace
}  // namespace ghboot::nats
