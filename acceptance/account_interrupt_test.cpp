// SPDX-License-Identifier: Apache-2.0
// An apply that ends before its time, but not all at once: by Ctrl-C, by the end of terraform alone or of the
// provider alone. And whose rest it is that the next apply finds.
#include <csignal>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

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

// An apply whose first push is held.
struct HeldApply {
  HeldApply(Workplace& workplace, Moment moment) : w(workplace), proxy(workplace.nats.port()) {
    w.terraform.set("NATS_URL", proxy.url());
    proxy.hold(moment, is_push);
    process.emplace(w.terraform.start_apply());
    if (!proxy.wait_until_held()) {
      throw std::runtime_error("nothing was pushed: " + process->output());
    }
    w.terraform.set("NATS_URL", w.nats.url());
  }

  std::vector<int> providers() const {
    auto ids = w.terraform.processes();
    std::erase(ids, process->id());
    return ids;
  }

  Workplace& w;
  NatsProxy proxy;
  std::optional<Process> process;
};

void expect_one_account_and_one_key(Workplace& w) {
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.nats.only_account().subject(), w.public_key());
  EXPECT_THAT(account_seeds(w.store()), ElementsAre(w.public_key()));
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

// A terminal sends SIGINT to all: terraform asks the provider to stop, and the provider must not die of it.
TEST(AccountInterrupt, ByCtrlCEndsSoonAndLosesNothing) {
  Workplace w;
  w.account();
  HeldApply held(w, Moment::before_answer);
  held.process->signal_group(SIGINT);
  ASSERT_TRUE(held.process->wait_for_output("Interrupt received")) << held.process->output();
  Outcome outcome = held.process->wait(std::chrono::seconds(20));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(plain(outcome), testing::Not(HasSubstr("Plugin did not respond")));
  expect_one_account_and_one_key(w);
}

TEST(AccountInterrupt, ByTheEndOfTerraformAloneEndsTheProviderToo) {
  Workplace w;
  w.account();
  HeldApply held(w, Moment::before_answer);
  const auto providers = held.providers();
  ASSERT_THAT(providers, testing::Not(IsEmpty()));
  held.process->signal(SIGKILL);
  held.process->wait();
  for (int id : providers) {
    EXPECT_TRUE(ends_within(id, std::chrono::seconds(10))) << "process " << id << " outlived terraform";
  }
  expect_one_account_and_one_key(w);
}

TEST(AccountInterrupt, ByTheEndOfTheProviderAloneLosesNothing) {
  Workplace w;
  w.account();
  HeldApply held(w, Moment::before_answer);
  for (int id : held.providers()) {
    kill(id, SIGKILL);
  }
  Outcome outcome = held.process->wait();
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(w.nats.stored(), SizeIs(1));
  expect_one_account_and_one_key(w);
}

TEST(AccountInterrupt, InOneWorkspaceIsNotTakenUpByAnother) {
  Workplace w;
  w.account();
  {
    const HeldApply held(w, Moment::before_sending);
    w.terraform.kill_all();
  }
  const auto first = account_seeds(w.store());
  ASSERT_THAT(first, SizeIs(1));
  ASSERT_TRUE(done(w.terraform.run({"workspace", "new", "-no-color", "other"})));
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr(first.front())) << "the other workspace's rest is named";
  EXPECT_NE(w.nats.only_account().subject(), first.front());
  ASSERT_TRUE(done(w.terraform.run({"workspace", "select", "-no-color", "default"})));
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.public_key(), first.front());
  EXPECT_THAT(w.nats.stored(), SizeIs(2));
}

TEST(AccountInterrupt, OfTwoAccountsOfOneNameLeavesTwo) {
  Workplace w;
  w.terraform.write("main.tf",
                    "resource \"ghboot_nats_account\" \"a\" {\n  count = 2\n  name = \"acme\"\n}\n");
  {
    const HeldApply held(w, Moment::before_sending);
    w.terraform.kill_all();
  }
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_THAT(w.nats.stored(), SizeIs(2));
  EXPECT_THAT(account_seeds(w.store()), SizeIs(2));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
