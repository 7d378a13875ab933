// SPDX-License-Identifier: Apache-2.0
// One account on several servers that come, go and differ.
#include <atomic>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/nats_manager.h"
#include "acceptance/nats_server.h"
#include "acceptance/workplace.h"
#include "nats/account_state.h"
#include "nats/test_keys.h"

namespace ghboot::acceptance {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

// Of what servers do and tell nobody: looked at again and again.
bool comes_true(const std::function<bool()>& holds) {
  const auto wait = within();
  while (!holds())
    if (!nats::system_clock().sleep(std::chrono::milliseconds(50), wait)) return false;
  return true;
}

// Servers merge what they keep every two seconds.
bool comes_to_store(const NatsServer& cluster, std::size_t index, const std::string& account,
                    const std::string& jwt) {
  return comes_true([&] { return cluster.stored(index)[account] == jwt; });
}

// Signed like the stored one, with its time and id: servers take the two for the same and never merge them.
std::string twin_of(const std::string& jwt, const nats::KeyPair& signer) {
  auto document = nats::AccountClaims::decode(jwt)->document();
  document["nats"]["description"] = "twin";
  return nats::signed_token(nats::jwt_header, document.dump(), signer);
}

TEST(NatsWriterCluster, StoresOnEveryServer) {
  NatsServer cluster({.servers = 3});
  NatsManager manager(cluster);
  const auto account = new_account();
  const auto made = manager.writer.create(account, describe("all"), within());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->state.in_sync);
  for (std::size_t index = 0; index < 3; ++index) {
    EXPECT_EQ(cluster.stored(index)[account.subject()], made->state.jwt);
  }
}

TEST(NatsWriterCluster, WritersOfTwoServersBothStandOnBoth) {
  NatsServer cluster({.servers = 2});
  NatsManager first(cluster), second(cluster, cluster.url(1));
  const auto account = new_account();
  cluster.push(account);
  auto other = std::async(std::launch::async, [&] {
    return second.writer.update(account.subject(), limit_connections(5), within());
  });
  const auto changed = first.writer.update(account.subject(), describe("first"), within());
  const auto others = other.get();
  ASSERT_TRUE(changed) << changed.error().message;
  ASSERT_TRUE(others) << others.error().message;
  for (std::size_t index = 0; index < 2; ++index) {
    EXPECT_EQ(cluster.account(account.subject(), index)->description(), "first");
    EXPECT_EQ(cluster.account(account.subject(), index)->limits().conn, 5);
  }
}

TEST(NatsWriterCluster, AServerThatWasAwayIsNamedAndCatchesUp) {
  NatsServer cluster({.servers = 3});
  NatsManager manager(cluster);
  const auto account = new_account();
  cluster.push(account);
  cluster.stop(2);
  const auto changed = manager.writer.update(account.subject(), limit_connections(5), within());
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_TRUE(changed->state.in_sync) << "what is away does not differ";
  EXPECT_THAT(changed->state.warnings, Contains(AllOf(HasSubstr("n3"), HasSubstr("away"))));
  cluster.start(2);
  EXPECT_TRUE(comes_to_store(cluster, 2, account.subject(), changed->state.jwt));
}

TEST(NatsWriterCluster, AFrozenServerIsNamedAndNoError) {
  NatsServer cluster({.servers = 3});
  NatsManager manager(cluster);
  const auto account = new_account();
  ASSERT_TRUE(manager.resolver.list(within()));  // Servers before 2.10 are known by name once they answered.
  cluster.freeze(2);
  const auto made = manager.writer.create(account, describe(""), within());
  cluster.thaw(2);
  // Whether it has the account is not known: nothing may be written on a guess.
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, nats::ErrorKind::unreachable) << made.error().message;
  EXPECT_THAT(made.error().message, HasSubstr("n3"));

  cluster.push(account);
  cluster.freeze(2);
  const auto changed = manager.writer.update(account.subject(), limit_connections(5), within());
  cluster.thaw(2);
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_TRUE(changed->state.in_sync);
  EXPECT_THAT(changed->state.warnings, Contains(AllOf(HasSubstr("n3"), HasSubstr("did not answer"))));
}

TEST(NatsWriterCluster, AServerThatStoresSomethingElseIsSetRight) {
  NatsServer cluster({.servers = 2});
  NatsManager manager(cluster);
  const auto account = new_account();
  const auto made = manager.writer.create(account, describe(""), within());
  ASSERT_TRUE(made) << made.error().message;
  cluster.stop(1);
  const std::string twin = twin_of(made->state.jwt, cluster.issuer().signing_key);
  cluster.push_text(twin);
  cluster.start(1);
  ASSERT_EQ(cluster.stored(0)[account.subject()], twin);
  ASSERT_EQ(cluster.stored(1)[account.subject()], made->state.jwt);

  const auto read = nats::read_account(manager.resolver, account.subject(), within());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_FALSE(read->in_sync);
  const auto changed = manager.writer.update(account.subject(), describe(""), within());
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_TRUE(changed->written) << "though one of them stores what is wanted";
  EXPECT_TRUE(changed->state.in_sync);
  for (std::size_t index = 0; index < 2; ++index) {
    EXPECT_EQ(cluster.stored(index)[account.subject()], changed->state.jwt);
  }
}

