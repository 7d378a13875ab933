// SPDX-License-Identifier: Apache-2.0
// The data source: an account as the servers store it, whoever made it.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/nats_proxy.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;

constexpr std::string_view d = "data.ghboot_nats_account.d";

void ask_for(const Terraform& terraform, std::string_view attributes) {
  terraform.write("main.tf", fmt::format("data \"ghboot_nats_account\" \"d\" {{\n  {}\n}}\n", attributes));
}

TEST(AccountData, ByKeyShowsWhatAnotherToolMade) {
  Workplace w;
  const auto key = new_account_key();
  const auto signing = new_account_key();
  auto document = nats::AccountClaims(key.public_key(), "elsewhere").document();
  document["nats"]["description"] = "Made by hand";
  document["nats"]["signing_keys"] = {signing.public_key()};
  document["nats"]["tags"] = {"one"};
  document["nats"]["limits"]["conn"] = 7;
  document["nats"]["mappings"] = {{"old", {{{"subject", "new"}, {"weight", 100}}}}};
  w.nats.push_text(sign_document(document, w.nats.issuer().signing_key));
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  w.terraform.unset("GHBOOT_OPERATOR_SEED_FILE");  // Reading needs no right to sign.
  ask_for(w.terraform, fmt::format("public_key = \"{}\"", key.public_key()));
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  const auto found = w.terraform.attributes(d);
  EXPECT_EQ(found["name"], "elsewhere");
  EXPECT_EQ(found["description"], "Made by hand");
  EXPECT_EQ(found["limits"]["connections"], 7);
  EXPECT_EQ(found["tags"], nlohmann::json({"one"}));
  ASSERT_EQ(found["signing_keys"].size(), 1U);
  EXPECT_EQ(found["signing_keys"][0]["public_key"], signing.public_key());
  EXPECT_TRUE(found["signing_keys"][0]["template"].is_null()) << "it is plain";
  EXPECT_EQ(found["mappings"]["old"]["destinations"][0]["subject"], "new");
  EXPECT_EQ(found["issuer"], w.nats.issuer().signing_key.public_key());
  EXPECT_EQ(found["in_sync"], true);
  EXPECT_EQ(found["jwt"], w.nats.stored().at(key.public_key()));
  EXPECT_EQ(nlohmann::json::parse(found["claims"].get<std::string>())["nats"]["mappings"],
            document["nats"]["mappings"]);
  EXPECT_EQ(proxy.pushes(), 0U);
}

TEST(AccountData, ByNameFindsTheOneAndListsSeveral) {
  Workplace w;
  const auto one = new_account_key(), other = new_account_key(), third = new_account_key();
  w.nats.push(nats::AccountClaims(one.public_key(), "single"));
  w.nats.push(nats::AccountClaims(other.public_key(), "double"));
  w.nats.push(nats::AccountClaims(third.public_key(), "double"));
  ask_for(w.terraform, "name = \"single\"");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.terraform.attributes(d)["public_key"], one.public_key());
  ask_for(w.terraform, "name = \"double\"");
  Outcome several = w.terraform.plan();
  EXPECT_EQ(several.exit_code, 1);
  EXPECT_THAT(plain(several), HasSubstr(other.public_key()));
  EXPECT_THAT(plain(several), HasSubstr(third.public_key()));
  ask_for(w.terraform, "name = \"absent\"");
  Outcome none = w.terraform.plan();
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(plain(none), HasSubstr("None of the servers' 4 accounts has the name \"absent\""));
}

TEST(AccountData, OfAnAbsentAccountIsAnError) {
  Workplace w;
  const std::string key = new_account_key().public_key();
  ask_for(w.terraform, fmt::format("public_key = \"{}\"", key));
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned), HasSubstr(key));
}

TEST(AccountData, NeedsExactlyOneOfKeyAndName) {
  Terraform terraform;
  ask_for(terraform, "");
  EXPECT_THAT(plain(terraform.validate()), HasSubstr("Exactly one of public_key and name"));
  ask_for(terraform, fmt::format("name = \"a\"\n  public_key = \"{}\"", new_account_key().public_key()));
  EXPECT_THAT(plain(terraform.validate()), HasSubstr("Exactly one of public_key and name"));
}

// The account is made in the same apply: the data source waits for it, and a change that is planned for it.
TEST(AccountData, OfAnAccountThatIsMadeInTheSameApply) {
  Workplace w;
  w.account();
  w.terraform.write("data.tf", R"(
data "ghboot_nats_account" "d" {
  public_key = ghboot_nats_account.a.public_key
}
output "issuer" {
  value = data.ghboot_nats_account.d.issuer
})");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.terraform.state()["outputs"]["issuer"]["value"], w.nats.issuer().signing_key.public_key());
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
