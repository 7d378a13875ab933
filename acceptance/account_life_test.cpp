// SPDX-License-Identifier: Apache-2.0
// An account from its first plan to another key, as terraform and the server see it.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_proxy.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST(AccountLife, WhatWasPlannedIsOnTheServer) {
  Workplace w;
  w.account(R"(description = "Events of acme"
  info_url = "https://example.org/acme"
  tags = ["Team-A", "events"]
  limits = { connections = 5 })");
  Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  const auto change = w.terraform.plan_json()["resource_changes"][0]["change"];
  EXPECT_EQ(change["after_unknown"].value("public_key", false), true);
  EXPECT_EQ(change["after"]["limits"]["subscriptions"], -1) << "a default is not unknown";
  Outcome applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));

  const auto claims = w.nats.only_account();
  EXPECT_EQ(claims.subject(), w.public_key());
  EXPECT_EQ(claims.issuer(), w.nats.issuer().signing_key.public_key());
  EXPECT_EQ(claims.name(), "acme");
  EXPECT_EQ(claims.description(), "Events of acme");
  EXPECT_EQ(claims.info_url(), "https://example.org/acme");
  EXPECT_THAT(claims.tags(), UnorderedElementsAre("team-a", "events"));
  nats::AccountLimits wanted;
  wanted.conn = 5;
  EXPECT_EQ(claims.limits(), wanted);
  EXPECT_THAT(account_seeds(w.store()), ElementsAre(w.public_key()));

  const auto state = w.terraform.attributes(a);
  EXPECT_EQ(state["adopted"], false);
  EXPECT_EQ(state["in_sync"], true);
  EXPECT_EQ(state["deletion_policy"], "delete");
}

TEST(AccountLife, ASecondPlanIsEmptyAndASecondApplyWritesNothing) {
  Workplace w;
  w.account(R"(tags = ["Team-A"]
  limits = { connections = 5, jetstream = { disk_storage = 1048576 } })");
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto stored = w.nats.stored();
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  Outcome applied = w.terraform.apply();
  EXPECT_THAT(plain(applied), HasSubstr("0 added, 0 changed, 0 destroyed"));
  EXPECT_EQ(w.nats.stored(), stored);
}

TEST(AccountLife, EachLimitOfJetStreamIsStoredFlatAndTiered) {
  constexpr std::string_view each = R"(memory_storage = 1, disk_storage = 2, streams = 3, consumers = 4,
    max_ack_pending = 5, memory_max_stream_bytes = 6, disk_max_stream_bytes = 7, max_bytes_required = true)";
  const nats::JetStreamLimits wanted{.mem_storage = 1,
                                     .disk_storage = 2,
                                     .streams = 3,
                                     .consumer = 4,
                                     .max_ack_pending = 5,
                                     .mem_max_stream_bytes = 6,
                                     .disk_max_stream_bytes = 7,
                                     .max_bytes_required = true};
  Workplace w;
  w.account(fmt::format("limits = {{ jetstream = {{ {} }} }}", each));
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.nats.only_account().limits().jetstream, wanted);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  w.account(fmt::format("limits = {{ jetstream_tiers = {{ R1 = {{ {} }} }} }}", each));
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.nats.only_account().limits().jetstream, nats::JetStreamLimits());
  EXPECT_EQ(w.nats.only_account().limits().tiers.at("R1"), wanted);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountLife, NameAndLimitsChangeInPlace) {
  Workplace w;
  w.account("limits = { connections = 5 }");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  w.terraform.write("main.tf", R"(
resource "ghboot_nats_account" "a" {
  name   = "renamed"
  limits = { connections = 6, subscriptions = 100 }
})");
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  EXPECT_THAT(planned_actions(w.terraform, a), ElementsAre("update"));
  Outcome applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  const auto claims = w.nats.only_account();
  EXPECT_EQ(claims.subject(), key);
  EXPECT_EQ(claims.name(), "renamed");
  EXPECT_EQ(claims.limits().conn, 6);
  EXPECT_EQ(claims.limits().subs, 100);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountLife, ALineThatLeavesTheLimitsResetsItsLimit) {
  Workplace w;
  w.account("limits = { connections = 5, payload = 1000 }");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.account("limits = { payload = 1000 }");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.only_account().limits().conn, -1);
  EXPECT_EQ(w.nats.only_account().limits().payload, 1000);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountLife, NullKeepsWhatThereIsAndEmptyRemovesIt) {
  Workplace w;
  w.account(R"(description = "kept"
  tags = ["one"])");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.account();
  EXPECT_EQ(w.terraform.plan().exit_code, 0) << "null is not managed";
  w.account(R"(description = ""
  tags = [])");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.only_account().description(), "");
  EXPECT_TRUE(w.nats.only_account().tags().empty());
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountLife, AnotherPublicKeyReplacesTheAccount) {
  Workplace w;
  const auto one = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
  const auto other = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
  w.account("public_key = \"" + one.public_key() + "\"");
  Outcome made = w.terraform.apply();
  ASSERT_TRUE(done(made));
  EXPECT_EQ(w.nats.only_account().subject(), one.public_key());
  w.account("public_key = \"" + other.public_key() + "\"");
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  EXPECT_THAT(planned_actions(w.terraform, a), ElementsAre("delete", "create"));
  Outcome replaced = w.terraform.apply_plan();
  ASSERT_TRUE(done(replaced));
  EXPECT_EQ(w.nats.only_account().subject(), other.public_key());
}

