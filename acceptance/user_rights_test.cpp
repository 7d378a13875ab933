// SPDX-License-Identifier: Apache-2.0
// What a user may do beyond subjects: limits, networks, times, types of connection, tags, and a key of its
// own.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/workplace.h"
#include "nats/creds.h"
#include "nats/server_version.h"
#include "nats/user_claims.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(UserRights, AllOfThemAreInItsCredsAndComeBackByImport) {
  Workplace w;
  w.account();
  w.user(R"(
  subscriptions    = 10
  data             = 1000
  payload          = 512
  source_networks  = ["127.0.0.0/8", "::1/128"]
  times            = [{ start = "00:00:00", end = "12:00:00" }, { start = "12:00:00", end = "23:59:59" }]
  times_location   = "UTC"
  connection_types = ["STANDARD", "WEBSOCKET"]
  tags             = ["Team:A", "b"])");
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto claims = user_claims(only_creds(w.store()));
  EXPECT_EQ(claims.rights.subs, 10);
  EXPECT_EQ(claims.rights.data, 1000);
  EXPECT_EQ(claims.rights.payload, 512);
  EXPECT_THAT(claims.rights.source_networks, ElementsAre("127.0.0.0/8", "::1/128"));
  ASSERT_EQ(claims.rights.times.size(), 2U);
  EXPECT_EQ(claims.rights.times[1], (nats::TimeRange{.start = "12:00:00", .end = "23:59:59"}));
  EXPECT_EQ(claims.rights.times_location, "UTC");
  EXPECT_THAT(claims.rights.connection_types, ElementsAre("STANDARD", "WEBSOCKET"));
  EXPECT_THAT(claims.tags, ElementsAre("b", "team:a"));
  EXPECT_FALSE(claims.rights.bearer_token);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  const Outcome planned = w.reimport_user();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

// The server's own behaviour shows that the warning is true: a type that it does not know is no type.
TEST(UserRights, WithinTheProcessAreTooNewForOldServersWhichThePlanSays) {
  Workplace w;
  w.account();
  w.user(R"(connection_types = ["IN_PROCESS", "STANDARD"])");
  const Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  NatsManager manager(w.nats);
  const auto version = nats::parse_version(manager.resolver.list(within()).value().front().server.version);
  const bool is_old = version < nats::ServerVersion{2, 11};
  EXPECT_EQ(plain(planned).contains("connection_types needs servers of 2.11 or newer"), is_old)
      << planned.text();
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_TRUE(w.connect(only_creds(w.store())));
  const Outcome same = w.terraform.plan();
  EXPECT_EQ(same.exit_code, 0) << same.text();
  EXPECT_FALSE(plain(same).contains("needs servers of")) << "told when it changes, not at each plan";
}

TEST(UserRights, ItsPayloadIsLimited) {
  Workplace w;
  w.account();
  w.user("payload = 16");
  ASSERT_TRUE(done(w.terraform.apply()));
  auto user = w.connect(only_creds(w.store()));
  auto own = user->subscribe({"a"}).value();
  ASSERT_TRUE(user->publish("a", "fits"));
  EXPECT_EQ(own.next(within(std::chrono::seconds(10))).value()->body, "fits");
  EXPECT_FALSE(user->publish("a", std::string(17, 'x'))) << "the server said that it takes 16 bytes";
}

TEST(UserRights, FromAnotherNetworkOrByAnotherTypeOfConnectionItIsRefused) {
  Workplace w;
  w.account();
  for (const char* only : {"source_networks = [\"192.0.2.0/24\"]", "connection_types = [\"MQTT\"]"}) {
    w.user(only);
    ASSERT_TRUE(done(w.terraform.apply()));
    EXPECT_FALSE(w.nats.connect(only_creds(w.store()))) << only;
  }
  w.user(R"(source_networks = ["127.0.0.1/32"]
  connection_types = ["STANDARD"])");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
}

// Whether the server lets in who has the JWT and proves to have another key.
bool lets_in_with_another_key(const Workplace& w) {
  nats::ConnectOptions options;
  options.servers = {w.nats.url()};
  options.creds = nats::Creds{.jwt = nats::Creds::parse(only_creds(w.store())).value().jwt,
                              .key = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random())};
  return nats::Connection::open(options, nats::system_clock(), within(std::chrono::seconds(10))).has_value();
}

TEST(UserRights, ABearersJwtAloneLetsIn) {
  Workplace w;
  w.account();
  w.user("bearer = true");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_TRUE(lets_in_with_another_key(w));
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_FALSE(lets_in_with_another_key(w));
}

TEST(UserRights, AnAccountWithoutBearersIsSaidToRefuseThem) {
  Workplace w;
  w.account("limits = { disallow_bearer = true }");
  w.user("bearer = true");
  const Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("limits.disallow_bearer"));
  EXPECT_THAT(files_in(w.store(), ".creds"), IsEmpty());
}

TEST(UserRights, OnlyWiderRightsBringNoWarning) {
  Workplace w;
  w.account();
  w.user(R"(payload = 100
  permissions = { publish = { allow = ["a.b"] } })");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.user(R"(payload = 200
  permissions = { publish = { allow = ["a.>"] } })");
  const Outcome wider = w.terraform.apply();
  ASSERT_TRUE(done(wider));
  EXPECT_THAT(plain(wider), testing::Not(HasSubstr("Creds that were handed out")));
  w.user(R"(payload = 199
  permissions = { publish = { allow = ["a.>"] } })");
  EXPECT_THAT(plain(w.terraform.plan()), HasSubstr("Creds that were handed out keep their rights"));
}

