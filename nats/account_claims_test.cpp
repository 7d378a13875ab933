// SPDX-License-Identifier: Apache-2.0
#include "nats/account_claims.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "nats/jwt.h"
#include "nats/test_keys.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const KeyPair operator_key = test_key(KeyKind::operator_key), account = test_key(KeyKind::account);
const std::string user_key = test_key(KeyKind::user).public_key();

AccountClaims made() { return AccountClaims(account.public_key(), "acme"); }

json minimal() { return {{"sub", account.public_key()}, {"nats", {{"type", "account"}, {"version", 2}}}}; }

Result<AccountClaims> read(const json& document) {
  return AccountClaims::decode(encode_jwt(document, operator_key, 1700000000));
}

AccountClaims again(const AccountClaims& claims) {
  return *AccountClaims::decode(claims.encode(operator_key, 5));
}

std::string error_of(const json& document) {
  const auto claims = read(document);
  return claims ? "no error" : claims.error().message;
}

// What another tool may have written, newer than this program.
json foreign() {
  json document = minimal();
  document["name"] = "theirs";
  document["exp"] = 1900000000;
  document["nats"]["limits"] = {{"subs", -1}, {"conn", 5}, {"new_limit", 7}};
  document["nats"]["exports"] = {{{"name", "e"}, {"subject", "a.>"}, {"type", "stream"}}};
  document["nats"]["trace"] = {{"dest", "t"}, {"sampling", 10}};
  document["nats"]["revocations"] = {{"*", 10}};
  document["unheard"] = json::array({1, nullptr});
  return document;
}

TEST(AccountClaims, OfANewAccountAreNscs) {
  EXPECT_EQ(made().document(), (json{{"sub", account.public_key()},
                                     {"name", "acme"},
                                     {"nats",
                                      {{"type", "account"},
                                       {"version", 2},
                                       {"limits",
                                        {{"subs", -1},
                                         {"data", -1},
                                         {"payload", -1},
                                         {"imports", -1},
                                         {"exports", -1},
                                         {"conn", -1},
                                         {"leaf", -1},
                                         {"wildcards", true}}}}}}));
  EXPECT_EQ(made().limits(), AccountLimits{});
  EXPECT_THAT(made().problems(), IsEmpty());
}

TEST(AccountClaims, ComeBackAsTheyWere) {
  AccountClaims claims = made();
  AccountLimits limits;
  limits.conn = 0;
  limits.wildcards = false;
  limits.tiers["R1"] = {.disk_storage = 1 << 20, .max_bytes_required = true};
  limits.tiers["R3"] = {};
  claims.set_limits(limits);
  claims.set_description("a description");
  claims.set_info_url("https://example.org/acme");
  claims.set_tags({" Team:A ", "b", "B", ""});
  const AccountClaims back = again(claims);
  EXPECT_EQ(back.subject(), account.public_key());
  EXPECT_EQ(back.issuer(), operator_key.public_key());
  EXPECT_EQ(back.issued_at(), 5);
  EXPECT_EQ(back.expires_at(), 0);
  EXPECT_EQ(back.name(), "acme");
  EXPECT_EQ(back.limits(), limits);
  EXPECT_EQ(back.description(), "a description");
  EXPECT_EQ(back.info_url(), "https://example.org/acme");
  EXPECT_THAT(back.tags(), ElementsAre("team:a", "b"));
  EXPECT_TRUE(back.same_content(claims));
}

TEST(AccountClaims, WhatIsEmptyIsTakenAway) {
  AccountClaims claims = made();
  const json before = claims.document();
  claims.set_description("d");
  claims.set_info_url("https://example.org");
  claims.set_tags({"t"});
  EXPECT_NE(claims.document(), before);
  claims.set_description("");
  claims.set_info_url("");
  claims.set_tags({});
  EXPECT_EQ(claims.document(), before);
}

TEST(AccountClaims, ThatAreNotKnownSurviveEveryChange) {
  AccountClaims claims = *read(foreign());
  AccountLimits limits = claims.limits();
  limits.conn = 6;
  limits.tiers["R1"].streams = 1;
  claims.set_limits(limits);
  claims.set_name("ours");
  claims.set_description("d");
  claims.set_tags({"t"});
  claims.revoke(user_key, 20);
  json wanted = foreign();
  wanted["name"] = "ours";
  wanted["nats"]["limits"]["conn"] = 6;
  wanted["nats"]["limits"]["tiered_limits"]["R1"]["streams"] = 1;
  wanted["nats"]["description"] = "d";
  wanted["nats"]["tags"] = json::array({"t"});
  wanted["nats"]["revocations"][user_key] = 20;
  json got = again(claims).document();
  for (const char* name : {"iss", "iat", "jti"}) got.erase(name);
  EXPECT_EQ(got, wanted);
}

