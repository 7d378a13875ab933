// SPDX-License-Identifier: Apache-2.0
#include "nats/user_claims.h"

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

const KeyPair user = test_key(KeyKind::user), account = test_key(KeyKind::account),
              signing = test_key(KeyKind::account, 1);

TEST(UserClaims, ComeBackAsTheyWere) {
  const UserClaims wanted{.subject = user.public_key(),
                          .name = "u",
                          .issuer_account = account.public_key(),
                          .expires_at = 1800000000,
                          .rights = {.permissions = {.publish = {.allow = {"a.>"}, .deny = {"a.b"}},
                                                     .subscribe = {.allow = {"q grp"}},
                                                     .responses_max = 1,
                                                     .responses_ttl_ns = 5},
                                     .subs = 3,
                                     .data = -1,
                                     .payload = 0,
                                     .source_networks = {"192.0.2.0/24", "2001:db8::/32"},
                                     .times = {{.start = "08:00:00", .end = "17:30:00"}},
                                     .times_location = "Europe/Berlin",
                                     .bearer_token = true,
                                     .connection_types = {"STANDARD", "WEBSOCKET"}},
                          .tags = {"t"}};
  const auto read = UserClaims::decode(wanted.encode(signing, 1700000000));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->subject, wanted.subject);
  EXPECT_EQ(read->name, "u");
  EXPECT_EQ(read->issuer, signing.public_key());
  EXPECT_EQ(read->issuer_account, account.public_key());
  EXPECT_EQ(read->issued_at, 1700000000);
  EXPECT_EQ(read->expires_at, 1800000000);
  EXPECT_EQ(read->rights, wanted.rights);
  EXPECT_EQ(read->tags, wanted.tags);
}

TEST(UserClaims, SayNoLimitByDefault) {
  const UserClaims claims{.subject = user.public_key(), .name = "u"};
  const auto payload = decode_jwt(claims.encode(account, 1));
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->at("nats"), (json{{"type", "user"},
                                       {"version", 2},
                                       {"pub", json::object()},
                                       {"sub", json::object()},
                                       {"subs", -1},
                                       {"data", -1},
                                       {"payload", -1}}));
  EXPECT_FALSE(payload->contains("exp"));
}

// Servers refuse a user of a scoped key that brings limits, were they those of everyone.
TEST(UserClaims, OfAScopedKeyAreEmpty) {
  const UserClaims claims{
      .subject = user.public_key(), .issuer_account = account.public_key(), .rights = UserRights::none()};
  const auto payload = decode_jwt(claims.encode(signing, 1));
  ASSERT_TRUE(payload);
  for (const char* name : {"subs", "data", "payload", "resp"})
    EXPECT_FALSE(payload->at("nats").contains(name));
}

TEST(UserClaims, SayWhichClaimIsWrong) {
  const auto error = [](const json& claim, const KeyPair& signer) {
    const auto read = UserClaims::decode(encode_jwt(claim, signer, 1));
    return read ? "no error" : read.error().message;
  };
  json claim{{"sub", user.public_key()}, {"nats", {{"type", "user"}, {"version", 2}}}};
  EXPECT_EQ(error(claim, account), "no error");
  EXPECT_THAT(error(claim, test_key(KeyKind::operator_key)), HasSubstr("\"iss\""));
  claim["nats"]["pub"] = {{"allow", {1}}};
  EXPECT_THAT(error(claim, account), HasSubstr("nats.pub.allow"));
  claim["nats"]["pub"] = nullptr;
  claim["nats"]["subs"] = 1.5;
  EXPECT_THAT(error(claim, account), HasSubstr("nats.subs"));
}

}  // namespace
}  // namespace ghboot::nats