TEST(AccountLife, GhbootsOwnAttributesChangeWithoutAMessageToServers) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  w.account(R"(deletion_policy = "retain"
  force_destroy = true
  timeouts = { update = "20s" })");
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  const auto change = w.terraform.plan_json()["resource_changes"][0]["change"];
  EXPECT_EQ(change["after_unknown"].value("in_sync", false), false);
  EXPECT_EQ(change["after"]["public_key"], w.public_key());
  Outcome applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(proxy.pushes(), 0U);
  EXPECT_EQ(w.terraform.attributes(a)["deletion_policy"], "retain");
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountLife, UnderAStrictOperatorASigningKeySuffices) {
  Workplace w({.strict = true});
  w.account("limits = { connections = 5 }");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.only_account().limits().conn, 5);
  w.account("limits = { connections = 6 }");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.nats.only_account().limits().conn, 6);
  EXPECT_EQ(w.nats.only_account().issuer(), w.nats.issuer().signing_key.public_key());
  EXPECT_TRUE(done(w.terraform.destroy()));
  EXPECT_TRUE(w.nats.stored().empty());
}

TEST(AccountLife, ManyAccountsAreMadeInOneApply) {
  Workplace w;
  w.terraform.write("main.tf", R"(
resource "ghboot_nats_account" "many" {
  count = 20
  name  = "acme-${count.index}"
})");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.stored().size(), 20U);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountLife, ReplaceOnDemandMakesANewKeyAndRemovesTheOld) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  Outcome replaced = w.terraform.apply({"-replace=ghboot_nats_account.a"});
  ASSERT_TRUE(done(replaced));
  EXPECT_NE(w.public_key(), key);
  EXPECT_EQ(w.nats.only_account().subject(), w.public_key());
  EXPECT_THAT(account_seeds(w.store()), ElementsAre(w.public_key()));
}

TEST(AccountLife, ReplaceWithCreateBeforeDestroyHasTwoKeysForAWhile) {
  Workplace w;
  w.account("lifecycle {\n    create_before_destroy = true\n  }");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  Outcome replaced = w.terraform.apply({"-replace=ghboot_nats_account.a"});
  ASSERT_TRUE(done(replaced));
  EXPECT_NE(w.public_key(), key);
  EXPECT_EQ(w.nats.only_account().subject(), w.public_key());
}

TEST(AccountLife, MovesToAnotherAddressWithoutAChange) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("main.tf", R"(
resource "ghboot_nats_account" "b" {
  name = "acme"
}
moved {
  from = ghboot_nats_account.a
  to   = ghboot_nats_account.b
})");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("0 added, 0 changed, 0 destroyed"));
  EXPECT_EQ(w.terraform.attribute("ghboot_nats_account.b", "public_key"), w.nats.only_account().subject());
}

// Values that another resource makes in the same apply.
TEST(AccountLife, UnknownValuesAreDecidedInTheApply) {
  Workplace w;
  const auto with = [&](std::string_view text, int connections) {
    w.terraform.write("main.tf", fmt::format(R"(
resource "terraform_data" "made" {{
  input = {{ text = "{}", connections = {} }}
}}
resource "ghboot_nats_account" "a" {{
  name        = "acme"
  description = terraform_data.made.output.text
  tags        = [terraform_data.made.output.text]
  limits      = {{ connections = terraform_data.made.output.connections }}
}}
)",
                                             text, connections));
  };
  for (int connections : {5, 6}) {
    with(fmt::format("text-{}", connections), connections);
    Outcome applied = w.terraform.apply();
    ASSERT_TRUE(done(applied));
    const auto claims = w.nats.only_account();
    EXPECT_EQ(claims.description(), fmt::format("text-{}", connections));
    EXPECT_EQ(claims.limits().conn, connections);
    EXPECT_EQ(claims.limits().subs, -1);
    Outcome planned = w.terraform.plan();
    EXPECT_EQ(planned.exit_code, 0) << planned.text();
  }
}

// Two accounts of one name, made one after the other by -target, which leaves out the read of the first.
TEST(AccountLife, TwoOfOneNameGetTwoKeysAlsoOneAfterTheOther) {
  Workplace w;
  w.terraform.write("main.tf", R"(
resource "ghboot_nats_account" "a" {
  count = 2
  name  = "acme"
})");
  ASSERT_TRUE(done(w.terraform.apply({"-target=ghboot_nats_account.a[0]"})));
  ASSERT_TRUE(done(w.terraform.apply({"-target=ghboot_nats_account.a[1]"})));
  EXPECT_THAT(w.nats.stored(), testing::SizeIs(2));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