TEST(AccountClaims, SetToWhatTheySayAreNotRewritten) {
  json document = foreign();
  document["nats"]["limits"]["imports"] = 0;  // Said, where "exports" says the same by its absence.
  document["nats"]["limits"]["tiered_limits"] = {{"R1", {{"streams", 2}, {"newer", 1}}}};
  AccountClaims claims = *read(document);
  const AccountClaims before = claims;
  claims.set_limits(claims.limits());
  EXPECT_EQ(claims.document(), before.document());
}

TEST(AccountClaims, MissingLimitsReadAsNothingAllowed) {
  const AccountLimits limits = read(minimal())->limits();
  EXPECT_EQ(limits.subs, 0);
  EXPECT_EQ(limits.exports, 0);
  EXPECT_FALSE(limits.wildcards);
  EXPECT_EQ(limits.jetstream, JetStreamLimits{});
}

TEST(AccountClaims, LoseATierThatIsNotWantedAndKeepTheRestOfTheOthers) {
  json document = minimal();
  document["nats"]["limits"]["tiered_limits"] = {{"R1", {{"streams", 2}, {"newer", 1}}},
                                                 {"R3", {{"streams", 3}}}};
  AccountClaims claims = *read(document);
  AccountLimits limits = claims.limits();
  limits.tiers.erase("R3");
  limits.tiers["R1"].streams = 4;
  claims.set_limits(limits);
  EXPECT_EQ(claims.document()["nats"]["limits"]["tiered_limits"],
            (json{{"R1", {{"streams", 4}, {"newer", 1}}}}));
  limits.tiers.clear();
  claims.set_limits(limits);
  EXPECT_FALSE(claims.document()["nats"]["limits"].contains("tiered_limits"));
}

TEST(AccountClaims, ReadPlainAndScopedSigningKeys) {
  const std::string plain = test_key(KeyKind::account, 1).public_key();
  const std::string scoped = test_key(KeyKind::account, 2).public_key();
  json document = minimal();
  document["nats"]["signing_keys"] = {plain, {{"kind", "user_scope"}, {"key", scoped}, {"role", "r"}}};
  const auto claims = read(document);
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_THAT(claims->signing_keys(), ElementsAre(plain, scoped));
  EXPECT_THAT(claims->problems(), IsEmpty());
  document["nats"]["signing_keys"].push_back(user_key);
  EXPECT_THAT(read(document)->problems(), ElementsAre(HasSubstr("nats.signing_keys")));
  document["nats"]["signing_keys"].push_back(7);
  EXPECT_THAT(error_of(document), HasSubstr("nats.signing_keys"));
}

TEST(AccountClaims, ARevocationNeverMovesBack) {
  AccountClaims claims = made();
  claims.revoke(user_key, 20);
  claims.revoke(user_key, 10);
  EXPECT_EQ(again(claims).revocations().at(user_key), 20);
  claims.revoke(user_key, 30);
  EXPECT_EQ(again(claims).revocations().at(user_key), 30);
}

TEST(AccountClaims, CarryOverWhatAnotherMadeOfTheSame) {
  AccountClaims before = *read(foreign()), ours = before, theirs = before;
  before.revoke(user_key, 20);
  ours.set_description("ours");
  theirs.set_info_url("https://example.com");
  ours.carry_over(before, theirs);
  EXPECT_EQ(ours.description(), "ours");
  EXPECT_EQ(ours.info_url(), "https://example.com");
}

TEST(AccountClaims, CarryOverEveryRevocationAndTakeNoneBack) {
  const AccountClaims before = *read(foreign());
  AccountClaims ours = before, theirs = before;
  const std::string other = test_key(KeyKind::user, 9).public_key();
  ours.revoke(user_key, 20);
  theirs.revoke(user_key, 30);
  theirs.revoke(other, 5);
  ours.carry_over(before, theirs);
  EXPECT_EQ(ours.revocations().at(user_key), 30);
  EXPECT_EQ(ours.revocations().at(other), 5);
  const auto all = ours.revocations();
  ours.carry_over(ours, before);  // Of one who had read an older version.
  EXPECT_EQ(ours.revocations(), all);
}

TEST(AccountClaims, AreTheSameButForWhoSignedAndWhen) {
  const AccountClaims claims = made();
  const AccountClaims other = *AccountClaims::decode(claims.encode(test_key(KeyKind::operator_key, 9), 99));
  EXPECT_TRUE(claims.same_content(other));
  AccountClaims renamed = claims;
  renamed.set_name("other");
  EXPECT_FALSE(claims.same_content(renamed));
  json expiring = made().document();
  expiring["exp"] = 7;
  EXPECT_FALSE(claims.same_content(*read(expiring)));
}

TEST(AccountClaims, FlatAndTieredLimitsTogetherAreAProblem) {
  AccountClaims claims = made();
  AccountLimits limits;
  limits.jetstream.disk_storage = -1;
  limits.tiers["R1"] = {};
  claims.set_limits(limits);
  EXPECT_THAT(claims.problems(), ElementsAre(HasSubstr("tiered_limits")));
  limits.jetstream = {};
  claims.set_limits(limits);
  EXPECT_THAT(claims.problems(), IsEmpty());
}

