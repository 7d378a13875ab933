// SPDX-License-Identifier: Apache-2.0
// Several writers at one account: pushes know no compare-and-set, and yet every change stands in the end.
#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_proxy.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;

// Another team's terraform with a state of its own, in which the same account is.
void share(Terraform& other, Workplace& w, std::string_view attributes) {
  lead_to(other, w.nats, w.store());
  other.write("main.tf",
              fmt::format("resource \"ghboot_nats_account\" \"a\" {{\n  name = \"acme\"\n  {}\n}}\n"
                          "import {{\n  to = {}\n  id = \"{}\"\n}}\n",
                          attributes, a, w.public_key()));
}

TEST(AccountWriters, OfTwoStatesAtOnceBothChangesStand) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  Terraform other;
  share(other, w, "description = \"From the other state\"");
  w.account("limits = { connections = 5 }");

  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  proxy.hold(Moment::before_sending, is_push);  // It has read what the other will change.
  Process first = w.terraform.start_apply();
  ASSERT_TRUE(proxy.wait_until_held()) << first.output();
  Outcome second = other.apply();
  ASSERT_TRUE(done(second));
  proxy.release();
  Outcome outcome = first.wait();
  ASSERT_TRUE(done(outcome));

  EXPECT_EQ(w.nats.only_account().limits().conn, 5);
  EXPECT_EQ(w.nats.only_account().description(), "From the other state");
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  EXPECT_EQ(other.plan().exit_code, 0);
}

TEST(AccountWriters, ThatRaceWithoutAPauseBothWin) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  Terraform other;
  share(other, w, "tags = [\"other\"]");
  w.account("limits = { connections = 5 }");
  Process first = w.terraform.start_apply();
  Process second = other.start_apply();
  for (Process* process : {&first, &second}) {
    Outcome outcome = process->wait();
    EXPECT_TRUE(done(outcome));
  }
  EXPECT_EQ(w.nats.only_account().limits().conn, 5);
  EXPECT_THAT(w.nats.only_account().tags(), testing::ElementsAre("other"));
}

TEST(AccountWriters, ADeletionByAnotherDuringAnUpdateIsSaid) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  w.account("limits = { connections = 5 }");
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  proxy.hold(Moment::before_sending, is_push);
  Process running = w.terraform.start_apply();
  ASSERT_TRUE(proxy.wait_until_held()) << running.output();
  w.nats.erase(key);
  proxy.release();
  Outcome outcome = running.wait();
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(plain(outcome), HasSubstr("Another client asked the servers to delete account " + key));
}

// The operations of one apply on one account are one push, or few: never one each.
TEST(AccountWriters, OfOneApplyShareOneQueue) {
  Workplace w;
  w.account();
  w.users(10);
  ASSERT_TRUE(done(w.terraform.apply()));
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  w.terraform.write("users.tf", "");
  Outcome destroyed = w.terraform.apply();
  ASSERT_TRUE(done(destroyed));
  EXPECT_EQ(w.nats.only_account().revocations().size(), 10U);
  EXPECT_LE(proxy.pushes(), 3U);
  EXPECT_THAT(files_in(w.store(), ".creds"), testing::IsEmpty());
  RecordProperty("pushes", static_cast<int>(proxy.pushes()));
}

}  // namespace
}  // namespace ghboot::acceptance
