// SPDX-License-Identifier: Apache-2.0
// A key that Terraform knows by its public half alone, and the provider's functions.
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/workplace.h"
#include "nats/environment.h"

namespace ghboot::acceptance {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::string_view k = "ghboot_nats_key.k";

void key(const Workplace& w, std::string_view attributes = "kind = \"account\"") {
  w.terraform.write("key.tf", fmt::format("resource \"ghboot_nats_key\" \"k\" {{\n  {}\n}}\n", attributes));
}

std::string seed_text(const nats::KeyPair& key) { return std::string(key.seed().reveal()); }

// Without the line's end, which JSON would write otherwise.
std::string seed_in(const std::filesystem::path& file) {
  return seed_text(nats::KeyPair::from_seed(read_file(file)).value());
}

nats::KeyPair new_key(nats::KeyKind kind) { return nats::KeyPair::generate(kind, nats::system_random()); }

TEST(KeyLife, TheSeedIsInTheStoreAlone) {
  Workplace w;
  key(w);
  w.account("public_key = ghboot_nats_key.k.public_key");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string made = w.terraform.attribute(k, "public_key");
  EXPECT_EQ(w.public_key(), made);
  ASSERT_THAT(account_seeds(w.store()), ElementsAre(made));
  EXPECT_TRUE(w.connect(w.guest_creds(made))) << "the account's users can be signed with it";
  const auto attributes = w.terraform.attributes(k);
  EXPECT_TRUE(attributes["seed"].is_null());
  EXPECT_THAT(w.terraform.state().dump(), Not(HasSubstr(seed_in(files_in(w.store(), ".nk").front()))));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  ASSERT_TRUE(done(w.terraform.destroy()));
  EXPECT_THAT(account_seeds(w.store()), IsEmpty());
}

TEST(KeyLife, AnotherKeeperMakesAnotherKeyBeforeTheOldOneGoes) {
  Workplace w;
  const auto of = [&](std::string_view month) {
    key(w, fmt::format("kind = \"account\"\n  keepers = {{ month = \"{}\" }}\n"
                       "  lifecycle {{ create_before_destroy = true }}",
                       month));
  };
  of("may");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string before = w.terraform.attribute(k, "public_key");
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  of("june");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string after = w.terraform.attribute(k, "public_key");
  EXPECT_NE(after, before);
  EXPECT_THAT(account_seeds(w.store()), ElementsAre(after));
}

TEST(KeyLife, ASeedIsShownInTheStateOnlyWhereItIsAskedFor) {
  Workplace w;
  key(w);
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string made = w.terraform.attribute(k, "public_key");
  key(w, "kind = \"account\"\n  keep_seed_in_state = true");
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto shown = nats::KeyPair::from_seed(w.terraform.attribute(k, "seed"));
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->public_key(), made);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  key(w);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_TRUE(w.terraform.attributes(k)["seed"].is_null());
  EXPECT_EQ(w.terraform.attribute(k, "public_key"), made);
}

TEST(KeyLife, ASeedThatIsNotInThisStoreIsNoDrift) {
  Workplace w;
  key(w);
  ASSERT_TRUE(done(w.terraform.apply()));
  std::filesystem::remove_all(w.store());
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  key(w, "kind = \"account\"\n  keep_seed_in_state = true");
  const Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), AllOf(HasSubstr("Key not changed"), HasSubstr("is not in the store")));
}

TEST(KeyLife, AnImportedKeyNeedsNoSeed) {
  Workplace w;
  key(w);
  const nats::KeyPair elsewhere = new_account_key();
  ASSERT_TRUE(done(w.terraform.import(k, elsewhere.public_key())));
  EXPECT_EQ(w.terraform.attribute(k, "kind"), "account");
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(KeyLife, WhatIsNoPublicKeyIsNotImported) {
  Workplace w;
  key(w);
  const std::string seed = seed_text(new_account_key());
  const Outcome refused = w.terraform.import(k, seed);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), AllOf(HasSubstr("Not a public key"), HasSubstr("seed")));
  const Outcome cluster = w.terraform.import(k, new_key(nats::KeyKind::cluster).public_key());
  EXPECT_THAT(plain(cluster), HasSubstr("which servers make for themselves"));
}

class KeyLifeWriteOnly : public testing::Test {
 protected:
  void SetUp() override {
    if (!w.terraform.is_since(11, 11))
      GTEST_SKIP() << "write-only attributes need Terraform 1.11 or OpenTofu 1.11";
    w.terraform.write("variable.tf", "variable \"seed\" {\n  type      = string\n  ephemeral = true\n}\n");
  }
  void bring(const nats::KeyPair& brought, int version, std::string_view kind = "account") {
    w.terraform.set("TF_VAR_seed", seed_text(brought));
    key(w, fmt::format("kind = \"{}\"\n  seed_wo = var.seed\n  seed_wo_version = {}", kind, version));
  }

  Workplace w;
};