TEST(UserRights, OnChangeTheOldCredsAreRevokedWhenSoConfigured) {
  Workplace w;
  w.account();
  w.user("on_change = \"revoke_old\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.terraform.attribute(u, "public_key");
  const std::string before = only_creds(w.store());
  w.user(R"(on_change = "revoke_old"
  permissions = { publish = { allow = ["a.b"] } })");
  const Outcome planned = w.terraform.plan();
  EXPECT_THAT(planned_actions(w.terraform, u), ElementsAre("update"));
  EXPECT_THAT(plain(planned), testing::Not(HasSubstr("Creds that were handed out")));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(w.terraform.attribute(u, "public_key"), key);
  EXPECT_FALSE(w.nats.connect(before));
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
  EXPECT_EQ(w.nats.only_account().revocations().at(key), user_claims(before).issued_at);
  const Outcome after = w.terraform.plan();
  EXPECT_EQ(after.exit_code, 0) << after.text();
}

// A revocation that could not be written leaves the state as it was: the next apply does it all.
TEST(UserRights, AnOldOneThatCouldNotBeRevokedIsRevokedByTheNextApply) {
  Workplace w;
  w.account();
  w.user("on_change = \"revoke_old\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string before = only_creds(w.store());
  w.user(R"(on_change = "revoke_old"
  payload = 100)");
  const auto stranger = nats::KeyPair::generate(nats::KeyKind::operator_key, nats::system_random());
  w.terraform.write("stranger.nk", stranger.seed().reveal());
  w.terraform.set("GHBOOT_OPERATOR_SEED_FILE", w.terraform.path("stranger.nk").string());
  const Outcome failed = w.terraform.apply();
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(plain(failed), HasSubstr("Old creds not revoked"));
  EXPECT_TRUE(w.nats.connect(before));
  w.terraform.set("GHBOOT_OPERATOR_SEED_FILE", w.nats.operator_seed_file().string());
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_FALSE(w.nats.connect(before));
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
  EXPECT_EQ(user_claims(only_creds(w.store())).rights.payload, 100);
}

// With a key of which the store has no seed the JWT is what one gets: with the seed it makes creds.
TEST(UserRights, AKeyOfItsOwnMakesAJwtForWhoHasTheSeed) {
  Workplace w;
  const auto key = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random());
  const auto with_key = [&](std::string_view more) {
    w.user(fmt::format("public_key = \"{}\"\n  {}", key.public_key(), more));
  };
  w.account();
  with_key("");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(files_in(w.store(), ".creds"), IsEmpty());
  EXPECT_EQ(w.terraform.attribute(u, "public_key"), key.public_key());
  const auto creds_now = [&] {
    return nats::Creds{.jwt = nats::Secret(w.terraform.attribute(u, "jwt")), .key = key};
  };
  EXPECT_TRUE(w.nats.connect(creds_now().format().reveal()));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  with_key("payload = 100");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(user_claims(creds_now().format().reveal()).rights.payload, 100);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  const auto last = creds_now();
  with_key("bearer = true");
  const Outcome bearer = w.terraform.apply();
  EXPECT_EQ(bearer.exit_code, 1);
  EXPECT_THAT(plain(bearer), HasSubstr("a bearer user's JWT is a secret"));
  w.terraform.write("user.tf", "");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_FALSE(w.nats.connect(last.format().reveal()));
}

TEST(UserRights, AKeyWhoseSeedTheStoreHasMakesCreds) {
  Workplace w;
  w.account();
  w.user("deletion_policy = \"retain\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.terraform.attribute(u, "public_key");
  ASSERT_TRUE(done(w.terraform.run({"state", "rm", std::string(u)})));
  w.user(fmt::format("public_key = \"{}\"\n  payload = 100", key));
  const Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("a folder has them in trash/"));
  EXPECT_EQ(user_claims(only_creds(w.store(), true)).rights.payload, -1) << "the creds that were there";
  EXPECT_EQ(user_claims(only_creds(w.store())).subject, key);
  EXPECT_EQ(user_claims(only_creds(w.store())).rights.payload, 100);
  EXPECT_TRUE(w.terraform.attributes(u)["jwt"].is_null());
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
}

TEST(UserRights, AnotherKeyIsAnotherUser) {
  Workplace w;
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string before = only_creds(w.store());
  const auto key = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random());
  w.user(fmt::format("public_key = \"{}\"", key.public_key()));
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  EXPECT_THAT(planned_actions(w.terraform, u), ElementsAre("delete", "create"));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_FALSE(w.nats.connect(before));
}

TEST(UserRights, IsImportedByItsIdentity) {
  Workplace w;
  if (!w.terraform.is_since(12, 12)) GTEST_SKIP() << "this Terraform knows no identities yet";
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string account = w.public_key(), key = w.terraform.attribute(u, "public_key");
  ASSERT_TRUE(done(w.terraform.run({"state", "rm", std::string(u)})));
  w.terraform.write("import.tf", fmt::format(R"(import {{
  to       = ghboot_nats_user.u
  identity = {{ account = "{}", public_key = "{}" }}
}}
)",
                                             account, key));
  const Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("1 imported, 0 added, 0 changed, 0 destroyed"));
  EXPECT_EQ(w.terraform.attribute(u, "public_key"), key);
}

}  // namespace
}  // namespace ghboot::acceptance
