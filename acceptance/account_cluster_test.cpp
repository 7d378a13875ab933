// SPDX-License-Identifier: Apache-2.0
// An account on three servers, of which one is away, or silent, while Terraform works.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/nsc.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t last = 2;  // "n3"

void expect_equal_on_all(const Workplace& w) {
  const auto first = w.nats.stored(0);
  EXPECT_FALSE(first.empty());
  for (std::size_t index = 1; index <= last; ++index) {
    EXPECT_EQ(w.nats.stored(index), first) << "server " << index;
  }
}

// Servers merge on their own and tell nobody.
bool comes_back(const NatsServer& cluster, const std::string& account) {
  const auto wait = within();
  while (nats::system_clock().now() < wait.until) {
    if (cluster.account(account, 0) && cluster.account(account, 1)) {
      return true;
    }
    nats::system_clock().sleep(std::chrono::milliseconds(50), wait);
  }
  return false;
}

TEST(AccountCluster, AServerThatMissedAChangeIsNamedThenFoundAndHealed) {
  Workplace w({.servers = 3, .merge_interval = "1h"});
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  expect_equal_on_all(w);
  w.nats.stop(last);
  w.account("limits = { connections = 5 }");
  Outcome changed = w.terraform.apply();
  ASSERT_TRUE(done(changed));
  EXPECT_THAT(plain(changed), HasSubstr("Server n3 belongs to the cluster and is away"));
  EXPECT_EQ(w.terraform.attributes(a)["in_sync"], true) << "what is away does not differ";

  w.nats.start(last);
  ASSERT_NE(w.nats.stored(last), w.nats.stored(0));
  Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(planned_actions(w.terraform, a), ElementsAre("update"));
  EXPECT_EQ(w.terraform.plan_json()["resource_changes"][0]["change"]["before"]["in_sync"], false);
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  expect_equal_on_all(w);
  EXPECT_EQ(w.nats.account(w.public_key(), last)->limits().conn, 5);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountCluster, AnAnswerThatDoesNotComeIsNeverADeletion) {
  Workplace w({.servers = 3});
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  w.nats.freeze(last);
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  EXPECT_THAT(plain(planned), HasSubstr("is connected and did not answer"));

  // Now the one that has it is the one that is silent.
  w.nats.erase(key);
  ASSERT_THAT(w.nats.stored(0), IsEmpty());
  planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 1) << planned.text();
  EXPECT_THAT(plain(planned), HasSubstr("Account not read"));
  EXPECT_EQ(w.public_key(), key);
  w.nats.thaw(last);
}

TEST(AccountCluster, ADeletionThatComesBackIsForetoldFoundAndRepeated) {
  Workplace w({.servers = 3});
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  w.nats.stop(last);
  Outcome refused = w.terraform.destroy();
  EXPECT_EQ(refused.exit_code, 1) << "the absent server may hold streams";
  EXPECT_THAT(plain(refused), AllOf(HasSubstr("n3 of the JetStream cluster are away"),
                                    HasSubstr("set force_destroy = true")));
  EXPECT_EQ(w.public_key(), key);

  w.account("force_destroy = true");
  ASSERT_TRUE(done(w.terraform.apply()));
  Outcome destroyed = w.terraform.destroy();
  ASSERT_TRUE(done(destroyed));
  EXPECT_THAT(plain(destroyed), AllOf(HasSubstr("Server n3"), HasSubstr("may bring back what was deleted"),
                                      HasSubstr("Look for account " + key)));
  w.nats.start(last);
  ASSERT_TRUE(comes_back(w.nats, key)) << "servers keep no mark of a deletion";

  w.terraform.write("main.tf",
                    fmt::format("data \"ghboot_nats_account\" \"d\" {{\n  public_key = \"{}\"\n}}\n", key));
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.terraform.attributes("data.ghboot_nats_account.d")["name"], "acme");

  w.account(R"(deletion_policy = "delete")");
  ASSERT_TRUE(done(w.terraform.import(a, key)));
  ASSERT_TRUE(done(w.terraform.apply()));
  Outcome again = w.terraform.destroy();
  ASSERT_TRUE(done(again));
  EXPECT_THAT(plain(again), testing::Not(HasSubstr("with a remark")));
  for (std::size_t index = 0; index <= last; ++index) {
    EXPECT_THAT(w.nats.stored(index), IsEmpty()) << "server " << index;
  }
}

