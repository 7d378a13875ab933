// SPDX-License-Identifier: Apache-2.0
#include "nats/activation_claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "nats/jwt.h"
#include "nats/test_keys.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const KeyPair exporter = test_key(KeyKind::account), signing = test_key(KeyKind::account, 1),
              importer = test_key(KeyKind::account, 2);

TEST(ActivationClaims, ComeBackAsTheyWere) {
  const ActivationClaims wanted{.importer = importer.public_key(),
                                .issuer_account = exporter.public_key(),
                                .subject = "orders.>",
                                .kind = "stream",
                                .expires_at = 1800000000};
  const auto read = ActivationClaims::decode(wanted.encode(signing, 1700000000));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->importer, importer.public_key());
  EXPECT_EQ(read->issuer, signing.public_key());
  EXPECT_EQ(read->issuer_account, exporter.public_key());
  EXPECT_EQ(read->subject, "orders.>");
  EXPECT_EQ(read->kind, "stream");
  EXPECT_EQ(read->issued_at, 1700000000);
  EXPECT_EQ(read->expires_at, 1800000000);
}

TEST(ActivationClaims, OfTheAccountsOwnKeyNameNoOtherIssuer) {
  const ActivationClaims claims{.importer = importer.public_key(), .subject = "s", .kind = "service"};
  const auto payload = decode_jwt(claims.encode(exporter, 1));
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->at("nats"),
            (json{{"type", "activation"}, {"version", 2}, {"subject", "s"}, {"kind", "service"}}));
  EXPECT_FALSE(payload->contains("exp"));
}

TEST(ActivationClaims, SayWhichClaimIsWrong) {
  const auto error = [](const json& claim, const KeyPair& signer) {
    const auto read = ActivationClaims::decode(encode_jwt(claim, signer, 1));
    return read ? "no error" : read.error().message;
  };
  const json claim{{"sub", importer.public_key()},
                   {"nats", {{"type", "activation"}, {"version", 2}, {"subject", "s"}, {"kind", "stream"}}}};
  EXPECT_EQ(error(claim, exporter), "no error");
  EXPECT_THAT(error(claim, test_key(KeyKind::operator_key)), HasSubstr("\"iss\""));
  const auto with = [&](const char* name, const json& value) {
    json changed = claim;
    changed["nats"][name] = value;
    return error(changed, exporter);
  };
  EXPECT_THAT(with("kind", "queue"), HasSubstr("nats.kind"));
  EXPECT_THAT(with("subject", ""), HasSubstr("nats.subject"));
  EXPECT_THAT(with("type", "user"), HasSubstr("type \"activation\" is expected"));
  json nobody = claim;
  nobody.erase("sub");
  EXPECT_THAT(error(nobody, exporter), HasSubstr("importer"));
}

}  // namespace
}  // namespace ghboot::nats
