// SPDX-License-Identifier: Apache-2.0
// `ghboot up`, `down`, `status` when something goes wrong at the worst moment, and what of the caller's
// surroundings reaches the server.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/helper_dev.h"
#include "nats/account_claims.h"
#include "nats/connection.h"
#include "nats/resolver.h"
#include "nats/user_claims.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;
using testing::Not;

nats::Wait patience() { return {nats::system_clock().now() + std::chrono::seconds(30)}; }

template <class T>
T value_of(nats::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

// Another program's way into the dev system: an account with JetStream, and a user of it.
class Tenant {
 public:
  explicit Tenant(const HelperDev& dev)
      : account_(nats::KeyPair::generate(nats::KeyKind::account, nats::system_random())),
        user_(nats::KeyPair::generate(nats::KeyKind::user, nats::system_random())) {
    const auto signer = value_of(nats::KeyPair::from_seed(read_file(dev.data() / "operator/signing.nk")));
    nats::AccountClaims claims(account_.public_key(), "tenant");
    nats::AccountLimits limits;
    limits.jetstream = {.mem_storage = -1, .disk_storage = -1, .streams = -1, .consumer = -1};
    claims.set_limits(limits);
    nats::Connector connector(
        options(dev, value_of(nats::Creds::parse(read_file(dev.data() / "operator/system.creds")))),
        nats::system_clock());
    nats::Resolver resolver(connector, nats::system_clock());
    const auto answers =
        value_of(resolver.push(claims.encode(signer, nats::system_clock().unix_seconds()), patience()));
    if (answers.done.size() != 1) throw std::runtime_error("the account was not stored");
  }

  const std::string& account() const { return account_.public_key(); }

  // The body of the answer.
  std::string ask(const HelperDev& dev, std::string_view subject, std::string_view body) const {
    const nats::UserClaims claims{.subject = user_.public_key(), .name = "u"};
    nats::Creds creds{nats::Secret(claims.encode(account_, nats::system_clock().unix_seconds())), user_};
    const auto connection =
        value_of(nats::Connection::open(options(dev, std::move(creds)), nats::system_clock(), patience()));
    return value_of(connection->request(subject, body, patience())).body;
  }

 private:
  static nats::ConnectOptions options(const HelperDev& dev, nats::Creds creds) {
    nats::ConnectOptions made;
    made.servers = {fmt::format("nats://127.0.0.1:{}", dev.port())};
    made.creds = std::move(creds);
    return made;
  }

  nats::KeyPair account_, user_;
};

std::string of_process(int process, std::string_view file) {
  return read_file(fmt::format("/proc/{}/{}", process, file));
}

TEST(HelperFault, WhatWasStoredIsThereAfterAStopAndAfterAKill) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const Tenant tenant(dev);
  ASSERT_THAT(tenant.ask(dev, "$JS.API.STREAM.CREATE.S", R"({"name":"S","subjects":["s"]})"),
              Not(HasSubstr("error")));
  ASSERT_THAT(tenant.ask(dev, "s", "kept"), HasSubstr("\"seq\":1"));
  ASSERT_EQ(dev.run({"down"}).exit_code, 0);
  ASSERT_EQ(dev.run({"up"}).exit_code, 0);
  EXPECT_THAT(tenant.ask(dev, "$JS.API.STREAM.INFO.S", ""), HasSubstr("\"messages\":1"));
  const int supervisor = supervisor_in(dev.state());
  kill(supervisor, SIGKILL);
  ASSERT_TRUE(ends_within(supervisor, std::chrono::seconds(10)));
  ASSERT_EQ(dev.run({"up"}).exit_code, 0);
  EXPECT_THAT(tenant.ask(dev, "$JS.API.STREAM.INFO.S", ""), HasSubstr("\"messages\":1"));
}

TEST(HelperFault, UpRightAfterACrashReturnsWhenTheNextServerIsThere) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const int crashed = server_in(dev.state());
  kill(crashed, SIGKILL);
  const Outcome up = dev.run({"up"});
  EXPECT_EQ(up.exit_code, 0) << up.text();
  EXPECT_NE(server_in(dev.state()), crashed);
  EXPECT_EQ(dev.run({"status"}).exit_code, 0);
}

TEST(HelperFault, UpRightAfterTheSupervisorWasKilledKeepsItsPorts) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const auto settings = dev.settings();
  const auto before = dev.state();
  kill(supervisor_in(before), SIGKILL);
  ASSERT_TRUE(ends_within(supervisor_in(before), std::chrono::seconds(10)));
  const Outcome up = dev.run({"up"});
  EXPECT_EQ(up.exit_code, 0) << up.text();
  EXPECT_EQ(dev.settings(), settings);
  EXPECT_TRUE(ends_within(server_in(before), std::chrono::seconds(0)));
}

