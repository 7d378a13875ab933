// SPDX-License-Identifier: Apache-2.0
// Users whose creds expire: when a plan renews them, and what the servers do. Clocks run while terraform
// does, so a test waits for what it sees and not for how long that takes.
#include <chrono>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/workplace.h"
#include "nats/time_text.h"
#include "nats/user_claims.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;

TEST(UserValidity, ItsCredsExpireWhenItSays) {
  Workplace w;
  w.account();
  w.user("valid_for = \"90m\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto claims = user_claims(only_creds(w.store()));
  EXPECT_EQ(claims.expires_at, claims.issued_at + 5400);
  EXPECT_EQ(w.terraform.attribute(u, "expires_at"), nats::time_text(claims.expires_at));
  EXPECT_EQ(w.terraform.attributes(u)["ready_for_renewal"], false);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  const Outcome planned = w.reimport_user();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  w.user("valid_for = \"1h30m\"");
  EXPECT_EQ(w.terraform.plan().exit_code, 0) << "90m is 1h30m";
}

TEST(UserValidity, WithinItsTimeOfRenewalThePlanSignsNewCreds) {
  Workplace w;
  w.account();
  w.user("valid_for = \"1h\"\n  renew_before = \"59m58s\"\n  on_change = \"revoke_old\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string before = only_creds(w.store());
  // Two seconds of terraform's own time at most.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  Outcome planned = w.terraform.plan();
  while (planned.exit_code == 0 && std::chrono::steady_clock::now() < until) planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(planned_actions(w.terraform, u), ElementsAre("update"));
  const auto plan = w.terraform.plan_json();
  for (const auto& change : plan["resource_changes"])
    if (change["address"] == u) {
      EXPECT_EQ(change["change"]["before"]["ready_for_renewal"], true);
      EXPECT_EQ(change["change"]["after"]["ready_for_renewal"], false);
    }
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  const std::string after = only_creds(w.store());
  EXPECT_GT(user_claims(after).issued_at, user_claims(before).issued_at);
  EXPECT_EQ(user_claims(after).subject, user_claims(before).subject);
  EXPECT_TRUE(w.nats.connect(after));
  EXPECT_TRUE(w.nats.connect(before)) << "a renewal changes no rights, so it revokes nothing";
}

TEST(UserValidity, ThatHasExpiredIsRenewedByTheNextApply) {
  Workplace w;
  w.account();
  w.user("valid_for = \"2s\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string before = only_creds(w.store());
  auto connection = w.nats.connect(before);
  if (connection) {
    auto inbox = (*connection)->subscribe({"never"}).value();
    EXPECT_FALSE(inbox.next({nats::system_clock().now() + std::chrono::seconds(10)}))
        << "the server closes the connection of who has expired";
  }
  // Servers count whole seconds: in the one in which creds end they may still let in.
  while (nats::system_clock().unix_seconds() <= user_claims(before).expires_at) std::this_thread::yield();
  EXPECT_FALSE(w.nats.connect(before));
  ASSERT_TRUE(done(w.terraform.refresh()));
  EXPECT_EQ(w.terraform.attributes(u)["ready_for_renewal"], true);
  w.user("valid_for = \"1h\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.terraform.attributes(u)["ready_for_renewal"], false);
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(UserValidity, ThatIsTakenBackLeavesCredsForEver) {
  Workplace w;
  w.account();
  w.user("valid_for = \"1h\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(user_claims(only_creds(w.store())).expires_at, 0);
  EXPECT_TRUE(w.terraform.attributes(u)["expires_at"].is_null());
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

// What is not known inside the permissions changes the creds, and so their end.
TEST(UserValidity, ThatGetsRightsWhichAPlanDoesNotKnowIsSignedAnew) {
  Workplace w;
  w.account();
  w.user("valid_for = \"1h\"\n  permissions = { publish = { deny = [\"x\"] } }");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("later.tf", "resource \"terraform_data\" \"later\" {\n  input = \"a.>\"\n}\n");
  w.user(
      "valid_for = \"1h\"\n  permissions = { publish = { allow = [terraform_data.later.output], deny = "
      "[\"x\"] } }");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(user_claims(only_creds(w.store())).rights.permissions.publish.allow, ElementsAre("a.>"));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
