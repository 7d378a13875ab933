// SPDX-License-Identifier: Apache-2.0
// A user of an account: creds that work, rights that are enforced, and an end that the servers enforce too.
#include <algorithm>
#include <string>
#include <thread>

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
using testing::IsEmpty;
using testing::SizeIs;

nats::Wait ten_seconds() { return {nats::system_clock().now() + std::chrono::seconds(10)}; }

// Which of the subjects reach `to` when `from` publishes on each; a last message that is always let through
// says that there will be no more.
std::vector<std::string> delivered(nats::Connection& from, nats::Connection& to,
                                   const std::vector<std::string>& subjects, const std::string& last) {
  auto inbox = to.subscribe({">"}).value();
  EXPECT_TRUE(to.flush(ten_seconds()));
  for (const std::string& subject : subjects) {
    EXPECT_TRUE(from.publish(subject, "x"));
  }
  EXPECT_TRUE(from.publish(last, "x"));
  std::vector<std::string> seen;
  while (auto message = inbox.next(ten_seconds()).value()) {
    if (message->subject == last) {
      break;
    }
    seen.push_back(message->subject);
  }
  return seen;
}

TEST(UserLife, ItsCredsPublishAndSubscribe) {
  Workplace w;
  w.account();
  w.user();
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  auto connection = w.connect(only_creds(w.store()));
  EXPECT_THAT(delivered(*connection, *connection, {"orders.one"}, "orders.last"), ElementsAre("orders.one"));
  const auto claims = user_claims(only_creds(w.store()));
  EXPECT_EQ(claims.subject, w.terraform.attribute(u, "public_key"));
  EXPECT_EQ(claims.name, "svc");
  EXPECT_EQ(claims.issuer, w.public_key());
  EXPECT_EQ(files_in(w.store(), ".creds").front().filename(), "svc.creds");
  EXPECT_EQ(files_in(w.store(), ".creds").front().parent_path().filename(), "acme");
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(UserLife, TheCredsOfADestroyedUserAreRefused) {
  Workplace w;
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string creds = only_creds(w.store());
  auto before = w.connect(creds);
  auto watch = before->subscribe({"never"}).value();
  w.terraform.write("user.tf", "");
  Outcome destroyed = w.terraform.apply();
  ASSERT_TRUE(done(destroyed));
  EXPECT_FALSE(watch.next(ten_seconds())) << "a live connection outlived its user";
  EXPECT_FALSE(w.nats.connect(creds));
  EXPECT_THAT(files_in(w.store(), ".creds"), IsEmpty());
  EXPECT_TRUE(w.nats.connect(w.guest_creds(w.public_key()))) << "the account's other users stay";
}

TEST(UserLife, WithoutRevocationADestroyedUsersCredsWorkOn) {
  Workplace w;
  w.account();
  w.user("revoke_on_destroy = false");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string creds = only_creds(w.store());
  w.terraform.write("user.tf", "");
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(proxy.pushes(), 0U);
  EXPECT_TRUE(w.nats.connect(creds));
  EXPECT_THAT(files_in(w.store(), ".creds"), IsEmpty());
}

TEST(UserLife, ItsDeletionPoliciesHold) {
  Workplace w;
  w.account();
  w.user("deletion_policy = \"prevent\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string creds = only_creds(w.store());
  w.terraform.write("user.tf", "");
  Outcome refused = w.terraform.plan();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr("its deletion_policy is \"prevent\""));
  w.user("deletion_policy = \"retain\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("user.tf", "");
  Outcome left = w.terraform.apply();
  ASSERT_TRUE(done(left));
  EXPECT_THAT(plain(left), HasSubstr("stays as it is"));
  EXPECT_TRUE(w.nats.connect(creds));
  EXPECT_EQ(only_creds(w.store()), creds);
}

TEST(UserLife, ItsPermissionsAreEnforced) {
  Workplace w;
  w.account();
  w.user(R"(permissions = {
    publish   = { allow = ["orders.>", "done"], deny = ["orders.secret"] }
    subscribe = { allow = ["orders.*", "go", "_INBOX.>"] }
  })");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  auto user = w.connect(only_creds(w.store()));
  auto guest = w.connect(w.guest_creds(w.public_key()));
  EXPECT_THAT(delivered(*user, *guest, {"orders.one", "orders.secret", "other"}, "done"),
              ElementsAre("orders.one"));
  auto inbox = user->subscribe({"orders.*", "other", "go"}).value();
  ASSERT_TRUE(user->flush(ten_seconds()));
  for (const char* subject : {"other", "orders.two", "go"}) {
    ASSERT_TRUE(guest->publish(subject, "x"));
  }
  std::vector<std::string> seen;
  while (auto message = inbox.next(ten_seconds()).value()) {
    seen.push_back(message->subject);
    if (message->subject == "go") {
      break;
    }
  }
  EXPECT_THAT(seen, ElementsAre("orders.two", "go"));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(UserLife, MayAnswerWhereItMayNotPublish) {
  Workplace w;
  w.account();
  w.user(R"(permissions = {
    publish   = { deny = [">"] }
    subscribe = { allow = ["service"] }
    responses = { max = 1, ttl = "5s" }
  })");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  auto user = w.connect(only_creds(w.store()));
  auto guest = w.connect(w.guest_creds(w.public_key()));
  auto requests = user->subscribe({"service"}).value();
  ASSERT_TRUE(user->flush(ten_seconds()));
  EXPECT_EQ(user_claims(only_creds(w.store())).rights.permissions.responses_max, 1);
  EXPECT_EQ(user_claims(only_creds(w.store())).rights.permissions.responses_ttl_ns, 5'000'000'000);
  const std::jthread service([&] {
    auto request = requests.next(ten_seconds());
    if (request && *request) {
      EXPECT_TRUE(user->publish((*request)->reply_to, "yes"));
    }
  });
  auto answer = guest->request("service", "?", ten_seconds());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "yes");
}

TEST(UserLife, OtherPermissionsAreNewCredsOfTheSameUserWithAWarning) {
  Workplace w;
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.terraform.attribute(u, "public_key");
  const std::string before = only_creds(w.store());
  w.user(R"(permissions = { publish = { allow = ["orders.>"] } })");
  Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(planned_actions(w.terraform, u), ElementsAre("update"));
  EXPECT_THAT(plain(planned), HasSubstr("Creds that were handed out keep their rights"));
  Outcome applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(w.terraform.attribute(u, "public_key"), key);
  EXPECT_NE(only_creds(w.store()), before);
  EXPECT_THAT(user_claims(only_creds(w.store())).rights.permissions.publish.allow, ElementsAre("orders.>"));
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
}

TEST(UserLife, AnotherNameMovesItsCreds) {
  Workplace w;
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("user.tf", R"(
resource "ghboot_nats_user" "u" {
  account = ghboot_nats_account.a.public_key
  name    = "renamed"
})");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(user_claims(only_creds(w.store())).name, "renamed");
  EXPECT_EQ(files_in(w.store(), ".creds").front().filename(), "renamed.creds");
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
}

TEST(UserLife, ThatTheAccountRevokedIsMadeAnew) {
  Workplace w;
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.terraform.attribute(u, "public_key");
  auto claims = w.nats.only_account();
  claims.revoke(key, user_claims(only_creds(w.store())).issued_at);
  w.nats.push(claims);
  ASSERT_FALSE(w.nats.connect(only_creds(w.store())));
  Outcome planned = w.terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(planned_actions(w.terraform, u), ElementsAre("create"));
  Outcome applied = w.terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  EXPECT_NE(w.terraform.attribute(u, "public_key"), key);
  // Programs that read the user's place get the new creds.
  const auto files = files_in(w.store(), ".creds");
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_EQ(files[0].filename(), "svc.creds");
  EXPECT_TRUE(w.nats.connect(read_file(files[0])));
}

TEST(UserLife, OfAnAccountThatIsGoneLeavesItsPlaceToTheNextOne) {
  Workplace w;
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string before = only_creds(w.store());
  ASSERT_EQ(w.terraform.plan().exit_code, 0);  // A refresh has seen both: no create goes on with them.
  w.nats.erase(w.public_key());
  ASSERT_TRUE(done(w.terraform.run({"state", "rm", std::string(u), "ghboot_nats_account.a"})));
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto files = files_in(w.store(), ".creds");
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_EQ(files[0].filename(), "svc.creds");
  EXPECT_TRUE(w.nats.connect(read_file(files[0])));
  EXPECT_EQ(only_creds(w.store(), true), before) << "nothing is thrown away for good";
}

TEST(UserLife, IsImportedByAccountAndKeyWithoutAChange) {
  Workplace w;
  w.account();
  w.user(R"(permissions = { publish = { allow = ["orders.>"] }, responses = { max = 1, ttl = "5s" } })");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string id = w.public_key() + "/" + w.terraform.attribute(u, "public_key");
  const std::string creds = only_creds(w.store());
  ASSERT_TRUE(done(w.terraform.run({"state", "rm", std::string(u)})));
  Outcome imported = w.terraform.import(u, id);
  ASSERT_TRUE(done(imported));
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  EXPECT_EQ(w.terraform.attribute(u, "deletion_policy"), "retain");
  EXPECT_EQ(only_creds(w.store()), creds);
}

TEST(UserLife, GoesWithItsAccount) {
  Workplace w;
  w.account();
  w.user();
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string creds = only_creds(w.store());
  Outcome destroyed = w.terraform.destroy();
  ASSERT_TRUE(done(destroyed));
  EXPECT_THAT(w.nats.stored(), IsEmpty());
  EXPECT_FALSE(w.nats.connect(creds));
  EXPECT_THAT(files_in(w.store(), ".nk"), IsEmpty());
}

TEST(UserLife, IsMadeOnceByACreateThatWasKilled) {
  Workplace w;
  w.account();
  w.user(R"(
  provisioner "local-exec" {
    command = "echo now; exec sleep 60"
  })");
  Process running = w.terraform.start_apply();
  ASSERT_TRUE(running.wait_for_output("(local-exec): now")) << running.output();
  w.terraform.kill_all();
  ASSERT_TRUE(w.terraform.attributes(u).is_null());
  w.user();
  Outcome again = w.terraform.apply();
  ASSERT_TRUE(done(again));
  EXPECT_THAT(files_in(w.store(), ".creds"), SizeIs(1));
  EXPECT_TRUE(w.nats.connect(only_creds(w.store())));
}

TEST(UserLife, OfAnAccountWithoutASeedHereSaysWhereItLooked) {
  Workplace w;
  const auto key = new_account_key();
  w.account(fmt::format("public_key = \"{}\"", key.public_key()));
  w.user();
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr(key.public_key()));
  EXPECT_THAT(plain(applied), HasSubstr(w.store().string()));
  EXPECT_TRUE(w.terraform.attributes(u).is_null());
  EXPECT_THAT(files_in(w.store(), ".creds"), IsEmpty());
}

TEST(UserLife, UnderAStrictOperatorIsRefusedBeforeCredsAreMade) {
  Workplace w({.strict = true});
  w.account();
  w.user();
  Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr("signing key of their account"));
  EXPECT_THAT(files_in(w.store(), ".creds"), IsEmpty());
}

}  // namespace
}  // namespace ghboot::acceptance
