// SPDX-License-Identifier: Apache-2.0
// The default permissions of an account, as its users meet them.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;

constexpr std::string_view only_orders =
    R"(default_permissions = { publish = { allow = ["orders.>", "last"], deny = ["orders.secret"] } })";

// Which of a guest's messages come to a user who has permissions of its own; "last" is always let through.
std::vector<std::string> delivered(const Workplace& w, const std::vector<std::string>& subjects) {
  auto user = w.connect(only_creds(w.store()));
  auto guest = w.connect(w.guest_creds(w.public_key()));
  auto inbox = user->subscribe({">"}).value();
  EXPECT_TRUE(user->flush(within()));
  for (const std::string& subject : subjects) EXPECT_TRUE(guest->publish(subject, "x"));
  EXPECT_TRUE(guest->publish("last", "x"));
  std::vector<std::string> seen;
  while (auto message = inbox.next(within()).value()) {
    if (message->subject == "last") break;
    seen.push_back(message->subject);
  }
  return seen;
}

TEST(AccountPermissions, AreEnforcedOnUsersWithoutAnyOfTheirOwnUntilTheyAreTakenAway) {
  Workplace w;
  w.account(only_orders);
  w.user(R"(permissions = { subscribe = { allow = [">"] } })");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(delivered(w, {"orders.one", "orders.secret", "other"}), ElementsAre("orders.one"));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);

  w.account("default_permissions = {}");
  applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(delivered(w, {"orders.secret", "other"}), ElementsAre("orders.secret", "other"));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountPermissions, ThatAreNotManagedAreKeptAndAnotherWritersAreDriftWhereTheyAre) {
  Workplace w;
  w.account(only_orders);
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  w.account(R"(description = "changed")");
  applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(w.nats.only_account().default_permissions().publish.deny, ElementsAre("orders.secret"));

  auto claims = w.nats.only_account();
  claims.set_default_permissions({});
  w.nats.push(claims);
  EXPECT_EQ(w.terraform.plan().exit_code, 0) << "null is not managed";
  w.account(only_orders);
  EXPECT_EQ(w.terraform.plan().exit_code, 2);
  applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(w.nats.only_account().default_permissions().publish.deny, ElementsAre("orders.secret"));
}

TEST(AccountPermissions, ComeWithAnImportAndInTheDataSource) {
  Workplace w;
  auto claims = new_account();
  claims.set_default_permissions({.publish = {.allow = {"orders.>"}, .deny = {}}, .subscribe = {}});
  w.nats.push(claims);
  w.account(R"(default_permissions = { publish = { allow = ["orders.>"] } })");
  w.terraform.write("data.tf",
                    "data \"ghboot_nats_account\" \"d\" {\n  public_key = \"" + claims.subject() + "\"\n}\n");
  Outcome imported = w.terraform.import("ghboot_nats_account.a", claims.subject());
  ASSERT_EQ(imported.exit_code, 0) << imported.text();
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  const auto read = w.terraform.attributes("data.ghboot_nats_account.d")["default_permissions"];
  EXPECT_THAT(read["publish"]["allow"], ElementsAre("orders.>")) << read.dump();
}

TEST(AccountPermissions, WhatAPlanDoesNotKnowYetIsAppliedWhenItDoes) {
  Workplace w;
  w.account("default_permissions = {}");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("later.tf", "resource \"terraform_data\" \"later\" {\n  input = \"a.>\"\n}\n");
  w.account("default_permissions = { publish = { allow = [terraform_data.later.output] } }");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.only_account().default_permissions().publish.allow, testing::ElementsAre("a.>"));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
