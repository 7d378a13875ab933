// SPDX-License-Identifier: Apache-2.0
// An account on two clusters that gateways join: each server of both counts.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/workplace.h"
#include "nats/topology.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::size_t all = 4;  // n1 and n2 are cluster c1, n3 and n4 cluster c2.

const NatsOptions two_clusters{.servers = 2, .clusters = 2, .merge_interval = "1h"};

void expect_equal_on(const NatsServer& nats, std::initializer_list<std::size_t> servers) {
  const auto first = nats.stored(*servers.begin());
  EXPECT_THAT(first, SizeIs(1));
  for (const std::size_t index : servers) EXPECT_EQ(nats.stored(index), first) << "server " << index;
}

// The first server's gateway may have led to the server that was stopped, which may have led JetStream's
// group too: another one is found for both, and nobody is told when.
bool joined_without_one(const NatsServer& nats) {
  const auto wait = within();
  while (nats::system_clock().now() < wait.until) {
    const auto system = nats.connect(nats.issuer().system_creds.format().reveal());
    const auto cluster =
        system ? nats::ask_cluster(**system, nats::system_clock(), wait) : std::unexpected(system.error());
    if (cluster && cluster->present.size() == all - 1 && cluster->away.size() == 1) return true;
    nats::system_clock().sleep(std::chrono::milliseconds(50), wait);
  }
  return false;
}

TEST(AccountGateway, AllServersOfBothClustersAreCountedWrittenAndReadBack) {
  Workplace w(two_clusters);
  w.terraform.write("servers.tf", "data \"ghboot_nats_server\" \"d\" {}\n");
  w.account();
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), Not(HasSubstr("away")));
  EXPECT_THAT(w.terraform.attributes("data.ghboot_nats_server.d")["servers"], SizeIs(all));
  expect_equal_on(w.nats, {0, 1, 2, 3});
  ASSERT_EQ(w.terraform.plan().exit_code, 0);
  Outcome destroyed = w.terraform.destroy();
  ASSERT_TRUE(done(destroyed));
  for (std::size_t index = 0; index < all; ++index) EXPECT_THAT(w.nats.stored(index), IsEmpty()) << index;
}

TEST(AccountGateway, OneServerOfTheOtherClusterThatIsAwayIsNamedAndHealed) {
  Workplace w(two_clusters);
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  w.nats.stop(3);
  ASSERT_TRUE(joined_without_one(w.nats));
  w.account("limits = { connections = 5 }");
  Outcome changed = w.terraform.apply();
  ASSERT_TRUE(done(changed));
  EXPECT_THAT(plain(changed), HasSubstr("Server n4 belongs to the cluster and is away"));
  expect_equal_on(w.nats, {0, 1, 2});
  w.nats.start(3);
  ASSERT_NE(w.nats.stored(3), w.nats.stored(0));
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  EXPECT_THAT(planned_actions(w.terraform, a), ElementsAre("update"));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  expect_equal_on(w.nats, {0, 1, 2, 3});
}

TEST(AccountGateway, AWholeClusterThatIsAwayIsNamedAndHealed) {
  Workplace w(two_clusters);
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  w.nats.stop(2);
  w.nats.stop(3);
  w.account("limits = { connections = 5 }");
  Outcome changed = w.terraform.apply();
  ASSERT_TRUE(done(changed));
  EXPECT_THAT(plain(changed), HasSubstr("Every server of cluster c2 belongs to the cluster and is away"));
  expect_equal_on(w.nats, {0, 1});
  w.nats.start({2, 3});
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  expect_equal_on(w.nats, {0, 1, 2, 3});
}

TEST(AccountGateway, AnAnswerOfTheOtherClusterThatDoesNotComeIsNeverADeletion) {
  Workplace w(two_clusters);
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  w.nats.freeze(2);
  w.nats.freeze(3);
  w.nats.erase(key);
  ASSERT_THAT(w.nats.stored(0), IsEmpty());
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 1) << planned.text();
  EXPECT_THAT(plain(planned), HasSubstr("Account not read"));
  EXPECT_EQ(w.public_key(), key);
  w.nats.thaw(2);
  w.nats.thaw(3);
}

}  // namespace
}  // namespace ghboot::acceptance
