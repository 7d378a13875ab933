// SPDX-License-Identifier: Apache-2.0
// Accounts that another tool made, with claims that ghboot does not know: imported, managed, adopted, and
// never stripped of what they had.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;
using testing::Not;

struct ForeignAccount {
  nats::KeyPair key = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
  nats::KeyPair signing = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());

  nlohmann::json document() const {
    auto claims = nats::AccountClaims(key.public_key(), "acme").document();
    auto& body = claims["nats"];
    body["limits"]["conn"] = 7;
    body["description"] = "Made by nsc";
    body["tags"] = {"one", "two"};
    body["exports"] = {{{"name", "orders"}, {"subject", "orders.>"}, {"type", "stream"}}};
    body["signing_keys"] = {signing.public_key()};
    body["mappings"] = {{"old", {{{"subject", "new"}, {"weight", 100}}}}};
    body["default_permissions"] = {{"pub", {{"deny", {"secret.>"}}}}, {"sub", nlohmann::json::object()}};
    body["trace"] = {{"dest", "trace.here"}, {"sampling", 10}};
    return claims;
  }
  void push(Workplace& w) const { w.nats.push_text(sign_document(document(), w.nats.issuer().signing_key)); }
};

constexpr std::string_view matching = R"(description = "Made by nsc"
  tags = ["one", "two"]
  limits = { connections = 7 })";

// What no update of limits may touch.
nlohmann::json rest_of(const nats::AccountClaims& claims) {
  auto document = claims.document();
  for (const char* name : {"iat", "iss", "jti"}) {
    document.erase(name);
  }
  document["nats"]["limits"].erase("conn");
  return document;
}

TEST(AccountImport, ByIdLeavesNothingToDo) {
  Workplace w;
  const ForeignAccount foreign;
  foreign.push(w);
  w.account(matching);
  Outcome imported = w.terraform.import(a, foreign.key.public_key());
  ASSERT_TRUE(done(imported));
  EXPECT_EQ(w.terraform.attributes(a)["adopted"], true);
  EXPECT_EQ(w.terraform.attributes(a)["deletion_policy"], "retain");
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

TEST(AccountImport, OfTheNameAloneLeavesNothingToDo) {
  Workplace w;
  const ForeignAccount foreign;
  foreign.push(w);
  w.account();
  ASSERT_TRUE(done(w.terraform.import(a, foreign.key.public_key())));
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

TEST(AccountImport, ByBlockWritesNothing) {
  Workplace w;
  const ForeignAccount foreign;
  foreign.push(w);
  const auto stored = w.nats.stored();
  w.account(matching);
  w.terraform.write("import.tf",
                    fmt::format("import {{\n  to = {}\n  id = \"{}\"\n}}\n", a, foreign.key.public_key()));
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("1 imported, 0 added, 0 changed, 0 destroyed"));
  EXPECT_EQ(w.nats.stored(), stored);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountImport, AnUpdateKeepsClaimsThatGhbootDoesNotKnow) {
  Workplace w;
  const ForeignAccount foreign;
  foreign.push(w);
  const auto before = rest_of(w.nats.only_account());
  w.account("limits = { connections = 8 }");
  ASSERT_TRUE(done(w.terraform.import(a, foreign.key.public_key())));
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.only_account().limits().conn, 8);
  EXPECT_EQ(rest_of(w.nats.only_account()), before);
}

TEST(AccountImport, OfAnAbsentAccountSaysSo) {
  Workplace w;
  w.account();
  const std::string absent = ForeignAccount().key.public_key();
  Outcome imported = w.terraform.import(a, absent);
  EXPECT_EQ(imported.exit_code, 1);
  EXPECT_THAT(plain(imported), HasSubstr(absent));
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
}

TEST(AccountImport, OfAnotherKindOfKeySaysWhichKind) {
  Workplace w;
  w.account();
  Outcome imported =
      w.terraform.import(a, nats::KeyPair::generate(nats::KeyKind::user, nats::system_random()).public_key());
  EXPECT_EQ(imported.exit_code, 1);
  EXPECT_THAT(plain(imported), HasSubstr("user"));
}

TEST(AccountImport, OfASeedNeverRepeatsIt) {
  Workplace w;
  w.account();
  const std::string seed(ForeignAccount().key.seed().reveal());
  Outcome imported = w.terraform.import(a, seed);
  EXPECT_EQ(imported.exit_code, 1);
  EXPECT_THAT(plain(imported), HasSubstr("seed"));
  EXPECT_THAT(imported.err, Not(HasSubstr(seed))) << "terraform itself repeats it on its standard output";
}

TEST(AccountAdoption, OfAnEqualAccountNeedsNoPermission) {
  Workplace w;
  const ForeignAccount foreign;
  foreign.push(w);
  const auto stored = w.nats.stored();
  w.account(fmt::format("public_key = \"{}\"\n  {}", foreign.key.public_key(), matching));
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.stored(), stored);
  EXPECT_EQ(w.terraform.attributes(a)["adopted"], true);
  EXPECT_EQ(w.terraform.attributes(a)["deletion_policy"], "retain");
}

TEST(AccountAdoption, OfADifferentAccountIsRefusedWithTheDifferenceAndTheBlock) {
  Workplace w;
  const ForeignAccount foreign;
  foreign.push(w);
  const auto stored = w.nats.stored();
  w.account(fmt::format("public_key = \"{}\"\n  limits = {{ connections = 99 }}", foreign.key.public_key()));
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("limits.connections: 7 there, 99 wanted"));
  EXPECT_THAT(plain(applied), HasSubstr(fmt::format("id = \"{}\"", foreign.key.public_key())));
  EXPECT_THAT(plain(applied), HasSubstr("adopt_existing = true"));
  EXPECT_EQ(w.nats.stored(), stored);
  EXPECT_TRUE(w.terraform.attributes(a).is_null()) << "nothing was made, so nothing is tainted";
}

TEST(AccountAdoption, WhenAllowedIsAnnouncedByThePlanAndKeepsUnknownClaims) {
  Workplace w;
  const ForeignAccount foreign;
  foreign.push(w);
  const auto before = rest_of(w.nats.only_account());
  w.account(fmt::format("public_key = \"{}\"\n  adopt_existing = true\n  limits = {{ connections = 99 }}",
                        foreign.key.public_key()));
  Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(plain(planned), HasSubstr("limits.connections: 7 there, 99 wanted"));
  Outcome applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.only_account().limits().conn, 99);
  EXPECT_EQ(rest_of(w.nats.only_account()), before);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
