// SPDX-License-Identifier: Apache-2.0
// The signing keys of an account, plain and of a role, as its users meet them.
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Keys, an account that lists them, and a user of each: from nothing in one apply.
constexpr std::string_view all_in_one = R"(
resource "ghboot_nats_key" "plain" {
  kind = "account"
}
resource "ghboot_nats_key" "reader" {
  kind = "account"
}
resource "ghboot_nats_account" "a" {
  name = "acme"
  signing_keys = [
    { public_key = ghboot_nats_key.plain.public_key },
    {
      public_key  = ghboot_nats_key.reader.public_key
      role        = "reader"
      description = "Reads orders"
      template = {
        permissions   = { publish = { allow = ["t.{{name()}}.>"] } }
        subscriptions = 5
      }
    },
  ]
}
resource "ghboot_nats_user" "u" {
  account     = ghboot_nats_account.a.public_key
  name        = "svc"
  signing_key = ghboot_nats_key.reader.public_key
}
)";

std::string signing_keys(const std::string& entries) { return "signing_keys = [" + entries + "]"; }
std::string entry(const nats::KeyPair& key, std::string_view more = "") {
  return fmt::format("{{ public_key = \"{}\", {} }},", key.public_key(), more);
}

TEST(AccountSigning, FromKeyToAccountToUserInOneApply) {
  Workplace w;
  w.terraform.write("main.tf", all_in_one);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  const auto claims = w.nats.only_account();
  const std::string reader = w.terraform.attribute("ghboot_nats_key.reader", "public_key");
  EXPECT_TRUE(claims.is_scoped(reader));
  EXPECT_FALSE(claims.is_scoped(w.terraform.attribute("ghboot_nats_key.plain", "public_key")));

  auto user = w.connect(only_creds(w.store()));
  auto guest = w.connect(w.guest_creds(w.public_key()));
  auto inbox = guest->subscribe({"t.>"}).value();
  ASSERT_TRUE(guest->flush(within()));
  ASSERT_TRUE(user->publish("t.other.a", "x"));
  ASSERT_TRUE(user->publish("t.svc.a", "x"));
  EXPECT_EQ(inbox.next(within()).value()->subject, "t.svc.a");
}

TEST(AccountSigning, AreChangedInPlaceKeptWhileNullAndTakenAwayByAnEmptySet) {
  Workplace w;
  const auto one = new_account_key(), two = new_account_key();
  w.account(signing_keys(entry(one)));
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.only_account().signing_keys(), ElementsAre(one.public_key()));
  const std::string key = w.public_key();

  w.account(signing_keys(entry(two, "role = \"writer\", template = { payload = 9 }") + entry(one)));
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  EXPECT_THAT(planned_actions(w.terraform, a), ElementsAre("update"));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(w.public_key(), key);
  const auto scopes = w.nats.only_account().signing_key_scopes();
  ASSERT_EQ(scopes.size(), 2U);
  for (const auto& scope : scopes) EXPECT_EQ(scope.rights.payload, scope.scoped ? 9 : -1) << scope.role;
  EXPECT_EQ(w.terraform.plan().exit_code, 0);

  w.account(R"(description = "changed")");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.nats.only_account().signing_keys().size(), 2U);
  w.account("signing_keys = []");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.only_account().signing_keys(), IsEmpty());
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountSigning, AnotherToolsKeyIsDriftAndWhatItSaysThatIsNotKnownHereStays) {
  Workplace w;
  const auto ours = new_account_key(), theirs = new_account_key();
  w.account(signing_keys(entry(ours, "role = \"reader\", template = {}")));
  ASSERT_TRUE(done(w.terraform.apply()));
  json document = w.nats.only_account().document();
  auto& list = document["nats"]["signing_keys"];
  list[0]["template"]["proxy_required"] = true;
  list.push_back(theirs.public_key());
  w.nats.push_text(sign_document(document, w.nats.issuer().signing_key));

  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_THAT(w.nats.only_account().signing_keys(), ElementsAre(ours.public_key()));
  w.account(signing_keys(entry(ours, "role = \"reader\", template = { payload = 3 }")));
  ASSERT_TRUE(done(w.terraform.apply()));
  const json after = w.nats.only_account().document()["nats"]["signing_keys"][0]["template"];
  EXPECT_EQ(after["payload"], 3);
  EXPECT_EQ(after["proxy_required"], true) << after.dump();
}

