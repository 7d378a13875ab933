// SPDX-License-Identifier: Apache-2.0
// terraform and the provider killed with -9 at a chosen moment, and the same command given again: in the end
// there is one account with one key, whatever was cut off.
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/nats_proxy.h"
#include "acceptance/s3_standin.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view limits = "limits = { connections = 5 }";

// Runs a command until such a message is at that moment, and kills all. What the proxy holds then is lost.
void kill_at(Workplace& w, Moment moment, const SubjectPredicate& which, const Words& command) {
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  proxy.hold(moment, which);
  Process running = w.terraform.start(command);
  ASSERT_TRUE(proxy.wait_until_held()) << running.output();
  w.terraform.kill_all();
  EXPECT_NE(running.wait().signal, 0);
  w.terraform.set("NATS_URL", w.nats.url());
}

const Words apply{"apply", "-no-color", "-input=false", "-auto-approve"};
const Words destroy{"destroy", "-no-color", "-input=false", "-auto-approve"};

void expect_one_account_and_one_key(Workplace& w) {
  Outcome again = w.terraform.apply();
  ASSERT_TRUE(done(again));
  EXPECT_EQ(w.nats.only_account().subject(), w.public_key());
  EXPECT_EQ(w.nats.only_account().limits().conn, 5);
  EXPECT_THAT(account_seeds(w.store()), ElementsAre(w.public_key()));
  const auto state = w.terraform.attributes(a);
  EXPECT_EQ(state["adopted"], false);
  EXPECT_EQ(state["deletion_policy"], "delete");
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

TEST(AccountKill, OfACreateBeforeThePush) {
  Workplace w;
  w.account(limits);
  kill_at(w, Moment::before_sending, is_push, apply);
  EXPECT_THAT(w.nats.stored(), IsEmpty());
  ASSERT_THAT(account_seeds(w.store()), SizeIs(1)) << "the key is stored before it is used";
  expect_one_account_and_one_key(w);
}

TEST(AccountKill, OfACreateAfterThePush) {
  Workplace w;
  w.account(limits);
  kill_at(w, Moment::before_answer, is_push, apply);
  EXPECT_THAT(w.nats.stored(), SizeIs(1));
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
  expect_one_account_and_one_key(w);
}

// A provisioner runs when the account is made, and before terraform writes its state.
TEST(AccountKill, OfACreateBeforeTheStateIsWritten) {
  Workplace w;
  w.account(R"(limits = { connections = 5 }
  provisioner "local-exec" {
    command = "echo now; exec sleep 60"
  })");
  Process running = w.terraform.start_apply();
  ASSERT_TRUE(running.wait_for_output("(local-exec): now")) << running.output();
  w.terraform.kill_all();
  EXPECT_THAT(w.nats.stored(), SizeIs(1));
  ASSERT_TRUE(w.terraform.attributes(a).is_null());
  w.account(limits);
  expect_one_account_and_one_key(w);
}

bool writes_state(const S3Request& request) {
  return request.method == "PUT" && request.key == "env/a.tfstate";
}

TEST(AccountKill, OfACreateBeforeTheStateIsInS3) {
  Workplace w({}, Plugin::mirror);
  S3Standin s3;
  w.account(limits);
  w.terraform.write("backend.tf", s3_backend(s3.endpoint(), "env/a.tfstate"));
  Outcome initialised = w.terraform.init();
  ASSERT_TRUE(done(initialised));
  s3.hold(writes_state);
  Process running = w.terraform.start_apply();
  ASSERT_TRUE(s3.wait_until_held()) << running.output();
  const std::string lock = s3.objects().get("tfstate", "env/a.tfstate.tflock")->body;
  w.terraform.kill_all();
  // What was held takes no effect; what comes later does.
  s3.refuse(
      [first = true](const S3Request& request) mutable {
        return writes_state(request) && std::exchange(first, false);
      },
      503);
  s3.release();
  EXPECT_THAT(w.nats.stored(), SizeIs(1));
  ASSERT_FALSE(s3.objects().get("tfstate", "env/a.tfstate"));

  const auto id = nlohmann::json::parse(lock)["ID"].get<std::string>();
  ASSERT_TRUE(done(w.terraform.run({"force-unlock", "-force", id})));
  Outcome again = w.terraform.apply();
  ASSERT_TRUE(done(again));
  EXPECT_EQ(w.nats.only_account().limits().conn, 5);
  EXPECT_THAT(account_seeds(w.store()), ElementsAre(w.nats.only_account().subject()));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST(AccountKill, OfAnUpdateBeforeAndAfterThePush) {
  Workplace w;
  w.account("limits = { connections = 4 }");
  ASSERT_TRUE(done(w.terraform.apply()));
  const std::string key = w.public_key();
  w.account(limits);
  kill_at(w, Moment::before_sending, is_push, apply);
  EXPECT_EQ(w.nats.only_account().limits().conn, 4);
  kill_at(w, Moment::before_answer, is_push, apply);
  EXPECT_EQ(w.nats.only_account().limits().conn, 5);
  expect_one_account_and_one_key(w);
  EXPECT_EQ(w.public_key(), key);
}

TEST(AccountKill, OfADestroyBeforeAndAfterTheRequest) {
  Workplace w;
  w.account(limits);
  ASSERT_TRUE(done(w.terraform.apply()));
  kill_at(w, Moment::before_sending, is_delete, destroy);
  EXPECT_THAT(w.nats.stored(), SizeIs(1));
  kill_at(w, Moment::before_answer, is_delete, destroy);
  EXPECT_THAT(w.nats.stored(), IsEmpty());
  Outcome again = w.terraform.destroy();
  ASSERT_TRUE(done(again));
  EXPECT_THAT(w.nats.stored(), IsEmpty());
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
}

// Every process killed while twenty accounts are made, wherever each of them was.
TEST(AccountKill, OfManyCreatesLeavesNoneTwice) {
  Workplace w;
  w.terraform.write("main.tf", R"(
resource "ghboot_nats_account" "many" {
  count = 20
  name  = "acme-${count.index}"
})");
  NatsProxy proxy(w.nats.port());
  w.terraform.set("NATS_URL", proxy.url());
  std::optional<Process> running(w.terraform.start_apply());
  ASSERT_TRUE(running->wait_for_output("Creation complete")) << running->output();
  w.terraform.kill_all();
  running.reset();
  Outcome again = w.terraform.apply();
  ASSERT_TRUE(done(again));
  EXPECT_THAT(w.nats.stored(), SizeIs(20));
  EXPECT_THAT(account_seeds(w.store()), SizeIs(20));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
