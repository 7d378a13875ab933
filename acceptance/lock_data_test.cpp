// SPDX-License-Identifier: Apache-2.0
// The data source ghboot_regeneration_lock, with the real terraform and nats-server: what it tells of a lock
// in each state, as whom it asks, and what it says where it cannot tell.
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/lock_place.h"
#include "acceptance/nats_manager.h"
#include "acceptance/temp_folder.h"
#include "acceptance/workplace.h"
#include "nats/folder_store.h"
#include "nats/jetstream_lock_stream.h"
#include "nats/lease.h"
#include "nats/lock_hand.h"

namespace ghboot::acceptance {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr std::string_view d = "data.ghboot_regeneration_lock.d";

// What another program does with the lock.
struct Other {
  explicit Other(const nats::ConnectOptions& options, const nats::LockNames& names)
      : connector(options, nats::system_clock()),
        stream(names, connector, nats::system_clock()),
        writer(stream, nats::system_clock(), nats::system_lock_clock(), nats::system_random()),
        contender(
            {.holder = "ci", .host = "runner-7", .pid = 4711, .reason = "templates", .lease = seconds(60)},
            {},
            {.stream = stream,
             .clock = nats::system_clock(),
             .lock_clock = nats::system_lock_clock(),
             .random = nats::system_random(),
             .files = nats::system_files()}) {}

  nats::Lease acquire() {
    auto lease = contender.acquire(within());
    if (!lease) throw std::runtime_error(lease.error().message);
    return *std::move(lease);
  }
  nats::LockEntry last() { return stream.last(within()).value().value(); }

  nats::Connector connector;
  nats::JetStreamLockStream stream;
  nats::LockWriter writer;
  nats::LockContender contender;
};

class LockData : public testing::Test {
 protected:
  LockData() {
    terraform.set("NATS_URL", place.server.url());
    terraform.set("GHBOOT_STORE_DIR", store.path().string());
    connect_with(*place.options.creds);
    ask_for();
  }
  void connect_with(const nats::Creds& creds) {
    write_file(terraform.path("user.creds"), creds.format().reveal());
    terraform.set("NATS_CREDS", terraform.path("user.creds").string());
  }
  void ask_for(std::string_view more = "", std::string_view organization = "acme") const {
    terraform.write("main.tf", fmt::format("data \"ghboot_regeneration_lock\" \"d\" {{\n"
                                           "  organization = \"{}\"\n  {}\n}}\n",
                                           organization, more));
  }
  nlohmann::json told() const {
    EXPECT_TRUE(done(terraform.apply()));
    return terraform.attributes(d);
  }
  std::string refusal() const {
    const Outcome planned = terraform.plan();
    EXPECT_EQ(planned.exit_code, 1) << planned.text();
    return plain(planned);
  }
  nats::Creds in_store(nats::Creds creds) const {
    nats::FolderStore folder(store.path().string(), nats::system_files(), nats::system_random());
    if (const auto put = folder.put_creds({"op", "acme", "reader"}, creds); !put)
      throw std::runtime_error(put.error().message);
    return creds;
  }

  LockPlace place;
  TempFolder store;
  Terraform terraform;
};

TEST_F(LockData, OfAFreeLockSaysThatNobodyHasIt) {
  const auto lock = told();
  EXPECT_EQ(lock["state"], "free");
  EXPECT_EQ(lock["generation"], 1);
  EXPECT_EQ(lock["sequence"], 1);
  EXPECT_EQ(lock["waiting"], 0);
  EXPECT_THAT(lock["stored_at"].get<std::string>(), MatchesRegex("20..-..-..T..:..:..Z"));
  for (const char* name : {"token", "holder", "host", "pid", "reason", "since", "lease", "by", "why"})
    EXPECT_TRUE(lock[name].is_null()) << name;
}

TEST_F(LockData, TellsWhoHoldsItAndThatItIsFreeAgain) {
  Other other(place.options, place.names);
  auto lease = other.acquire();
  ASSERT_TRUE(lease.renew(within()));
  auto lock = told();
  EXPECT_EQ(lock["state"], "held");
  EXPECT_EQ(lock["token"], "1.2") << "of the message that acquired, which is not the last one";
  EXPECT_EQ(lock["sequence"], 3);
  EXPECT_EQ(lock["holder"], "ci");
  EXPECT_EQ(lock["host"], "runner-7");
  EXPECT_EQ(lock["pid"], 4711);
  EXPECT_EQ(lock["reason"], "templates");
  EXPECT_EQ(lock["lease"], "60s");
  EXPECT_THAT(lock["since"].get<std::string>(), MatchesRegex("20..-..-..T..:..:..Z"));
  ASSERT_TRUE(lease.release(within()));
  lock = told();
  EXPECT_EQ(lock["state"], "free");
  EXPECT_TRUE(lock["holder"].is_null());
}

TEST_F(LockData, TellsWhoTookItAwayAndWhy) {
  Other other(place.options, place.names);
  const auto lease = other.acquire();
  ASSERT_TRUE(
      nats::revoke_lock(other.writer, other.last(), {.by = "eve", .why = "runner is gone"}, within()));
  const auto lock = told();
  EXPECT_EQ(lock["state"], "revoked");
  EXPECT_EQ(lock["by"], "eve");
  EXPECT_EQ(lock["why"], "runner is gone");
  EXPECT_EQ(lock["holder"], "ci");
  EXPECT_EQ(lock["token"], "1.2");
}

TEST_F(LockData, OfANewGenerationHasItsNumber) {
  Other other(place.options, place.names);
  ASSERT_TRUE(nats::raise_generation(other.writer, other.last(), 4, seconds(15),
                                     {.by = "eve", .why = "stream was lost"}, within()));
  const auto lock = told();
  EXPECT_EQ(lock["generation"], 5);
  EXPECT_EQ(lock["state"], "revoked");
  EXPECT_TRUE(lock["token"].is_null()) << "nobody had it";
}

TEST_F(LockData, IsReadAsAUserOfTheStore) {
  const nats::Creds user = in_store(new_user(place.account));
  terraform.unset("NATS_CREDS");
  ask_for(
      fmt::format("account = \"{}\"\n  user    = \"{}\"", place.account.public_key(), user.key.public_key()));
  EXPECT_EQ(told()["state"], "free");
  EXPECT_THAT(terraform.state().dump(), Not(HasSubstr(std::string(user.key.seed().reveal()))));
}

TEST_F(LockData, OfAnotherGitHubIsAnotherLock) {
  terraform.set("GITHUB_BASE_URL", "https://ghe.example.com:8443/api/v3");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("GITHUB_LOCK_acme__ghe_example_com_8443: stream not found"),
                               HasSubstr("no lock of acme__ghe_example_com_8443")));
  connect_with(new_user(make_lock(place.server, "ghe.example.com:8443")));
  EXPECT_EQ(told()["state"], "free");
  terraform.set("GITHUB_BASE_URL", "ghe.example.com");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("GITHUB_BASE_URL"), HasSubstr("https://HOST/api/v3")));
}

