// SPDX-License-Identifier: Apache-2.0
// What the real nsc wrote (fixtures/nsc) is read in full, and a change of one claim loses no other.
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "nats/account_claims.h"
#include "nats/activation_claims.h"
#include "nats/creds.h"
#include "nats/environment.h"
#include "nats/operator_claims.h"
#include "nats/user_claims.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(GHBOOT_NSC_FIXTURES "/") + name);
  EXPECT_TRUE(file) << name;
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!name.ends_with(".creds")) text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

template <class Claims>
Claims decoded(const std::string& text) {
  auto claims = Claims::decode(text);
  EXPECT_TRUE(claims) << claims.error().message;
  return *std::move(claims);
}

UserClaims user(const std::string& file) {
  const auto creds = Creds::parse(fixture(file));
  EXPECT_TRUE(creds) << creds.error().message;
  return decoded<UserClaims>(std::string(creds->jwt.reveal()));
}

TEST(NscFixture, TheOperatorTrustsItsSigningKeyWhichSignedTheAccounts) {
  const auto claims = decoded<OperatorClaims>(fixture("operator.jwt"));
  EXPECT_EQ(claims.name, "interop");
  EXPECT_THAT(claims.signing_keys, SizeIs(1));
  EXPECT_EQ(claims.system_account, decoded<AccountClaims>(fixture("SYS.jwt")).subject());
  for (const char* account : {"team.jwt", "partner.jwt"})
    EXPECT_TRUE(claims.trusts(decoded<AccountClaims>(fixture(account)).issuer())) << account;
}

TEST(NscFixture, TheAccountIsReadAsNscDescribesIt) {
  const auto claims = decoded<AccountClaims>(fixture("team.jwt"));
  EXPECT_EQ(claims.document(), json::parse(fixture("team.json")));
  EXPECT_THAT(claims.problems(), IsEmpty());
  EXPECT_EQ(claims.description(), "Made by nsc");
  EXPECT_EQ(claims.info_url(), "https://example.com/team");
  EXPECT_THAT(claims.tags(), ElementsAre("one", "two"));
  const AccountLimits limits = claims.limits();
  EXPECT_EQ(limits.conn, 7);
  EXPECT_EQ(limits.leaf, 3);
  EXPECT_EQ(limits.jetstream, JetStreamLimits());
  ASSERT_THAT(limits.tiers, SizeIs(2));
  EXPECT_EQ(limits.tiers.at("R3").disk_storage, 1'000'000'000);
  EXPECT_EQ(limits.tiers.at("R3").streams, 5);
  EXPECT_THAT(claims.default_permissions().publish.allow, ElementsAre("open.>"));
  EXPECT_THAT(claims.default_permissions().subscribe.deny, ElementsAre("secret.>"));
  EXPECT_EQ(claims.default_permissions().responses_max, 2);
  EXPECT_EQ(claims.revocations(),
            (std::map<std::string, std::int64_t>{{user("alice.creds").subject, 1'700'000'000}}));
  ASSERT_THAT(claims.signing_keys(), SizeIs(2));
  EXPECT_NE(claims.is_scoped(claims.signing_keys()[0]), claims.is_scoped(claims.signing_keys()[1]));
}

TEST(NscFixture, AChangeOfOneClaimLosesNoOther) {
  auto claims = decoded<AccountClaims>(fixture("team.jwt"));
  AccountLimits limits = claims.limits();
  limits.conn = 8;
  claims.set_limits(limits);
  const auto signer = KeyPair::generate(KeyKind::operator_key, system_random());
  json written = decoded<AccountClaims>(claims.encode(signer, 1'800'000'000)).document();
  EXPECT_EQ(written["nats"]["limits"]["conn"], 8);
  written["nats"]["limits"]["conn"] = 7;
  json before = json::parse(fixture("team.json"));
  for (const char* name : {"iat", "iss", "jti"}) {
    written.erase(name);
    before.erase(name);
  }
  EXPECT_EQ(written, before);
}

TEST(NscFixture, UsersAreReadWithTheirRightsAndTheirAccount) {
  const std::string team = decoded<AccountClaims>(fixture("team.jwt")).subject();
  const UserClaims alice = user("alice.creds"), bob = user("bob.creds");
  EXPECT_EQ(alice.name, "alice");
  EXPECT_EQ(alice.account(), team);
  EXPECT_THAT(alice.rights.permissions.publish.allow, ElementsAre("orders.new"));
  EXPECT_THAT(alice.tags, ElementsAre("x"));
  EXPECT_EQ(bob.account(), team);
  EXPECT_TRUE(decoded<AccountClaims>(fixture("team.jwt")).is_scoped(bob.issuer));
  EXPECT_EQ(bob.rights, UserRights::none()) << "its role says what it may";
}

TEST(NscFixture, TheActivationIsReadAsTheImportHasIt) {
  const auto claims = decoded<ActivationClaims>(fixture("activation.jwt"));
  const auto team = json::parse(fixture("team.json"));
  EXPECT_EQ(claims.importer, team["sub"].get<std::string>());
  EXPECT_EQ(claims.subject, "feed.>");
  EXPECT_EQ(claims.kind, "stream");
  EXPECT_EQ(team["nats"]["imports"][0]["token"], fixture("activation.jwt"));
}

}  // namespace
}  // namespace ghboot::nats
