// SPDX-License-Identifier: Apache-2.0
// Accounts that are only signed, for servers that do not exist yet: no server runs until their JWTs are in
// its preload.
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_program.h"
#include "acceptance/workplace.h"
#include "nats/account_claims.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
namespace fs = std::filesystem;

// The provider knows the operator's seed and its store, and no server.
struct Offline {
  explicit Offline(bool strict = false)
      : issuer(nats::make_operator({.name = "acceptance", .strict = strict}, nats::system_clock(),
                                   nats::system_random())) {
    terraform.set("GHBOOT_OPERATOR_SEED", std::string(issuer.signing_key.seed().reveal()));
    terraform.set("GHBOOT_STORE_DIR", store().string());
  }

  nats::NewOperator issuer;
  TempFolder store_parent;
  Terraform terraform;

  fs::path store() const { return store_parent.path() / "store"; }
  void account(std::string_view attributes = "push = \"none\"") const {
    terraform.write(
        "main.tf",
        fmt::format("resource \"ghboot_nats_account\" \"a\" {{\n  name = \"acme\"\n  {}\n}}\n", attributes));
  }
  void user(std::string_view attributes = "") const {
    terraform.write("user.tf", fmt::format(R"(resource "ghboot_nats_user" "u" {{
  account     = ghboot_nats_account.a.public_key
  account_jwt = ghboot_nats_account.a.jwt
  name        = "svc"
  {}
}}
)",
                                           attributes));
  }
  std::string key() const { return terraform.attribute(a, "public_key"); }
  std::string jwt() const { return terraform.attribute(a, "jwt"); }
  nats::AccountClaims claims() const { return nats::AccountClaims::decode(jwt()).value(); }
  // A server of this operator, with what was signed in its preload.
  NatsOptions preloaded() const { return {.issuer = issuer, .preload = {{key(), jwt()}}}; }
  void expect_nothing_to_do() const {
    const Outcome planned = terraform.plan();
    EXPECT_EQ(planned.exit_code, 0) << planned.text();
  }
};

TEST(AccountOffline, IsSignedWithoutAServerAndWorksInThePreloadOfOne) {
  Offline w;
  w.account("push = \"none\"\n  limits = { connections = 1 }");
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.claims().issuer(), w.issuer.signing_key.public_key());
  EXPECT_EQ(w.claims().limits().conn, 1);
  EXPECT_TRUE(w.terraform.attributes(a)["in_sync"].is_null());
  EXPECT_EQ(w.terraform.attributes(a)["deletion_policy"], "delete");
  EXPECT_THAT(account_seeds(w.store()), ElementsAre(w.key()));
  w.expect_nothing_to_do();

  NatsServer server(w.preloaded());
  const auto connection = server.connect(only_creds(w.store()));
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_FALSE(server.connect(only_creds(w.store()))) << "its limit of one connection is in force";
}

TEST(AccountOffline, IsSignedAnewOnTopOfItsJwtWhereAClaimChangesAndNotElse) {
  Offline w;
  w.account("push = \"none\"\n  description = \"first\"\n  tags = [\"one\"]");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string first = w.jwt();
  const std::int64_t first_at = w.claims().issued_at();

  w.account("push = \"none\"\n  deletion_policy = \"retain\"\n  tags = [\"ONE\"]");
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  EXPECT_THAT(w.terraform.plan_json()["resource_changes"][0]["change"]["after_unknown"].dump(),
              Not(HasSubstr("jwt")));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(w.jwt(), first) << "null keeps the description, and tags have no case";

  w.account("push = \"none\"\n  limits = { payload = 100 }\n  tags = []");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_NE(w.jwt(), first);
  EXPECT_GT(w.claims().issued_at(), first_at) << "within one second too";
  EXPECT_EQ(w.claims().limits().payload, 100);
  EXPECT_EQ(w.claims().description(), "first");
  EXPECT_THAT(w.claims().tags(), IsEmpty());
  w.expect_nothing_to_do();
}