TEST(AccountClaims, WhatServersWouldRefuseIsAProblem) {
  AccountClaims claims = made();
  AccountLimits limits;
  limits.conn = -2;
  limits.tiers[""] = {};
  claims.set_limits(limits);
  claims.set_info_url("example");
  claims.set_description(std::string(8193, 'x'));
  claims.revoke("*", 1);
  claims.revoke("U", 1);
  EXPECT_THAT(claims.problems(),
              ElementsAre(HasSubstr("nats.limits.conn is -2"), HasSubstr("tier without a name"),
                          HasSubstr("nats.revocations"), HasSubstr("nats.description has 8193 bytes"),
                          HasSubstr("nats.info_url")));
  AccountLimits few;
  few.exports = 0;
  AccountClaims exporting = *read(foreign());
  exporting.set_limits(few);
  EXPECT_THAT(exporting.problems(), ElementsAre(HasSubstr("nats.exports has 1 entries")));
}

TEST(AccountClaims, SayWhichClaimIsOfAWrongType) {
  const auto with = [](const char* path, const json& value) {
    json document = minimal();
    document[json::json_pointer(path)] = value;
    return error_of(document);
  };
  EXPECT_THAT(with("/sub", user_key), HasSubstr("\"sub\""));
  EXPECT_THAT(with("/name", 1), HasSubstr("\"name\""));
  EXPECT_THAT(with("/nats/limits", 1), HasSubstr("\"nats.limits\""));
  EXPECT_THAT(with("/nats/limits/conn", "1"), HasSubstr("\"nats.limits.conn\""));
  EXPECT_THAT(with("/nats/limits/conn", 1e30), HasSubstr("\"nats.limits.conn\""));
  EXPECT_THAT(with("/nats/limits/conn", 9223372036854775808U), HasSubstr("\"nats.limits.conn\""));
  EXPECT_THAT(with("/nats/limits/tiered_limits/R1/streams", true),
              HasSubstr("\"nats.limits.tiered_limits.R1.streams\""));
  EXPECT_THAT(with("/nats/tags", "t"), HasSubstr("\"nats.tags\""));
  EXPECT_THAT(with("/nats/revocations", {{"U", "x"}}), HasSubstr("\"nats.revocations.U\""));
  EXPECT_EQ(with("/nats/limits", nullptr), "no error");
  EXPECT_THAT(with("/nats/type", "user"), HasSubstr("of type \"user\""));
}

TEST(AccountClaims, MayBeSignedByAnOperatorOrAnAccountAlone) {
  EXPECT_TRUE(AccountClaims::decode(encode_jwt(minimal(), account, 1)));
  const auto by_user = AccountClaims::decode(encode_jwt(minimal(), test_key(KeyKind::user), 1));
  ASSERT_FALSE(by_user);
  EXPECT_THAT(by_user.error().message, HasSubstr("\"iss\""));
}

TEST(AccountClaims, DefaultPermissionsAreSetWholeAndWhatIsNotKnownInThemStays) {
  json document = minimal();
  document["nats"]["default_permissions"] = {{"pub", {{"deny", {"a"}}}}, {"unheard", 1}};
  AccountClaims claims = *read(document);
  EXPECT_THAT(claims.default_permissions().publish.deny, ElementsAre("a"));
  Permissions wanted;
  wanted.subscribe.allow = {"b q"};
  wanted.responses_max = 2;
  claims.set_default_permissions(wanted);
  EXPECT_EQ(again(claims).default_permissions(), wanted);
  claims.set_default_permissions({});
  EXPECT_EQ(claims.document()["nats"]["default_permissions"], (json{{"unheard", 1}}));
  AccountClaims plain = made();
  plain.set_default_permissions(wanted);
  plain.set_default_permissions({});
  EXPECT_TRUE(plain.same_content(made()));
}

TEST(AccountClaims, DefaultPermissionsOfAnotherTypeAreNamed) {
  json document = minimal();
  document["nats"]["default_permissions"] = {{"pub", {{"allow", "a"}}}};
  EXPECT_THAT(error_of(document), HasSubstr("nats.default_permissions.pub.allow"));
}

TEST(AccountClaims, TellWhichSigningKeysAreOfARole) {
  const std::string plain = test_key(KeyKind::account, 1).public_key();
  const std::string role = test_key(KeyKind::account, 2).public_key();
  json document = AccountClaims(test_key(KeyKind::account).public_key(), "acme").document();
  document["nats"]["signing_keys"] = {plain, {{"kind", "user_scope"}, {"key", role}}};
  const auto claims = AccountClaims::decode(encode_jwt(document, test_key(KeyKind::operator_key), 1));
  ASSERT_TRUE(claims);
  EXPECT_TRUE(claims->is_scoped(role));
  EXPECT_FALSE(claims->is_scoped(plain));
  EXPECT_FALSE(AccountClaims(role, "none").is_scoped(role));
}

}  // namespace
}  // namespace ghboot::nats