TEST_F(KeyLifeWriteOnly, ASeedThatIsBroughtGoesToTheStoreAndStaysThere) {
  const nats::KeyPair first = new_account_key(), second = new_account_key();
  bring(first, 1);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.terraform.attribute(k, "public_key"), first.public_key());
  EXPECT_THAT(account_seeds(w.store()), ElementsAre(first.public_key()));
  EXPECT_THAT(w.terraform.state().dump(), Not(HasSubstr(seed_text(first))));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  bring(second, 1);
  EXPECT_EQ(w.terraform.plan().exit_code, 0) << "a write-only value alone is no change";
  bring(second, 2);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.terraform.attribute(k, "public_key"), second.public_key());
  w.terraform.write("key.tf", "");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(account_seeds(w.store()), SizeIs(2)) << "seeds that were not made here are not touched";
}

TEST_F(KeyLifeWriteOnly, AnImportedKeyIsJoinedByItsSeedAndByNoOther) {
  const nats::KeyPair right = new_account_key(), wrong = new_account_key();
  bring(wrong, 1);
  ASSERT_TRUE(done(w.terraform.import(k, right.public_key())));
  const Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), AllOf(HasSubstr("Seed of another key"), HasSubstr(wrong.public_key()),
                                    HasSubstr("-replace"), Not(HasSubstr(seed_text(wrong)))));
  bring(right, 1);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.terraform.attribute(k, "public_key"), right.public_key());
  EXPECT_THAT(account_seeds(w.store()), ElementsAre(right.public_key()));
}

TEST_F(KeyLifeWriteOnly, ASeedOfAnotherKindAndWhatIsNoSeedAreRefused) {
  const nats::KeyPair user = new_key(nats::KeyKind::user);
  bring(user, 1);
  const Outcome other = w.terraform.plan();
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(plain(other), AllOf(HasSubstr("Seed of another kind of key"), HasSubstr("`kind` says account"),
                                  Not(HasSubstr(seed_text(user)))));
  w.terraform.set("TF_VAR_seed", "hunter2hunter2");
  const Outcome none = w.terraform.plan();
  EXPECT_THAT(plain(none), AllOf(HasSubstr("Not a seed"), Not(HasSubstr("hunter2"))));
}

TEST_F(KeyLifeWriteOnly, AnEphemeralKeyHandsASeedOn) {
  key(w);
  w.terraform.set("TF_VAR_seed", "none");
  w.terraform.write("second.tf", R"(
ephemeral "ghboot_nats_key" "k" {
  public_key = ghboot_nats_key.k.public_key
}
resource "ghboot_nats_key" "same" {
  kind            = "account"
  seed_wo         = ephemeral.ghboot_nats_key.k.seed
  seed_wo_version = 1
}
ephemeral "ghboot_nats_key" "new" {
  kind = "user"
}
resource "ghboot_nats_key" "other" {
  kind            = "user"
  seed_wo         = ephemeral.ghboot_nats_key.new.seed
  seed_wo_version = 1
})");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string made = w.terraform.attribute(k, "public_key");
  EXPECT_EQ(w.terraform.attribute("ghboot_nats_key.same", "public_key"), made);
  EXPECT_THAT(w.terraform.attribute("ghboot_nats_key.other", "public_key"), testing::StartsWith("U"));
  for (const auto& file : files_in(w.store(), ".nk"))
    EXPECT_THAT(w.terraform.state().dump(), Not(HasSubstr(seed_in(file))));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(KeyLife, FunctionsWorkInAConfiguration) {
  Workplace w;
  if (!w.terraform.is_since(8, 7))
    GTEST_SKIP() << "functions of providers need Terraform 1.8 or OpenTofu 1.7";
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("creds", only_creds(w.store()));
  w.terraform.write("output.tf", R"(
locals {
  parts = provider::ghboot::creds_decode(file("creds"))
}
output "same" {
  value = provider::ghboot::creds_format(local.parts.jwt, local.parts.seed) == file("creds")
}
output "user" {
  value = provider::ghboot::seed_public_key(local.parts.seed)
}
output "name" {
  value = provider::ghboot::jwt_decode(local.parts.jwt).name
}
output "covered" {
  value = provider::ghboot::subject_matches("orders.>", "orders.eu.*")
}
output "signature" {
  value = provider::ghboot::webhook_signature("It's a Secret to Everybody", "Hello, World!")
})");
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto outputs = w.terraform.state()["outputs"];
  EXPECT_EQ(outputs["same"]["value"], true);
  EXPECT_EQ(outputs["user"]["value"], w.terraform.attribute("ghboot_nats_user.u", "public_key"));
  EXPECT_EQ(outputs["name"]["value"], "svc");
  EXPECT_EQ(outputs["covered"]["value"], true);
  EXPECT_EQ(outputs["signature"]["value"].get<std::string>(),
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
  w.terraform.write("output.tf", "output \"o\" {\n  value = provider::ghboot::jwt_decode(\"a.b.c\")\n}\n");
  const Outcome refused = w.terraform.plan();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("Not a JWT of NATS"));
}

}  // namespace
}  // namespace ghboot::acceptance