TEST(AccountOffline, BySignersOfTheStoreAndOfItsOwnKeyNeedsNoSeedInTheProvider) {
  Offline w;
  w.terraform.unset("GHBOOT_OPERATOR_SEED");
  w.terraform.write("keys.tf", R"(resource "ghboot_nats_key" "o" {
  for_each = toset(["first", "second"])
  kind     = "operator"
}
resource "ghboot_nats_key" "a" {
  kind = "account"
}
)");
  const auto signed_by = [&](std::string_view name) {
    w.account(
        fmt::format("push = \"none\"\n  operator = ghboot_nats_key.o[\"{}\"].public_key\n"
                    "  public_key = ghboot_nats_key.a.public_key",
                    name));
  };
  signed_by("first");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string first = w.claims().issuer();
  EXPECT_EQ(first, w.terraform.attribute(a, "operator"));
  EXPECT_EQ(w.key(), w.terraform.attribute("ghboot_nats_key.a", "public_key"));
  signed_by("second");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_NE(w.claims().issuer(), first);
  EXPECT_EQ(w.claims().issuer(), w.terraform.attribute(a, "operator"));
  w.expect_nothing_to_do();
}

TEST(AccountOffline, WithoutASeedThatSignsSaysWhichAndMakesNothing) {
  Offline w;
  w.account();
  w.terraform.unset("GHBOOT_OPERATOR_SEED");
  const Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("GHBOOT_OPERATOR_SEED_FILE"));
  const auto stranger = nats::KeyPair::generate(nats::KeyKind::operator_key, nats::system_random());
  w.account(fmt::format("push = \"none\"\n  operator = \"{}\"", stranger.public_key()));
  const Outcome unknown = w.terraform.apply();
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(plain(unknown), AllOf(HasSubstr(stranger.public_key()), HasSubstr(w.store().string())));
  EXPECT_THAT(account_seeds(w.store()), IsEmpty());
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
}

TEST(AccountOffline, DestroyedIsForgottenAndItsSeedDiscardedUnlessItsPolicySaysElse) {
  Offline w;
  w.account("push = \"none\"\n  deletion_policy = \"prevent\"");
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.key();
  const Outcome prevented = w.terraform.destroy();
  EXPECT_EQ(prevented.exit_code, 1);
  EXPECT_THAT(plain(prevented), HasSubstr("its deletion_policy is \"prevent\""));
  w.account("push = \"none\"\n  deletion_policy = \"delete\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const Outcome destroyed = w.terraform.destroy();
  ASSERT_TRUE(done(destroyed));
  EXPECT_THAT(plain(destroyed), AllOf(HasSubstr("(" + key + ") was only signed here"),
                                      HasSubstr("List it in the account's revocations")));
  EXPECT_THAT(account_seeds(w.store()), IsEmpty());
  EXPECT_THAT(files_in(w.store(), ".nk", true), Not(IsEmpty()));
}

TEST(AccountOffline, PushedLaterGoesOnFromWhatItsServersHave) {
  Offline w;
  w.account("push = \"none\"\n  description = \"signed\"\n  limits = { connections = 5 }");
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  NatsServer server(w.preloaded());
  auto changed = server.only_account();  // Another tool's, meanwhile.
  changed.revoke("UAWNTLDXP3W4FMOZIFPZFGLPYEFFFHZ7IPXWMXW4CZ3HWIGRC3W2XIRE", 1'700'000'000);
  changed.set_description("changed");
  server.push(changed);

  lead_to(w.terraform, server, w.store());
  w.terraform.unset("GHBOOT_OPERATOR_SEED");
  w.account("push = \"resolver\"\n  description = \"signed\"\n  limits = { connections = 7 }");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_TRUE(w.terraform.attributes(a)["jwt"].is_null());
  EXPECT_EQ(w.terraform.attributes(a)["in_sync"], true);
  EXPECT_EQ(server.only_account().limits().conn, 7);
  EXPECT_EQ(server.only_account().description(), "signed");
  EXPECT_THAT(server.only_account().revocations(), SizeIs(1));
  EXPECT_TRUE(server.connect(only_creds(w.store())));
  w.expect_nothing_to_do();

  // And back: servers keep what they have.
  w.account("push = \"none\"\n  description = \"signed\"\n  limits = { connections = 9 }");
  const Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(plain(planned), HasSubstr("is on servers and stays there as it is"));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(w.claims().limits().conn, 9);
  EXPECT_THAT(w.claims().revocations(), SizeIs(1)) << "signed on top of what servers had";
  EXPECT_EQ(server.only_account().limits().conn, 7);
  server.stop();
  w.expect_nothing_to_do();
  ASSERT_TRUE(done(w.terraform.destroy()));
  EXPECT_THAT(server.stored(), SizeIs(1));
}

TEST(AccountOffline, PushedFirstWhereNoServerHasItIsMade) {
  Offline w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  NatsServer server({.issuer = w.issuer});
  lead_to(w.terraform, server, w.store());
  w.terraform.unset("GHBOOT_OPERATOR_SEED");
  w.account("push = \"resolver\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(server.only_account().subject(), w.key());
  w.expect_nothing_to_do();
  ASSERT_TRUE(done(w.terraform.destroy()));
  EXPECT_THAT(server.stored(), IsEmpty());
}

TEST(AccountOffline, AStrictOperatorsServerTakesItAndItsUserByASigningKey) {
  Offline w(true);
  w.terraform.write("key.tf", "resource \"ghboot_nats_key\" \"s\" {\n  kind = \"account\"\n}\n");
  w.account("push = \"none\"\n  signing_keys = [{ public_key = ghboot_nats_key.s.public_key }]");
  w.user("signing_key = ghboot_nats_key.s.public_key");
  ASSERT_TRUE(done(w.terraform.apply()));
  NatsServer server({.strict = true, .issuer = w.issuer, .preload = {{w.key(), w.jwt()}}});
  const auto connection = server.connect(only_creds(w.store()));
  EXPECT_TRUE(connection) << connection.error().message;
}

TEST(AccountOffline, AUserByAKeyThatItsAccountDoesNotListIsRefusedByThePlan) {
  Offline w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  w.user(fmt::format("signing_key = \"{}\"", new_account_key().public_key()));
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned), HasSubstr("Not a signing key of the account"));
}

TEST(AccountOffline, AJwtInTheStateThatWasChangedByHandIsRefused) {
  Offline w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  std::string text = read_file(w.terraform.path("terraform.tfstate"));
  const std::string jwt = w.jwt();
  std::string forged = jwt;
  forged[jwt.find('.') + 20] = forged[jwt.find('.') + 20] == 'A' ? 'B' : 'A';
  text.replace(text.find(jwt), jwt.size(), forged);
  w.terraform.write("terraform.tfstate", text);
  w.account("push = \"none\"\n  description = \"x\"");
  const Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("It was changed since it was signed"));
}