TEST(AccountSigning, ComeWithAnImportAndInTheDataSource) {
  Workplace w;
  const auto plain_key = new_account_key(), role = new_account_key();
  auto claims = new_account();
  nats::SigningKey scope{
      .public_key = role.public_key(), .scoped = true, .role = "r", .description = "d", .rights = {}};
  scope.rights.permissions.publish.allow = {"a.>"};
  claims.set_signing_keys(
      {{.public_key = plain_key.public_key(), .role = {}, .description = {}, .rights = {}}, scope});
  w.nats.push(claims);
  w.account(signing_keys(
      entry(
          role,
          R"(role = "r", description = "d", template = { permissions = { publish = { allow = ["a.>"] } } })") +
      entry(plain_key)));
  w.terraform.write("data.tf",
                    "data \"ghboot_nats_account\" \"d\" {\n  public_key = \"" + claims.subject() + "\"\n}\n");
  ASSERT_TRUE(done(w.terraform.import(a, claims.subject())));
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.terraform.attributes("data.ghboot_nats_account.d")["signing_keys"],
            w.terraform.attributes(a)["signing_keys"]);
}

TEST(AccountSigning, ThatLeavesWhileTheStoreHasUsersOfItNamesThem) {
  Workplace w;
  w.terraform.write("main.tf", all_in_one);
  ASSERT_TRUE(done(w.terraform.apply()));
  std::string without(all_in_one);
  const auto begin = without.find("    {\n      public_key  =");
  without.erase(begin, without.find("  ]\n", begin) - begin);
  without.erase(without.find("resource \"ghboot_nats_user\""));
  w.terraform.write("main.tf", without);
  // The user stays: only its resource is forgotten.
  ASSERT_TRUE(done(w.terraform.run({"state", "rm", "ghboot_nats_user.u"})));
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(plain(planned), HasSubstr("Signing key with users"));
  EXPECT_THAT(plain(planned), HasSubstr("the store has one user: svc."));
  const std::string creds = only_creds(w.store());
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_FALSE(w.nats.connect(creds)) << "the servers refuse whom the key signed";
}

TEST(AccountSigning, AreRotatedInTwoApplies) {
  Workplace w;
  w.terraform.write("main.tf",
                    read_file(std::filesystem::path(GHBOOT_EXAMPLES) / "signing-key-rotation" / "main.tf"));
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string old_creds = only_creds(w.store());
  ASSERT_TRUE(w.nats.connect(old_creds));

  w.terraform.set("TF_VAR_listed", R"(["2026", "2027"])");
  w.terraform.set("TF_VAR_signer", "2027");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string new_creds = only_creds(w.store());
  EXPECT_NE(user_claims(new_creds).issuer, user_claims(old_creds).issuer);
  EXPECT_TRUE(w.nats.connect(new_creds));
  EXPECT_TRUE(w.nats.connect(old_creds)) << "copies live until the second apply";

  w.terraform.set("TF_VAR_listed", R"(["2027"])");
  const Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), Not(HasSubstr("Signing key with users"))) << "nobody is left behind";
  EXPECT_TRUE(w.nats.connect(new_creds));
  EXPECT_FALSE(w.nats.connect(old_creds));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountSigning, AStrictOperatorsAccountIsMadeAndChangedWithItsUser) {
  Workplace w({.strict = true});
  w.terraform.write("main.tf", all_in_one);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
  std::string changed(all_in_one);
  changed.insert(changed.find("  signing_keys = ["), "  description = \"changed\"\n");
  w.terraform.write("main.tf", changed);
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.nats.only_account().description(), "changed");
  EXPECT_EQ(w.nats.only_account().issuer(), w.nats.issuer().signing_key.public_key());
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountIdentity, IsImportedByItsIdentity) {
  Workplace w;
  if (!w.terraform.is_since(12, 12)) GTEST_SKIP() << "this Terraform knows no identities yet";
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  ASSERT_TRUE(done(w.terraform.run({"state", "rm", std::string(a)})));
  w.terraform.write("import.tf",
                    fmt::format("import {{\n  to       = {}\n  identity = {{ public_key = \"{}\" "
                                "}}\n}}\n",
                                a, key));
  const Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("1 imported, 0 added, 0 changed, 0 destroyed"));
  EXPECT_EQ(w.public_key(), key);
}

}  // namespace
}  // namespace ghboot::acceptance
