// SPDX-License-Identifier: Apache-2.0
// An organisation's event bus in Terraform's hands, on real nats-servers, with a GitHub that is asked whose
// the login is.
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/github_place.h"
#include "acceptance/nats_manager.h"
#include "acceptance/workplace.h"
#include "nats/base64.h"
#include "nats/server_version.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view b = "ghboot_event_bus.b";

class EventBusLife : public testing::Test {
 protected:
  explicit EventBusLife(const NatsOptions& options = {}) : w(options) {
    w.account("limits = { jetstream = { disk_storage = -1, memory_storage = -1 } }");
    w.user();
    lead_to_github(w.terraform, *github);
    w.terraform.unset("GITHUB_BASE_URL");  // github.com, as long as nobody needs to be asked.
  }
  void ask_github() { w.terraform.set("GITHUB_BASE_URL", github->address()); }
  void bus(std::string_view attributes = "organization_id = 1") const {
    w.terraform.write("bus.tf", fmt::format(R"(resource "ghboot_event_bus" "b" {{
  account      = ghboot_nats_account.a.public_key
  user         = ghboot_nats_user.u.public_key
  organization = "Acme"
  {}
}}
)",
                                            attributes));
  }
  json attributes() const { return w.terraform.attributes(b); }
  // As the account's user, at any time.
  json ask(const std::string& what, const json& body = {}) const {
    const auto connection = w.connect(only_creds(w.store()));
    const auto reply = connection->request("$JS.API." + what, body.is_null() ? "" : body.dump(),
                                           {nats::system_clock().now() + std::chrono::seconds(10)});
    return json::parse(reply.value().body);
  }
  json first_of_lock() const {
    const json stored = ask("STREAM.MSG.GET.GITHUB_LOCK_acme", {{"seq", 1}});
    return json::parse(nats::decode_base64(stored["message"]["data"].get<std::string>()).value());
  }
  json config(const std::string& stream) const { return ask("STREAM.INFO." + stream)["config"]; }
  void change(const std::string& stream, const json& members) const {
    json changed = config(stream);
    changed.merge_patch(members);
    const json reply = ask("STREAM.UPDATE." + stream, changed);
    ASSERT_FALSE(reply.contains("error")) << reply;
  }
  std::string import_id(std::string_view login = "acme") const {
    return fmt::format("{}/{}/{}", w.public_key(), w.terraform.attribute("ghboot_nats_user.u", "public_key"),
                       login);
  }
  Outcome reimport() const {
    const std::string id = import_id();
    EXPECT_TRUE(done(w.terraform.run({"state", "rm", std::string(b)})));
    return w.terraform.import(b, id);
  }

  Workplace w;
  std::unique_ptr<standin::Service> github = make_github();
};

