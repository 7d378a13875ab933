// SPDX-License-Identifier: Apache-2.0
// Servers that are away, silent, strangers or unwilling: a clear error, nothing lost, and the next apply goes
// on.
#include <string>

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
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

void expect_a_good_end(Workplace& w) {
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.only_account().subject(), w.public_key());
  EXPECT_THAT(account_seeds(w.store()), ElementsAre(w.public_key()));
}

TEST(AccountFailure, AServerThatIsDownAtThePlanIsNamedAndTheStateStays) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto before = w.terraform.state();
  w.nats.stop();
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned), HasSubstr(w.nats.url().substr(7)));
  EXPECT_EQ(w.terraform.state(), before);
  w.nats.start();
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountFailure, AServerThatIsDownAtTheApplyTaintsNothing) {
  Workplace w;
  w.account();
  ASSERT_EQ(w.terraform.plan().exit_code, 2);
  w.nats.stop();
  Outcome applied = w.terraform.apply_plan();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr(w.nats.url().substr(7)));
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
  w.nats.start();
  expect_a_good_end(w);
}

TEST(AccountFailure, ASilentServerEndsAtTheTimeoutThatTheResourceNames) {
  Workplace w;
  w.account("timeouts = { create = \"2s\", read = \"2s\" }");
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  proxy.swallow([](std::string_view) { return true; });
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr(proxy.url().substr(7)));
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
  proxy.swallow(nullptr);
  expect_a_good_end(w);
}

TEST(AccountFailure, APushThatNeverArrivedIsNoAccount) {
  Workplace w;
  w.account("timeouts = { create = \"5s\" }");
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  proxy.swallow(is_push);
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(w.nats.stored(), IsEmpty());
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
  proxy.swallow(nullptr);
  expect_a_good_end(w);
}

TEST(AccountFailure, APushThatIsStoredAndAnsweredWithGarbageIsLookedUp) {
  Workplace w;
  w.account();
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  proxy.answer_with("\x01garbage", is_push);
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.nats.only_account().subject(), w.public_key());
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountFailure, ALookupThatIsAnsweredWithGarbageIsNoDeletion) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  proxy.answer_with("garbage", is_lookup);
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned), HasSubstr("cannot be read"));
}

TEST(AccountFailure, AnOperatorKeyThatTheServersDoNotTrustPushesNothing) {
  Workplace w;
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  const auto stranger = nats::KeyPair::generate(nats::KeyKind::operator_key, nats::system_random());
  w.terraform.unset("GHBOOT_OPERATOR_SEED_FILE");
  w.terraform.set("GHBOOT_OPERATOR_SEED", std::string(stranger.seed().reveal()));
  w.account();
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr(stranger.public_key()));
  EXPECT_THAT(plain(applied), HasSubstr(w.nats.issuer().key.public_key()));
  EXPECT_THAT(applied.text(), Not(HasSubstr(std::string(stranger.seed().reveal()))));
  EXPECT_EQ(proxy.pushes(), 0U);
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
}

TEST(AccountFailure, UnderAStrictOperatorItsOwnKeyIsRefusedBeforeAnythingIsSent) {
  Workplace w({.strict = true});
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  w.terraform.unset("GHBOOT_OPERATOR_SEED_FILE");
  w.terraform.set("GHBOOT_OPERATOR_SEED", std::string(w.nats.issuer().key.seed().reveal()));
  w.account();
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("strict"));
  EXPECT_THAT(plain(applied), HasSubstr(w.nats.issuer().signing_key.public_key()));
  EXPECT_EQ(proxy.pushes(), 0U);
}

TEST(AccountFailure, AResolverInMemoryIsNamed) {
  Workplace w({.resolver = nats::ResolverKind::memory});
  w.account();
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("MEMORY"));
  EXPECT_THAT(plain(applied), HasSubstr("full"));
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
}

TEST(AccountFailure, AnAnswerThatSaysSkippedIsNoSuccess) {
  Workplace w({.resolver = nats::ResolverKind::cache});
  w.account("timeouts = { create = \"5s\" }");
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1) << applied.text();
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
}

TEST(AccountFailure, AFullResolverSaysWhichLimit) {
  Workplace w({.accounts_max = 2});  // The system account is one of them.
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("more.tf", "resource \"ghboot_nats_account\" \"b\" {\n  name = \"b\"\n}\n");
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("limit of accounts is reached"));
  EXPECT_TRUE(w.terraform.attributes("ghboot_nats_account.b").is_null());
  EXPECT_FALSE(w.terraform.attributes(a).is_null());
}

TEST(AccountFailure, AClaimAboveMaxPayloadIsNotSent) {
  Workplace w({.max_payload = 4096});
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  w.account("description = join(\"\", [for i in range(500) : \"0123456789\"])");
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("4096"));
  EXPECT_THAT(plain(applied), HasSubstr("max_payload"));
  EXPECT_EQ(proxy.pushes(), 0U);
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
}

TEST(AccountFailure, JetStreamLimitsOnServersWithoutJetStreamAreRefused) {
  Workplace w({.jetstream = false});
  w.account("limits = { jetstream = { disk_storage = 1048576 } }");
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("no server has JetStream enabled"));
  EXPECT_THAT(w.nats.stored(), IsEmpty());
  w.account("limits = { connections = 5 }");
  EXPECT_TRUE(done(w.terraform.apply()));
}

TEST(AccountFailure, CredsThatAreNotTheSystemAccountsAreNamedByKind) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string guest = w.guest_creds(w.public_key());
  w.terraform.unset("GHBOOT_SYSTEM_CREDS_FILE");
  w.terraform.set("GHBOOT_SYSTEM_CREDS", guest);
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned), HasSubstr("system account"));
  EXPECT_THAT(planned.text(), Not(HasSubstr("BEGIN")));
  EXPECT_THAT(w.nats.stored(), SizeIs(1));
}

TEST(AccountCluster, HasTheAccountOnEveryServerAndNeedsOneForAChange) {
  Workplace w({.servers = 3, .jetstream = false});
  w.account("limits = { connections = 5 }");
  ASSERT_TRUE(done(w.terraform.apply()));
  for (std::size_t index = 0; index < 3; ++index) {
    EXPECT_EQ(w.nats.only_account(index).limits().conn, 5) << index;
  }
  EXPECT_EQ(w.terraform.attributes(a)["in_sync"], true);
  w.nats.stop(2);
  w.account("limits = { connections = 6 }");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(applied.ok()) << "one server has it, so it is done: " << applied.text();
  EXPECT_EQ(w.nats.only_account(0).limits().conn, 6);
}

}  // namespace
}  // namespace ghboot::acceptance
