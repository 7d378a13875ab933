// SPDX-License-Identifier: Apache-2.0
// Users whose creds expire: when a plan renews them, and what the servers do. Clocks run while terraform
// does, so a test waits for what it sees and not for how long that takes.
#include <chrono>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/nats_proxy.h"
#include "acceptance/workplace.h"
#include "nats/creds.h"
#include "nats/time_text.h"
#include "nats/user_claims.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view u = "ghboot_nats_user.u";

nats::UserClaims claims_of(std::string_view creds) {
  return nats::UserClaims::decode(nats::Creds::parse(creds).value().jwt.reveal()).value();
}

TEST(UserValidity, ItsCredsExpireWhenItSays) {
  Workplace w;
  w.account();
  w.user("valid_for = \"90m\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto claims = claims_of(only_creds(w.store()));
  EXPECT_EQ(claims.expires_at, claims.issued_at + 5400);
  EXPECT_EQ(w.terraform.attribute(u, "expires_at"), nats::time_text(claims.expires_at));
  EXPECT_EQ(w.terraform.attributes(u)["ready_for_renewal"], false);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  const std::string id = w.public_key() + "/" + w.terraform.attribute(u, "public_key");
  ASSERT_TRUE(done(w.terraform.run({"state", "rm", std::string(u)})));
  ASSERT_TRUE(done(w.terraform.import(u, id)));
  const Outcome planned = w.terraform.plan();
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
  EXPECT_GT(claims_of(after).issued_at, claims_of(before).issued_at);
  EXPECT_EQ(claims_of(after).subject, claims_of(before).subject);
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
  EXPECT_EQ(claims_of(only_creds(w.store())).expires_at, 0);
  EXPECT_TRUE(w.terraform.attributes(u)["expires_at"].is_null());
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

// What becomes of an apply that ends ten users at once: the account is written few times, not ten.
TEST(UserEnd, TenUsersDestroyedInOneApplyAreFewPushes) {
  Workplace w;
  w.account();
  w.terraform.write("users.tf", R"(resource "ghboot_nats_user" "many" {
  count   = 10
  account = ghboot_nats_account.a.public_key
  name    = "svc${count.index}"
}
)");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("users.tf", "");
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.nats.only_account().revocations().size(), 10U);
  RecordProperty("pushes", static_cast<int>(proxy.pushes()));
  EXPECT_LE(proxy.pushes(), 3U);
  EXPECT_THAT(files_in(w.store(), ".creds"), IsEmpty());
}

}  // namespace
}  // namespace ghboot::acceptance