TEST(HelperFault, DownRightAfterTheSupervisorWasKilledLeavesNothing) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const auto before = dev.state();
  kill(supervisor_in(before), SIGKILL);
  EXPECT_EQ(dev.run({"down"}).exit_code, 0);
  EXPECT_TRUE(ends_within(server_in(before), std::chrono::seconds(10)));
}

TEST(HelperFault, ServerThatDoesNotAnswerToItsEndIsKilled) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const auto before = dev.state();
  kill(server_in(before), SIGSTOP);
  const Outcome down = dev.run({"down"});
  EXPECT_EQ(down.exit_code, 0) << down.text();
  EXPECT_TRUE(ends_within(server_in(before), std::chrono::seconds(0)));
}

TEST(HelperFault, SeveralUpsAtOnceMakeOneServer) {
  HelperDev dev;
  std::vector<Process> ups;
  for (int count = 0; count < 4; ++count) ups.push_back(dev.start(HelperDev::up_words()));
  int started = 0;
  for (Process& up : ups) {
    const Outcome outcome = up.wait();
    started += outcome.out.contains("NATS runs: ") ? 1 : 0;
    EXPECT_THAT(outcome.exit_code, testing::AnyOf(0, 4)) << outcome.text();
  }
  EXPECT_EQ(started, 1);
  EXPECT_EQ(dev.run({"status"}).exit_code, 0);
}

TEST(HelperFault, KilledUpLeavesAFolderThatTheNextOneCanUse) {
  for (int round = 0; round < 5; ++round) {
    HelperDev dev;
    Process up = dev.start(HelperDev::up_words());
    up.signal(SIGKILL);
    up.wait();
    Outcome next = dev.up();
    if (next.exit_code == 4)
      next = dev.run({"up"});  // The killed one's supervisor goes on: it is waited for.
    EXPECT_EQ(next.exit_code, 0) << next.text();
    EXPECT_EQ(dev.run({"status"}).exit_code, 0);
  }
}

TEST(HelperFault, StatusListsTheAccounts) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  const Tenant tenant(dev);
  const auto told = nlohmann::json::parse(dev.run({"status", "--json"}).out);
  const nlohmann::json wanted{{"name", "tenant"}, {"public_key", tenant.account()}};
  EXPECT_EQ(std::ranges::count(told["accounts"], wanted), 1) << told.dump();
  EXPECT_THAT(dev.run({"status"}).out, HasSubstr(tenant.account() + " tenant"));
}

TEST(HelperFault, NothingOfTheCallersEnvironmentLivesOnInTheServer) {
  HelperDev dev;
  dev.set("GITHUB_TOKEN", "ghp_0123456789");
  ASSERT_EQ(dev.up().exit_code, 0);
  const int server = server_in(dev.state());
  const int supervisor = supervisor_in(dev.state());
  for (const int process : {server, supervisor})
    EXPECT_THAT(of_process(process, "environ"), Not(HasSubstr("ghp_0123456789")));
  for (const char* file : {"operator/operator.nk", "operator/signing.nk", "operator/system-account.nk"})
    EXPECT_THAT(of_process(server, "cmdline"), Not(HasSubstr(read_file(dev.data() / file))));
}

TEST(HelperFault, VariablesOfOtherSystemsLeadNoVerbAstray) {
  HelperDev dev;
  ASSERT_EQ(dev.up().exit_code, 0);
  for (const auto& [name, value] : {std::pair{"NATS_URL", "nats://192.0.2.1:4222"},
                                    {"NATS_CONTEXT", "other"},
                                    {"NATS_CREDS", "/absent"},
                                    {"GHBOOT_STORE_DIR", "/absent"}})
    dev.set(name, value);
  EXPECT_EQ(dev.run({"status"}).exit_code, 0);
  const Outcome verified = dev.run({"verify", "nats"});
  EXPECT_THAT(verified.out, HasSubstr("resolver"));
  EXPECT_THAT(verified.text(), Not(HasSubstr("192.0.2.1")));
  EXPECT_THAT(dev.run({"env"}).out, HasSubstr("unset NATS_CONTEXT\n"));
}

TEST(HelperFault, VerifyNamesWhatIsNotBuiltYet) {
  HelperDev dev;
  for (const char* what : {"terraform", "all"}) {
    const Outcome verified = dev.run({"verify", what});
    EXPECT_EQ(verified.exit_code, 3);
    EXPECT_THAT(verified.err, HasSubstr("not built yet"));
  }
  EXPECT_EQ(dev.run({"verify", "moon"}).exit_code, 2);
}

}  // namespace
}  // namespace ghboot::acceptance