TEST_F(LockData, OfAnOrganizationWithoutOneIsAnError) {
  ask_for("", "other");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("Lock not read"), HasSubstr("GITHUB_LOCK_other: stream not found"),
                               HasSubstr("the account of this user has no lock of other")));
  ask_for("", "no name");
  EXPECT_THAT(plain(terraform.validate()), HasSubstr("\"no name\" is no organization's login"));
}

TEST_F(LockData, OfALogThatIsNotOfTheProtocolIsAnErrorWithTheMessage) {
  place.publish("hello");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("Message 2 of the lock's stream is not a message of the lock"),
                               HasSubstr("ghboot lock new-generation")));
  const auto emptied = place.ask("STREAM.PURGE." + place.names.stream, "");
  ASSERT_THAT(emptied, HasSubstr("success"));
  EXPECT_THAT(refusal(), HasSubstr("GITHUB_LOCK_acme has no message: the lock was never begun"));
}

TEST_F(LockData, NamesTheRightThatIsMissingAtOnce) {
  const auto began = nats::system_clock().now();
  connect_with(new_user(place.account, {.publish = {.deny = {"$JS.API.STREAM.MSG.GET.>"}}}));
  EXPECT_THAT(refusal(), HasSubstr("no right to publish on $JS.API.STREAM.MSG.GET.GITHUB_LOCK_acme"));
  connect_with(new_user(place.account, {.subscribe = {.deny = {"_INBOX.>"}}}));
  EXPECT_THAT(refusal(), HasSubstr("the right to subscribe to _INBOX.>"));
  EXPECT_LT(nats::system_clock().now() - began, seconds(18)) << "each answer was waited for 10 s";
}

TEST_F(LockData, OfAnAccountWithoutJetStreamSaysSo) {
  const auto bare = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
  place.server.push(nats::AccountClaims(bare.public_key(), "bare"));
  connect_with(new_user(bare));
  EXPECT_THAT(refusal(), HasSubstr("(10039)"));
}

TEST_F(LockData, SaysWhoseCredsAreMissingOrOfAnotherAccount) {
  const std::string account = new_account_key().public_key();
  ask_for(fmt::format("account = \"{}\"", account));
  EXPECT_THAT(refusal(), AllOf(HasSubstr("of account " + place.account.public_key()), HasSubstr(account)));
  ask_for(fmt::format("user = \"{}\"", account));
  EXPECT_THAT(plain(terraform.validate()), HasSubstr("one of kind user (U…) is expected"));
  const auto stranger = new_user(place.account).key.public_key();
  ask_for(fmt::format("user = \"{}\"", stranger));
  EXPECT_THAT(refusal(), HasSubstr("The creds of user " + stranger + " are not in the store"));
  ask_for();
  terraform.unset("NATS_CREDS");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("A NATS user is not configured"), HasSubstr("NATS_CREDS")));
  write_file(terraform.path("user.creds"), "nothing");
  terraform.set("NATS_CREDS", terraform.path("user.creds").string());
  EXPECT_THAT(refusal(), HasSubstr("the variable NATS_CREDS holds no usable creds"));
}

TEST_F(LockData, OfCredsThatHaveExpiredSaysSinceWhen) {
  auto key = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random());
  const nats::UserClaims claims{.subject = key.public_key(), .name = "u", .expires_at = 1'700'000'000};
  connect_with({.jwt = nats::Secret(claims.encode(place.account, 1'600'000'000)), .key = std::move(key)});
  EXPECT_THAT(refusal(), AllOf(HasSubstr("expired at 2023-11-14T22:13:20Z"), HasSubstr(claims.subject)));
}

}  // namespace
}  // namespace ghboot::acceptance