TEST_F(EventBusLife, OneApplyMakesAccountUserAndStreamsAndThenNothingIsLeftToDo) {
  bus();
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(attributes()["key"], "acme");
  EXPECT_EQ(attributes()["host"], "github.com");
  EXPECT_EQ(attributes()["streams"], (json{{"events", "GITHUB_EVENTS_acme"},
                                           {"requests", "GITHUB_REQUESTS_acme"},
                                           {"regeneration", "GITHUB_REGENERATION_acme"},
                                           {"lock", "GITHUB_LOCK_acme"},
                                           {"bucket", "KV_ghboot_acme"}}));
  EXPECT_EQ(attributes()["in_sync"], true);
  EXPECT_EQ(attributes()["adopted"], false);
  EXPECT_EQ(attributes()["deletion_policy"], "prevent");
  const json streams = attributes()["streams"];
  for (const auto& [of, stream] : streams.items()) EXPECT_EQ(config(stream)["num_replicas"], 1) << of;
  EXPECT_EQ(config("GITHUB_EVENTS_acme")["duplicate_window"], 72LL * 3600 * 1'000'000'000);
  EXPECT_EQ(first_of_lock()["state"], "free");
  EXPECT_GT(std::stoll(first_of_lock()["generation"].get<std::string>()), 1'700'000'000)
      << "tokens rise though the stream may be made anew";
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST_F(EventBusLife, GithubIsAskedForTheIdWhichIsKept) {
  ask_github();
  bus("");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(attributes()["organization_id"], 1);
  EXPECT_THAT(attributes()["key"].get<std::string>(), testing::MatchesRegex("acme__127_0_0_1_[0-9]+"));
  w.terraform.set("GITHUB_TOKEN", "none");
  EXPECT_EQ(w.terraform.plan().exit_code, 0) << "it is not asked again";
  bus("organization_id = 1");
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST_F(EventBusLife, OfAnotherGithubIsAnotherOne) {
  bus("organization_id = 1\n  deletion_policy = \"retain\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  ask_github();
  const Outcome moved = w.terraform.plan();
  EXPECT_EQ(moved.exit_code, 2);
  EXPECT_THAT(planned_actions(w.terraform, b), ElementsAre("delete", "create"));
  EXPECT_THAT(plain(moved),
              AllOf(HasSubstr("made for Acme on github.com"), HasSubstr("set host = \"github.com\"")));
  bus("organization_id = 1\n  deletion_policy = \"retain\"\n  host = \"GitHub.com\"");
  EXPECT_EQ(w.terraform.plan().exit_code, 0) << "and its case means nothing";
}

TEST_F(EventBusLife, OfAHostInAnotherCaseIsTheSameWhereTheConfigurationNamesItNoMore) {
  bus("organization_id = 1\n  host = \"GitHub.com\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(attributes()["key"], "acme");
  bus();
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST_F(EventBusLife, OfAnUnknownLoginIsRefusedAndNothingIsMade) {
  ask_github();
  w.terraform.write("bus.tf", R"(resource "ghboot_event_bus" "b" {
  account      = ghboot_nats_account.a.public_key
  user         = ghboot_nats_user.u.public_key
  organization = "nobody"
}
)");
  const Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), AllOf(HasSubstr("Event bus not made"),
                                    HasSubstr("no organisation and no user with the login nobody"),
                                    HasSubstr("give organization_id")));
  EXPECT_TRUE(attributes().is_null());
  EXPECT_THAT(ask("STREAM.NAMES")["streams"], json(nullptr));
}

TEST_F(EventBusLife, SettingsChangeInPlace) {
  bus();
  ASSERT_TRUE(done(w.terraform.apply()));
  bus(R"(organization_id = 1
  events_max_age            = "336h"
  events_max_bytes          = 1000000
  events_duplicate_window   = "1h"
  requests_max_age          = "24h"
  requests_max_bytes        = 2000000
  requests_duplicate_window = "5m")");
  EXPECT_EQ(w.terraform.plan().exit_code, 2);
  EXPECT_THAT(planned_actions(w.terraform, b), ElementsAre("update"));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(config("GITHUB_EVENTS_acme")["max_age"], 336LL * 3600 * 1'000'000'000);
  EXPECT_EQ(config("GITHUB_EVENTS_acme")["max_bytes"], 1'000'000);
  EXPECT_EQ(config("GITHUB_EVENTS_acme")["duplicate_window"], 3600LL * 1'000'000'000);
  EXPECT_EQ(config("GITHUB_REQUESTS_acme")["max_age"], 24LL * 3600 * 1'000'000'000);
  EXPECT_EQ(config("GITHUB_REQUESTS_acme")["max_bytes"], 2'000'000);
  EXPECT_EQ(config("GITHUB_REQUESTS_acme")["duplicate_window"], 300LL * 1'000'000'000);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  bus("organization_id = 1\n  events_max_age = \"20160m\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(config("GITHUB_EVENTS_acme")["max_bytes"], -1) << "what is left out has its default again";
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST_F(EventBusLife, DriftIsToldByNameAndMended) {
  bus();
  ASSERT_TRUE(done(w.terraform.apply()));
  change("GITHUB_EVENTS_acme",
         {{"max_age", 3600LL * 1'000'000'000}, {"duplicate_window", 60LL * 1'000'000'000}});
  change("GITHUB_REQUESTS_acme", {{"max_msgs", 5}});
  ask("STREAM.DELETE.GITHUB_REGENERATION_acme");
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 2);
  EXPECT_THAT(plain(planned), AllOf(HasSubstr("Event bus that is not as it ought to be"),
                                    HasSubstr("GITHUB_REGENERATION_acme is not there"),
                                    HasSubstr("GITHUB_REQUESTS_acme: max_msgs is 5 and ought to be -1"),
                                    Not(HasSubstr("max_age is"))));
  const json change = w.terraform.plan_json()["resource_changes"];
  for (const json& one : change) {
    if (one["address"] != b) continue;
    EXPECT_EQ(one["change"]["before"]["events_max_age"], "1h");
    EXPECT_EQ(one["change"]["after"]["events_max_age"], "168h");
    EXPECT_EQ(one["change"]["before"]["in_sync"], false);
  }
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(config("GITHUB_REQUESTS_acme")["max_msgs"], -1);
  EXPECT_EQ(config("GITHUB_EVENTS_acme")["max_age"], 168LL * 3600 * 1'000'000'000);
  EXPECT_EQ(config("GITHUB_REGENERATION_acme")["num_replicas"], 1);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST_F(EventBusLife, ThatHasLostItsLockGetsItClosedForTheLongestLease) {
  bus("organization_id = 1\n  lock_lease = \"20m\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const json before = first_of_lock();
  json empty = config("GITHUB_LOCK_acme");
  ask("STREAM.DELETE.GITHUB_LOCK_acme");
  ask("STREAM.CREATE.GITHUB_LOCK_acme", empty);
  for (const char* what : {"emptied", "deleted"}) {
    const Outcome planned = w.terraform.plan();
    EXPECT_EQ(planned.exit_code, 2) << what;
    EXPECT_THAT(plain(planned), HasSubstr("the lock was lost: it is made anew, and nobody gets it for 20m"))
        << what;
    ASSERT_TRUE(done(w.terraform.apply_plan()));
    EXPECT_EQ(first_of_lock()["state"], "revoked");
    EXPECT_EQ(first_of_lock()["lease"], "1200s");
    EXPECT_GE(std::stoll(first_of_lock()["generation"].get<std::string>()),
              std::stoll(before["generation"].get<std::string>()));
    EXPECT_EQ(w.terraform.plan().exit_code, 0);
    ask("STREAM.DELETE.GITHUB_LOCK_acme");
  }
}

TEST_F(EventBusLife, ThatIsKeptForEverIsImportedAsThatAndIsWarnedOfWhenItIsNot) {
  bus("organization_id = 1\n  events_max_age = \"0s\"\n  requests_max_age = \"8761h\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(config("GITHUB_EVENTS_acme")["max_age"], 0);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  ASSERT_TRUE(done(reimport()));
  EXPECT_EQ(attributes()["events_max_age"], "0s");
  EXPECT_EQ(attributes()["requests_max_age"], "8761h");
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  bus("organization_id = 1\n  events_max_age = \"24h\"\n  requests_max_age = \"8761h\"");
  const Outcome planned = w.terraform.plan();
  EXPECT_THAT(plain(planned), AllOf(HasSubstr("Messages that will be removed"),
                                    HasSubstr("events_max_age becomes 24h (it is 0s now)")));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(attributes()["events_duplicate_window"], "24h") << "no longer than events are kept";
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST_F(EventBusLife, WhoseCredsAreGoneIsPlannedByTheStateAndTakesAnotherUser) {
  bus();
  ASSERT_TRUE(done(w.terraform.apply()));
  for (const auto& file : files_in(w.store(), ".creds")) std::filesystem::remove(file);
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  EXPECT_THAT(plain(planned),
              AllOf(HasSubstr("Event bus not refreshed"), HasSubstr("The plan goes by the state")));
  w.terraform.write("other.tf", R"(resource "ghboot_nats_user" "other" {
  account = ghboot_nats_account.a.public_key
  name    = "other"
}
)");
  w.terraform.write("bus.tf", R"(resource "ghboot_event_bus" "b" {
  account         = ghboot_nats_account.a.public_key
  user            = ghboot_nats_user.other.public_key
  organization    = "Acme"
  organization_id = 1
  events_max_age  = "336h"
}
)");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(config("GITHUB_EVENTS_acme")["max_age"], 336LL * 3600 * 1'000'000'000);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST_F(EventBusLife, WhatJetStreamCannotChangeIsNamedAndNothingIsChanged) {
  bus();
  ASSERT_TRUE(done(w.terraform.apply()));
  json other = config("GITHUB_REQUESTS_acme");
  ask("STREAM.DELETE.GITHUB_REQUESTS_acme");
  other["storage"] = "memory";
  ask("STREAM.CREATE.GITHUB_REQUESTS_acme", other);
  bus("organization_id = 1\n  events_max_age = \"336h\"");
  const Outcome planned = w.terraform.plan();
  EXPECT_THAT(plain(planned),
              HasSubstr("JetStream cannot change all of that in place, so the apply will refuse it"));
  const Outcome applied = w.terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied),
              AllOf(HasSubstr("Event bus not changed"), HasSubstr("can't change this in place"),
                    HasSubstr("GITHUB_REQUESTS_acme: storage is \"memory\"")));
  EXPECT_EQ(config("GITHUB_EVENTS_acme")["max_age"], 168LL * 3600 * 1'000'000'000);
}

TEST_F(EventBusLife, ThatIsGoneIsPlannedAnew) {
  bus();
  ASSERT_TRUE(done(w.terraform.apply()));
  const json streams = attributes()["streams"];
  for (const auto& [of, stream] : streams.items()) ask("STREAM.DELETE." + stream.get<std::string>());
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 2);
  EXPECT_THAT(plain(planned), HasSubstr("Event bus that is gone"));
  EXPECT_THAT(planned_actions(w.terraform, b), ElementsAre("create"));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST_F(EventBusLife, DestroyingIsRefusedUntilItIsAllowed) {
  bus();
  ASSERT_TRUE(done(w.terraform.apply()));
  const Outcome refused = w.terraform.destroy();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), AllOf(HasSubstr("Event bus that must not be deleted"),
                                    HasSubstr("streams of acme"), HasSubstr("\"prevent\"")));
  bus("organization_id = 2");
  const Outcome replaced = w.terraform.plan();
  EXPECT_EQ(replaced.exit_code, 1);
  EXPECT_THAT(plain(replaced), HasSubstr("would be replaced"));
  bus("organization_id = 1\n  deletion_policy = \"delete\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("bus.tf", "");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(ask("STREAM.NAMES")["total"], 0);
}

TEST_F(EventBusLife, ThatIsRetainedStaysAndIsTakenAgain) {
  bus("organization_id = 1\n  deletion_policy = \"retain\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("bus.tf", "");
  const Outcome left = w.terraform.apply();
  ASSERT_TRUE(done(left));
  EXPECT_THAT(plain(left), HasSubstr("Event bus left in place"));
  EXPECT_EQ(ask("STREAM.NAMES")["total"], 5);
  bus();
  const Outcome planned = w.terraform.plan();
  EXPECT_THAT(plain(planned), AllOf(HasSubstr("Event bus that is there already"),
                                    HasSubstr("If another configuration has them, both would have them")));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(attributes()["adopted"], true);
  EXPECT_EQ(attributes()["deletion_policy"], "retain");
  EXPECT_EQ(ask("STREAM.INFO.GITHUB_LOCK_acme")["state"]["messages"], 1);
}

TEST_F(EventBusLife, ThatDiffersIsRefusedWithTheWayOutUnlessItIsAdopted) {
  bus("organization_id = 1\n  deletion_policy = \"retain\"\n  requests_max_bytes = 5000");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("bus.tf", "");
  ASSERT_TRUE(done(w.terraform.apply()));
  bus();
  const Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), AllOf(HasSubstr("Event bus that is there already"),
                                    HasSubstr("GITHUB_REQUESTS_acme: max_bytes is 5000 and ought to be -1"),
                                    HasSubstr(fmt::format("id = \"{}\"", import_id("Acme"))),
                                    HasSubstr("adopt_existing = true")));
  EXPECT_TRUE(attributes().is_null());
  bus("organization_id = 1\n  adopt_existing = true");
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 2);
  EXPECT_THAT(plain(planned), AllOf(HasSubstr("takes them over, and changes this"),
                                    HasSubstr("max_bytes is 5000 and ought to be -1")));
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(attributes()["adopted"], true);
  EXPECT_EQ(attributes()["deletion_policy"], "retain");
  EXPECT_EQ(config("GITHUB_REQUESTS_acme")["max_bytes"], -1);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST_F(EventBusLife, IsImportedByAccountUserAndLogin) {
  bus("organization_id = 1\n  events_max_age = \"1h30m\"\n  events_duplicate_window = \"30m\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  const json before = attributes();
  ASSERT_TRUE(done(reimport()));
  const json after = attributes();
  EXPECT_EQ(after["organization_id"], 1);
  EXPECT_EQ(after["adopted"], true);
  EXPECT_EQ(after["deletion_policy"], "retain");
  for (const char* same : {"account", "user", "host", "key", "streams", "in_sync", "replicas",
                           "events_max_bytes", "requests_max_age"})
    EXPECT_EQ(after[same], before[same]) << same;
  EXPECT_EQ(w.terraform.plan().exit_code, 0) << "the organisation's case, and 1h30m, mean the same";
}

TEST_F(EventBusLife, WithWrongIdsImportsNothing) {
  bus();
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_TRUE(done(w.terraform.run({"state", "rm", std::string(b)})));
  for (const std::string& id :
       {std::string("acme"), w.public_key(), w.public_key() + "/a b",
        w.public_key() + "/" + w.public_key() + "/acme", std::string("//"), std::string()}) {
    const Outcome refused = w.terraform.import(b, id);
    EXPECT_EQ(refused.exit_code, 1) << id;
    EXPECT_THAT(plain(refused), HasSubstr(id.empty() ? "" : "A…/acme")) << id;
  }
  const Outcome none = w.terraform.import(b, import_id("other"));
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(plain(none), HasSubstr("Cannot import non-existent remote object"));
}

TEST_F(EventBusLife, OfALoginThatWasGivenToAnotherOrganizationIsRefusedWithBothIds) {
  bus("organization_id = 7\n  deletion_policy = \"retain\"");
  ASSERT_TRUE(done(w.terraform.apply()));
  w.terraform.write("bus.tf", "");
  ASSERT_TRUE(done(w.terraform.apply()));
  for (const char* more : {"", "\n  adopt_existing = true"}) {
    bus(fmt::format("organization_id = 8{}", more));
    const Outcome refused = w.terraform.apply();
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(plain(refused), AllOf(HasSubstr("with the id 7"), HasSubstr("with the id 8"),
                                      HasSubstr("the login has changed hands")));
  }
  EXPECT_EQ(ask("STREAM.NAMES")["total"], 5);
}

TEST_F(EventBusLife, WithoutJetStreamLimitsSaysWhatIsMissing) {
  w.account();
  bus();
  const Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), AllOf(HasSubstr("Event bus not made"), HasSubstr("JetStream")));
}

TEST_F(EventBusLife, ThreeReplicasNeedNewServersAndMoreThanOne) {
  bus("organization_id = 1\n  replicas = 3");
  const Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  const auto server = NatsManager(w.nats).resolver.described_servers(within()).value().present.front();
  const bool is_new = nats::parse_version(server.version) >= nats::ServerVersion{2, 11};
  EXPECT_THAT(plain(refused),
              HasSubstr(is_new ? "more than 1 replica needs a cluster" : "3 replicas need servers of 2.11"));
  EXPECT_EQ(ask("STREAM.NAMES")["total"], 0);
}

class EventBusLifeOfThree : public EventBusLife {
 protected:
  EventBusLifeOfThree() : EventBusLife({.servers = 3}) {}
};

TEST_F(EventBusLifeOfThree, ServersGoesToThreeReplicasAndBackWhereAllAreNewEnough) {
  bus();
  ASSERT_TRUE(done(w.terraform.apply()));
  bus("organization_id = 1\n  replicas = 3");
  const Outcome applied = w.terraform.apply();
  const auto server = NatsManager(w.nats).resolver.described_servers(within()).value().present.front();
  if (nats::parse_version(server.version) < nats::ServerVersion{2, 11}) {
    EXPECT_EQ(applied.exit_code, 1);
    EXPECT_THAT(plain(applied),
                AllOf(HasSubstr("3 replicas need servers of 2.11"), HasSubstr("server n3 is 2.9")));
    EXPECT_EQ(config("GITHUB_LOCK_acme")["num_replicas"], 1);
    return;
  }
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(config("GITHUB_LOCK_acme")["num_replicas"], 3);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
  change("GITHUB_EVENTS_acme", {{"num_replicas", 1}});
  const Outcome drifted = w.terraform.plan();
  EXPECT_EQ(drifted.exit_code, 2);
  EXPECT_THAT(plain(drifted), Not(HasSubstr("ought to be"))) << "the attribute shows it";
  ASSERT_TRUE(done(w.terraform.apply_plan()));
  EXPECT_EQ(config("GITHUB_EVENTS_acme")["num_replicas"], 3);
  EXPECT_EQ(w.terraform.plan().exit_code, 0);
}

TEST_F(EventBusLife, OfAUserThatMayNotMakeStreamsNamesTheRight) {
  w.user(
      "permissions = { publish = { allow = [\"$JS.API.STREAM.INFO.>\"] }, subscribe = { allow = "
      "[\"_INBOX.>\"] } }");
  bus();
  const Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused),
              HasSubstr("no right to publish on $JS.API.STREAM.CREATE.GITHUB_LOCK_acme: give it that right"));
}

TEST_F(EventBusLife, WhatCanNeverWorkIsRefusedWhereItStands) {
  struct Case {
    const char *attributes, *said;
  };
  for (const Case& one :
       {Case{"replicas = 2", "2 replicas: expected 1, 3 or 5"}, Case{"replicas = 4294967297", "replicas"},
        Case{"events_max_age = \"24h\"\n  events_duplicate_window = \"72h\"",
             "no longer than they are kept, which is 24h (events_max_age)"},
        Case{"events_max_age = \"1500ms\"", "whole seconds are expected"},
        Case{"events_max_age = \"soon\"", "events_max_age"},
        Case{"requests_max_bytes = 0", "expected at least 1, or -1 for no limit"},
        Case{"host = \"a_b\"", "can't be part of the streams' names"},
        Case{"organization_id = 0", "GitHub's ids are above 0"}}) {
    bus(one.attributes);
    const Outcome refused = w.terraform.validate();
    EXPECT_EQ(refused.exit_code, 1) << one.attributes;
    EXPECT_THAT(plain(refused), HasSubstr(one.said)) << one.attributes;
  }
  for (const char* organization : {"", "a b", "-acme", "acme__x", "ä"}) {
    w.terraform.write("bus.tf", fmt::format(R"(resource "ghboot_event_bus" "b" {{
  account      = "AX"
  user         = ghboot_nats_account.a.public_key
  organization = "{}"
}}
)",
                                            organization));
    const Outcome refused = w.terraform.validate();
    EXPECT_EQ(refused.exit_code, 1) << organization;
    EXPECT_THAT(plain(refused), AllOf(HasSubstr("is no organization's login"), HasSubstr("account")));
  }
}

}  // namespace
}  // namespace ghboot::acceptance