TEST(AccountOffline, LeavesNoSeedInStateOrOutput) {
  Offline w;
  w.account();
  w.user();
  const Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  const std::string seen = w.terraform.state().dump() + applied.text();
  const auto seeds = files_in(w.store(), ".nk");
  ASSERT_THAT(seeds, Not(IsEmpty()));
  for (const fs::path& file : seeds) {
    const std::string seed = read_file(file).substr(0, 58);
    EXPECT_TRUE(seed.starts_with('S')) << file;
    EXPECT_FALSE(seen.contains(seed)) << file;
  }
  EXPECT_FALSE(seen.contains(w.issuer.signing_key.seed().reveal()));
}

// The output of the example, as it stands, is a server's configuration.
TEST(AccountOffline, TheExamplesServerStartsAndLetsBothUsersIn) {
  Offline w;
  w.terraform.unset("GHBOOT_OPERATOR_SEED");
  w.terraform.write("main.tf", read_file(fs::path(GHBOOT_EXAMPLES) / "offline/main.tf"));
  ASSERT_TRUE(done(w.terraform.apply()));
  const fs::path file = w.terraform.path("server.conf");
  w.terraform.write("server.conf", w.terraform.run({"output", "-raw", "server_config"}).out);
  Process server(
      Command{{nats_program(), "-c", file.string(), "-a", "127.0.0.1", "-p", "-1"}, file.parent_path(), {}});
  ASSERT_TRUE(server.wait_for_output("Server is ready")) << server.output();
  const std::string log = server.output(), mark = "Listening for client connections on ";
  const auto at = log.find(mark) + mark.size();
  const std::string url = "nats://" + log.substr(at, log.find('\n', at) - at);
  const auto creds = files_in(w.store(), ".creds");
  ASSERT_THAT(creds, SizeIs(2));
  const nats::Wait wait{nats::system_clock().now() + std::chrono::seconds(30)};
  for (const fs::path& one : creds) {
    nats::ConnectOptions options;
    options.servers = {url};
    options.creds = nats::Creds::parse(read_file(one)).value();
    const auto connection = nats::Connection::open(options, nats::system_clock(), wait);
    EXPECT_TRUE(connection) << one << ": " << connection.error().message;
  }
  ASSERT_TRUE(done(w.terraform.destroy()));
}

}  // namespace
}  // namespace ghboot::acceptance