TEST(NatsWriterCluster, ADeletionThatAnAbsentServerMissedIsForetold) {
  NatsServer cluster({.servers = 3});
  NatsManager manager(cluster);
  const auto account = new_account();
  cluster.push(account);
  const std::string jwt = cluster.stored(2)[account.subject()];
  cluster.stop(2);
  const auto removed = manager.writer.remove(account.subject(), within());
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_THAT(*removed, Contains(AllOf(HasSubstr("n3"), HasSubstr("may bring back what was deleted"))));
  cluster.start(2);
  ASSERT_TRUE(comes_to_store(cluster, 0, account.subject(), jwt)) << "servers keep no mark of a deletion";
  // JetStream's group counts it as away until it has heard of it.
  const auto nobody_is_away = [&] {
    const auto servers = manager.resolver.servers(within());
    return servers && servers->away.empty();
  };
  ASSERT_TRUE(comes_true(nobody_is_away));
  const auto again = manager.writer.remove(account.subject(), within());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_THAT(*again, testing::IsEmpty());
  for (std::size_t index = 0; index < 3; ++index) {
    EXPECT_FALSE(cluster.account(account.subject(), index));
  }
}

// A server that has it not says so, and may be heard before one that has it.
TEST(NatsWriterCluster, AServerWithoutTheAccountHidesNoneOfThoseThatHaveIt) {
  NatsServer cluster({.servers = 3, .merge_interval = "1h"});
  NatsManager manager(cluster);
  const auto account = new_account();
  cluster.push(account);
  cluster.remove_file(account.subject(), 1);
  for (int again = 0; again < 50; ++again) {
    const auto stored = manager.resolver.lookup(account.subject(), within());
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_EQ(stored->jwts.size(), 2U);
    ASSERT_EQ(stored->without.size(), 1U);
    EXPECT_EQ(stored->without[0].name, "n2");
  }
}

// Time that leaps at one reading of it, as on a machine that was busy elsewhere.
class LeapingClock final : public nats::Clock {
 public:
  void leap_at(int reading) { left_ = reading; }
  nats::SteadyTime now() override {
    if (left_-- == 0) shift_ms_ += 1500;  // More than any hedge.
    return nats::system_clock().now() + shift();
  }
  std::int64_t unix_seconds() override { return nats::system_clock().unix_seconds(); }
  bool sleep(std::chrono::milliseconds duration, const nats::Wait& wait) override {
    return nats::system_clock().sleep(duration, {wait.until - shift(), wait.stop});
  }

 private:
  std::chrono::milliseconds shift() const { return std::chrono::milliseconds(shift_ms_.load()); }

  std::atomic<int> left_{-1};
  std::atomic<std::int64_t> shift_ms_{0};
};

TEST(NatsWriterCluster, ALookupWhoseFirstWaitPassedBeforeItAskedGoesOn) {
  NatsServer cluster({.servers = 3});
  const auto account = new_account();
  cluster.push(account);
  LeapingClock clock;
  nats::Connector connector(
      {.servers = {cluster.url()}, .creds = cluster.issuer().system_creds, .client_name = "test"}, clock);
  nats::Resolver resolver(connector, clock);
  ASSERT_TRUE(resolver.lookup(account.subject(), {clock.now() + std::chrono::minutes(1)}));
  for (int reading = 0; reading < 30; ++reading) {
    clock.leap_at(reading);
    const auto stored = resolver.lookup(account.subject(), {clock.now() + std::chrono::minutes(1)});
    ASSERT_TRUE(stored) << reading << ": " << stored.error().message;
    EXPECT_EQ(stored->jwts.size(), 3U) << reading;
  }
}

TEST(AccountCluster, ThatIsSplitIsPlannedAsAnUpdateWhichPushesAgain) {
  Workplace w({.servers = 2, .jetstream = false});
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  const std::string twin = twin_of(w.nats.stored(0)[key], w.nats.issuer().signing_key);
  w.nats.stop(1);
  w.nats.push_text(twin);
  w.nats.start(1);
  ASSERT_NE(w.nats.stored(0)[key], w.nats.stored(1)[key]);

  Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(planned_actions(w.terraform, "ghboot_nats_account.a"), testing::ElementsAre("update"));
  EXPECT_EQ(w.terraform.plan_json()["resource_changes"][0]["change"]["before"]["in_sync"], false);
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(w.nats.stored(0)[key], w.nats.stored(1)[key]);
  EXPECT_EQ(w.terraform.attributes("ghboot_nats_account.a")["in_sync"], true);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