// Writers meet at all servers: one state destroys fifty users, another changes limits, and a third program
// that knows of neither describes the account without a pause, each through a server of its own. Who never
// found a moment of quiet is told so, has lost nothing, and gets through when it is run again.
TEST(AccountCluster, ThreeWritersThroughThreeServersAllStandOrAreToldInWords) {
  Workplace w({.servers = 3});
  w.account();
  w.users(50);
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  Terraform other;
  lead_to(other, w.nats, w.store());
  other.set("NATS_URL", w.nats.url(1));
  const auto limited = [&](int connections) {
    other.write("main.tf", fmt::format("resource \"ghboot_nats_account\" \"a\" {{\n  name = \"acme\"\n  "
                                       "limits = {{ connections = {} }}\n}}\n",
                                       connections));
  };
  limited(1);
  ASSERT_TRUE(done(other.import(a, key)));
  NatsManager third(w.nats, w.nats.url(last));

  w.terraform.write("users.tf", "");
  limited(5);
  struct Writer {
    Terraform& terraform;
    Process process;
  };
  Writer writers[] = {{w.terraform, w.terraform.start_apply()}, {other, other.start_apply()}};
  int described = 0, lost = 0;
  std::vector<std::string> descriptions;  // What may stand: the last that did, and what was refused after it.
  while (std::ranges::any_of(writers, [](Writer& writer) { return writer.process.running(); })) {
    const std::string text = fmt::format("{}", described + lost);
    const auto changed = third.writer.update(key, describe(text), within());
    if (changed) descriptions.clear();
    descriptions.push_back(text);
    if (changed) {
      ++described;
    } else {
      ++lost;
      ASSERT_EQ(changed.error().kind, nats::ErrorKind::conflict) << changed.error().message;
    }
  }
  for (Writer& writer : writers) {
    Outcome outcome = writer.process.wait();
    if (outcome.exit_code == 0) continue;
    ++lost;
    EXPECT_THAT(plain(outcome), HasSubstr("apply again when they are done"));
    EXPECT_TRUE(done(writer.terraform.apply()));
  }
  expect_equal_on_all(w);
  const auto claims = w.nats.only_account();
  EXPECT_EQ(claims.revocations().size(), 50U);
  EXPECT_EQ(claims.limits().conn, 5);
  EXPECT_THAT(descriptions, Contains(std::string(claims.description())));
  EXPECT_GT(described, 0);
  RecordProperty("descriptions", described);
  RecordProperty("lost", lost);
  EXPECT_EQ(other.plan().exit_code, 0);
}

// nsc writes a whole document and looks at nobody: it pushes after both plans, and both applies go on top.
TEST(AccountCluster, APushOfNscBetweenPlanAndApplyStandsBesideTwoChanges) {
  if (!Nsc::program()) GTEST_SKIP() << "nsc is not on the PATH, and GHBOOT_NSC is not set";
  const Nsc nsc;
  nsc.make_operator();
  Workplace w({.servers = 3, .issuer = nsc.issuer()});
  nsc.must({"edit", "operator", "--account-jwt-server-url", w.nats.url(last)});
  w.account();
  w.users(50);
  ASSERT_TRUE(done(w.terraform.apply()));
  Terraform other;
  lead_to(other, w.nats, w.store());
  other.set("NATS_URL", w.nats.url(1));
  const std::string_view limited =
      "resource \"ghboot_nats_account\" \"a\" {\n  name = \"acme\"\n  limits = { connections = 5 }\n}\n";
  other.write("main.tf", limited);
  ASSERT_TRUE(done(other.import(a, w.public_key())));
  w.terraform.write("users.tf", "");
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  ASSERT_EQ(other.plan().exit_code, 2);

  nsc.must({"pull", "--all"});
  // The account's key is in ghboot's store alone: the operator's signing key signs the claims.
  nsc.must({"edit", "account", "--name", "acme", "--description", "by nsc"});
  nsc.must({"push", "--account", "acme"});
  Process first = w.terraform.start_apply({"kept.tfplan"}), second = other.start_apply({"kept.tfplan"});
  EXPECT_TRUE(done(first.wait()));
  EXPECT_TRUE(done(second.wait()));
  expect_equal_on_all(w);
  const auto claims = w.nats.only_account();
  EXPECT_EQ(claims.revocations().size(), 50U);
  EXPECT_EQ(claims.limits().conn, 5);
  EXPECT_EQ(claims.description(), "by nsc");
  nsc.must({"pull", "--all"});
  EXPECT_EQ(nsc.described("acme"), claims.document()) << "nsc takes over what all three wrote";
}

}  // namespace
}  // namespace ghboot::acceptance
