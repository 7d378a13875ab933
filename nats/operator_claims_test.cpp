// SPDX-License-Identifier: Apache-2.0
#include "nats/operator_claims.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "nats/jwt.h"
#include "nats/test_keys.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const KeyPair root = test_key(KeyKind::operator_key), signing = test_key(KeyKind::operator_key, 1);

OperatorClaims some_operator() {
  return {.subject = root.public_key(),
          .name = "acme",
          .signing_keys = {signing.public_key()},
          .system_account = test_key(KeyKind::account).public_key()};
}

TEST(OperatorClaims, ComeBackAsTheyWere) {
  OperatorClaims wanted = some_operator();
  wanted.strict_signing_key_usage = true;
  const auto read = OperatorClaims::decode(wanted.encode(root, 1700000000));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->subject, wanted.subject);
  EXPECT_EQ(read->name, "acme");
  EXPECT_EQ(read->issuer, root.public_key());
  EXPECT_EQ(read->issued_at, 1700000000);
  EXPECT_EQ(read->signing_keys, wanted.signing_keys);
  EXPECT_EQ(read->system_account, wanted.system_account);
  EXPECT_TRUE(read->strict_signing_key_usage);
}

TEST(OperatorClaims, TrustTheIdentityOnlyWhereTheyAreNotStrict) {
  OperatorClaims claims = some_operator();
  EXPECT_TRUE(claims.trusts(root.public_key()));
  EXPECT_TRUE(claims.trusts(signing.public_key()));
  EXPECT_FALSE(claims.trusts(test_key(KeyKind::operator_key, 2).public_key()));
  claims.strict_signing_key_usage = true;
  EXPECT_FALSE(claims.trusts(root.public_key()));
  EXPECT_TRUE(claims.trusts(signing.public_key()));
  EXPECT_FALSE(OperatorClaims{}.trusts("O"));
}

TEST(OperatorClaims, SayWhichClaimIsWrong) {
  const auto error = [](const json& claim) {
    const auto read = OperatorClaims::decode(encode_jwt(claim, root, 1));
    return read ? "no error" : read.error().message;
  };
  json claim{{"sub", root.public_key()}, {"nats", {{"type", "operator"}, {"version", 2}}}};
  EXPECT_EQ(error(claim), "no error");
  claim["nats"]["signing_keys"] = json::array({test_key(KeyKind::account).public_key()});
  EXPECT_THAT(error(claim), HasSubstr("nats.signing_keys"));
  claim["nats"]["signing_keys"] = "O";
  EXPECT_THAT(error(claim), HasSubstr("nats.signing_keys"));
  claim["sub"] = test_key(KeyKind::account).public_key();
  EXPECT_THAT(error(claim), HasSubstr("\"sub\""));
  claim["nats"]["type"] = "account";
  EXPECT_THAT(error(claim), HasSubstr("of type \"account\""));
}

TEST(DeleteRequest, IsAGenericClaimThatItsSignerMadeOfItself) {
  const auto read = decode_jwt(encode_delete_request({"A1", "A2"}, signing, 7));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->at("iss"), signing.public_key());
  EXPECT_EQ(read->at("sub"), signing.public_key());
  EXPECT_EQ(read->at("nats"), (json{{"type", "generic"}, {"version", 2}, {"accounts", {"A1", "A2"}}}));
}

TEST(DeleteRequest, OfOneAccountIsAListToo) {
  const auto read = decode_jwt(encode_delete_request({"A1"}, signing, 7));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at("nats").at("accounts"), json::array({"A1"}));
}

}  // namespace
}  // namespace ghboot::nats
