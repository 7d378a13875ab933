// SPDX-License-Identifier: Apache-2.0
// An organisation's streams on real nats-servers: what they make of what is asked, and what is told.
#include "nats/event_bus.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/nats_manager.h"
#include "acceptance/nats_server.h"
#include "nats/bus_roles.h"
#include "nats/jetstream_lock_stream.h"
#include "nats/lease.h"
#include "nats/lock_message.h"
#include "nats/server_version.h"
#include "nats/subject.h"

namespace ghboot::acceptance {
namespace {

using nats::BusStream, nats::ErrorKind;
using nlohmann::json;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

nats::BusSettings settings(std::uint64_t organization_id = 1234) {
  return {.names = nats::BusNames::make("Acme", "github.com").value(), .organization_id = organization_id};
}

// One program that manages the streams of acme.
struct Program {
  Program(const NatsServer& server, nats::Creds creds, const nats::BusSettings& wanted = settings())
      : connector({.servers = {server.url()}, .creds = std::move(creds)}, nats::system_clock()),
        lock(wanted.names.lock(), connector, nats::system_clock()),
        writer(lock, nats::system_clock(), nats::system_lock_clock(), nats::system_random()),
        bus(wanted, connector, nats::system_clock()),
        cluster(NatsManager(server).resolver.described_servers(within()).value()) {}

  nats::Result<void> create() { return bus.create(cluster, writer, 1, within()); }
  nats::Result<void> update() { return bus.update(cluster, within()); }
  nats::Result<void> remove() { return bus.remove(within()); }
  nats::BusFound found() { return bus.read(within()).value(); }
  json config(BusStream which) { return json::parse(found().at(which)); }
  // As any client would.
  json ask(const std::string& what, const json& body = {}) {
    const auto connection = connector.get(within()).value();
    const auto reply = connection->request("$JS.API." + what, body.is_null() ? "" : body.dump(), within());
    return json::parse(reply.value().body);
  }
  json make(const json& config) { return ask("STREAM.CREATE." + config["name"].get<std::string>(), config); }
  nats::ServerVersion version() const { return nats::parse_version(cluster.present.front().version); }

  nats::Connector connector;
  nats::JetStreamLockStream lock;
  nats::LockWriter writer;
  nats::EventBus bus;
  nats::Cluster cluster;
};

class EventBus : public testing::Test {
 protected:
  explicit EventBus(const NatsOptions& options = {}) : server_(options) {
    nats::AccountClaims claims(account_.public_key(), "acme");
    nats::AccountLimits limits;
    limits.jetstream = {.mem_storage = -1, .disk_storage = -1, .streams = -1, .consumer = -1};
    claims.set_limits(limits);
    server_.push(claims);
  }
  Program program(const nats::BusSettings& wanted = settings()) {
    return {server_, new_user(account_), wanted};
  }

  NatsServer server_;
  nats::KeyPair account_ = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
};

TEST_F(EventBus, OfNothingIsMadeAndMakingItAgainChangesNothing) {
  auto p = program();
  EXPECT_THAT(p.found(), IsEmpty());
  EXPECT_EQ(error_of(p.create()), "no error");
  EXPECT_THAT(p.found(), SizeIs(5));
  EXPECT_EQ(shown(differences(settings(), p.found())), "");
  const auto last = p.lock.last(within()).value();
  ASSERT_TRUE(last) << "the lock's log has begun";
  EXPECT_EQ(last->sequence, 1U);
  const auto first = nats::LockMessage::decode(last->bytes).value();
  EXPECT_EQ(first.state, nats::LockState::free);
  EXPECT_EQ(first.generation, 1U);

  std::map<std::string, json> before;
  for (const BusStream which : nats::bus_streams) {
    const std::string stream = settings().names.stream(which);
    json info = p.ask("STREAM.INFO." + stream);
    info.erase("ts");  // When it was asked.
    before.emplace(stream, info);
  }
  EXPECT_EQ(error_of(p.create()), "no error");
  EXPECT_EQ(error_of(p.update()), "no error");
  for (auto& [stream, info] : before) {
    json now = p.ask("STREAM.INFO." + stream);
    now.erase("ts");
    EXPECT_EQ(now, info) << stream;
  }
}

TEST_F(EventBus, HasTheOrganizationsIdInMetadataWhereTheServerKnowsThem) {
  auto p = program();
  ASSERT_EQ(error_of(p.create()), "no error");
  const bool knows_metadata = p.version() >= nats::ServerVersion{2, 10};
  for (const auto& [which, config] : p.found()) {
    EXPECT_EQ(nats::organization_of(config), 1234U) << config;
    EXPECT_EQ(json::parse(config).contains("metadata"), knows_metadata) << config;
  }
}

TEST_F(EventBus, WithoutAStreamGetsItBack) {
  auto p = program();
  ASSERT_EQ(error_of(p.create()), "no error");
  p.ask("STREAM.DELETE.GITHUB_EVENTS_acme");
  p.ask("STREAM.DELETE.GITHUB_LOCK_acme");
  EXPECT_THAT(p.found(), SizeIs(3));
  EXPECT_EQ(error_of(p.update()), "no error") << "it changes what is there";
  EXPECT_THAT(p.found(), SizeIs(3));
  EXPECT_EQ(error_of(p.create()), "no error");
  EXPECT_THAT(p.found(), SizeIs(5));
  const auto first = nats::LockMessage::decode(p.lock.last(within()).value()->bytes).value();
  EXPECT_EQ(first.state, nats::LockState::revoked) << "who had the lost lock may still be at work";
  EXPECT_EQ(first.lease, std::chrono::hours(1));
  EXPECT_THAT(first.why, HasSubstr("its log was lost"));
}

TEST_F(EventBus, WhoseMakingWasCutOffBehindTheLocksStreamBeginsFree) {
  auto p = program();
  p.make(json::parse(wanted_config(settings(), BusStream::lock)));
  EXPECT_EQ(error_of(p.create()), "no error");
  EXPECT_EQ(nats::LockMessage::decode(p.lock.last(within()).value()->bytes)->state, nats::LockState::free);
}

TEST_F(EventBus, TellsAForeignConfigurationAndChangesItWhenAsked) {
  auto p = program();
  p.make({{"name", "GITHUB_EVENTS_acme"}, {"subjects", {"github.acme.x"}}, {"max_age", 3'600'000'000'000}});
  const auto created = p.create();
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::conflict);
  EXPECT_THAT(
      created.error().message,
      AllOf(HasSubstr("GITHUB_EVENTS_acme: max_age is 1h and ought to be 168h"),
            HasSubstr("subjects is [\"github.acme.x\"] and ought to be [\"github.acme.hook.*\","),
            HasSubstr("organization_id is not set and ought to be 1234"), HasSubstr("nothing was made")));
  EXPECT_THAT(p.found(), SizeIs(1));
  EXPECT_EQ(error_of(p.update()), "no error");
  EXPECT_EQ(shown(differences(settings(), p.found())), "");
  EXPECT_EQ(error_of(p.create()), "no error");
  EXPECT_THAT(p.found(), SizeIs(5));
}

TEST_F(EventBus, TakesNewSettingsAndKeepsWhatItHolds) {
  auto p = program();
  ASSERT_EQ(error_of(p.create()), "no error");
  auto wanted = settings();
  wanted.events_bytes = 1'000'000;
  wanted.requests_window = seconds(60);
  auto changed = program(wanted);
  EXPECT_THAT(error_of(changed.create()), AllOf(HasSubstr("max_bytes is -1 and ought to be 1000000"),
                                                HasSubstr("duplicate_window is 2m and ought to be 1m")));
  EXPECT_EQ(error_of(changed.update()), "no error");
  EXPECT_EQ(shown(differences(wanted, changed.found())), "");
  EXPECT_TRUE(p.lock.last(within()).value());
}

TEST_F(EventBus, NamesWhatNoServerChangesInPlaceAndLeavesAllAsItIs) {
  auto p = program();
  p.make({{"name", "GITHUB_EVENTS_acme"}, {"subjects", {"github.acme.x"}}, {"storage", "memory"}});
  p.make({{"name", "GITHUB_LOCK_acme"}, {"subjects", {"github.acme.regeneration_lock"}}});
  p.make({{"name", "GITHUB_REQUESTS_acme"}, {"subjects", {"github.acme.y"}}, {"deny_purge", true}});
  const auto before = p.found();
  const auto updated = p.update();
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().kind, ErrorKind::invalid);
  EXPECT_THAT(updated.error().message,
              AllOf(HasSubstr("GITHUB_EVENTS_acme: storage is \"memory\" and ought to be \"file\""),
                    HasSubstr("GITHUB_REQUESTS_acme: deny_purge is true and ought to be false"),
                    Not(HasSubstr("max_msgs_per_subject"))));
  EXPECT_EQ(p.found(), before);
}

TEST_F(EventBus, RepeatsWhatThisServerDoesNotChangeInPlace) {
  auto p = program();
  p.make({{"name", "GITHUB_EVENTS_acme"},
          {"subjects", {"github.acme.x"}},
          {"retention", "interest"},
          {"max_consumers", 5}});
  const auto updated = p.update();
  if (p.version() >= nats::ServerVersion{2, 10}) {  // It can.
    EXPECT_EQ(error_of(updated), "no error");
    return;
  }
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().kind, ErrorKind::invalid);
  EXPECT_THAT(updated.error().message,
              AllOf(HasSubstr("GITHUB_EVENTS_acme"), HasSubstr("can not change"), HasSubstr("(10052)"),
                    HasSubstr("retention is \"interest\""), HasSubstr("max_consumers is 5")));
}

TEST_F(EventBus, OfThreeReplicasIsRefusedBeforeAnythingIsMade) {
  auto wanted = settings();
  wanted.replicas = 3;
  auto p = program(wanted);
  const auto created = p.create();
  ASSERT_FALSE(created);
  if (p.version() < nats::ServerVersion{2, 11}) {
    EXPECT_EQ(created.error().kind, ErrorKind::refused);
    EXPECT_THAT(created.error().message,
                AllOf(HasSubstr("server n1 is 2.9"), HasSubstr("3 replicas need servers of 2.11")));
  } else {
    EXPECT_EQ(created.error().kind, ErrorKind::invalid);
    EXPECT_THAT(created.error().message, AllOf(HasSubstr("(10074)"), HasSubstr("needs a cluster")));
  }
  EXPECT_THAT(p.found(), IsEmpty());
}

TEST_F(EventBus, OfAnotherOrganizationWithTheLoginIsRefusedWithBothIds) {
  auto p = program();
  ASSERT_EQ(error_of(p.create()), "no error");
  const auto before = p.found();
  auto other = program(settings(99));
  for (const auto& result : {other.create(), other.update(), other.remove()}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::conflict);
    EXPECT_THAT(result.error().message,
                AllOf(HasSubstr("id 1234"), HasSubstr("id 99"), HasSubstr("GITHUB_")));
  }
  EXPECT_EQ(p.found(), before);
}

TEST_F(EventBus, IsRemovedWithAllThatItHeldAndNothingElseIs) {
  auto p = program();
  ASSERT_EQ(error_of(p.create()), "no error");
  p.make({{"name", "GITHUB_EVENTS_other"}, {"subjects", {"github.other.x"}}});
  EXPECT_EQ(error_of(p.remove()), "no error");
  EXPECT_THAT(p.found(), IsEmpty());
  EXPECT_EQ(p.ask("STREAM.NAMES")["streams"], json::array({"GITHUB_EVENTS_other"}));
  EXPECT_EQ(error_of(p.remove()), "no error") << "nothing is left";
}

TEST_F(EventBus, IsNotRemovedWhereAStreamIsNobodys) {
  auto p = program();
  ASSERT_EQ(error_of(p.create()), "no error");
  p.ask("STREAM.DELETE.GITHUB_EVENTS_acme");
  p.make({{"name", "GITHUB_EVENTS_acme"}, {"subjects", {"github.acme.hook.*"}}});
  const auto removed = p.remove();
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().kind, ErrorKind::conflict);
  EXPECT_THAT(removed.error().message,
              AllOf(HasSubstr("GITHUB_EVENTS_acme"), HasSubstr("nothing was removed")));
  EXPECT_THAT(p.found(), SizeIs(5));
}

TEST_F(EventBus, NamesTheStreamThatStoresItsSubjectsAlready) {
  auto p = program();
  p.make({{"name", "ALL"}, {"subjects", {"github.>"}}});
  const auto created = p.create();
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::conflict);
  EXPECT_THAT(created.error().message, AllOf(HasSubstr("GITHUB_LOCK_acme"), HasSubstr("(10065)"),
                                             HasSubstr("github.acme.regeneration_lock is stored by ALL")));
}

TEST_F(EventBus, NamesTheRightThatAUserLacks) {
  const auto reader = new_user(account_, {.publish = {.allow = {"$JS.API.STREAM.INFO.>"}}});
  const auto created = Program(server_, reader).create();
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::refused);
  EXPECT_THAT(created.error().message, HasSubstr("publish on $JS.API.STREAM.CREATE.GITHUB_LOCK_acme"));
  const auto read =
      Program(server_, new_user(account_, {.publish = {.deny = {"$JS.API.>"}}})).bus.read(within(seconds(1)));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::refused);
  EXPECT_THAT(read.error().message, HasSubstr("publish on $JS.API.STREAM.INFO.GITHUB_LOCK_acme"));
  const auto deaf =
      Program(server_, new_user(account_, {.subscribe = {.allow = {"x"}}})).bus.read(within(seconds(1)));
  ASSERT_FALSE(deaf);
  EXPECT_THAT(deaf.error().message, HasSubstr("the right to subscribe to _INBOX.>"));
}

TEST_F(EventBus, NamesTheRightToPublishOnTheLock) {
  const auto maker = new_user(account_, {.publish = {.allow = {"$JS.API.>"}}});
  const auto created = Program(server_, maker).create();
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::refused);
  EXPECT_THAT(created.error().message, HasSubstr("no right to publish on github.acme.regeneration_lock"));
}

TEST_F(EventBus, OfAnAccountWithoutJetStreamSaysSo) {
  const auto bare = nats::KeyPair::generate(nats::KeyKind::account, nats::system_random());
  server_.push(nats::AccountClaims(bare.public_key(), "bare"));
  const auto created = Program(server_, new_user(bare)).create();
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::refused);
  EXPECT_THAT(created.error().message,
              AllOf(HasSubstr("(10039)"), HasSubstr("the account has no JetStream")));
}

TEST_F(EventBus, OfALockIsNeitherPurgedNorDeletedFrom) {
  auto p = program();
  ASSERT_EQ(error_of(p.create()), "no error");
  EXPECT_TRUE(p.ask("STREAM.PURGE.GITHUB_LOCK_acme").contains("error"));
  EXPECT_TRUE(p.ask("STREAM.MSG.DELETE.GITHUB_LOCK_acme", {{"seq", 1}}).contains("error"));
  const auto connection = p.connector.get(within()).value();
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(connection->request("github.acme.regeneration_lock", "{}", within()));
  EXPECT_EQ(p.ask("STREAM.INFO.GITHUB_LOCK_acme")["state"]["messages"], 8);
}

// The programs around a bus that is there, each with the rights of its role alone.
class BusRoles : public EventBus {
 protected:
  BusRoles() { EXPECT_EQ(error_of(manager_.create()), "no error"); }
  Program in_role(nats::BusRole role) {
    return {server_, new_user(account_, permissions(role, settings().names))};
  }
  // Which of the subjects reach the account when this program publishes on each.
  std::vector<std::string> let_through(Program& program, const std::vector<std::string>& subjects) {
    const auto to = manager_.connector.get(within()).value();
    auto heard = to->subscribe({">"}).value();
    EXPECT_TRUE(to->flush(within()));
    const auto from = program.connector.get(within()).value();
    for (const std::string& subject : subjects) {
      EXPECT_TRUE(from->publish(subject, ""));
      EXPECT_TRUE(from->flush(within()));
    }
    EXPECT_TRUE(to->publish("last", ""));
    std::vector<std::string> seen;
    while (const auto message = heard.next(within()).value()) {
      if (message->subject == "last") break;
      if (std::ranges::find(subjects, message->subject) != subjects.end()) seen.push_back(message->subject);
    }
    return seen;
  }
  // What only who manages the bus may do, and what is another organisation's.
  static std::vector<std::string> never() {
    std::vector<std::string> out{"github.other.hook.push",
                                 "github.acme",
                                 "github.acme.other",
                                 "$JS.API.INFO",
                                 "$JS.API.STREAM.NAMES",
                                 "$JS.API.STREAM.LIST",
                                 "$JS.API.STREAM.INFO.OTHER",
                                 "$JS.API.STREAM.MSG.GET.OTHER",
                                 "$JS.API.CONSUMER.CREATE.OTHER",
                                 "$KV.other.x"};
    for (const BusStream which : nats::bus_streams)
      for (const char* what :
           {"STREAM.CREATE", "STREAM.UPDATE", "STREAM.DELETE", "STREAM.PURGE", "STREAM.MSG.DELETE",
            "STREAM.RESTORE", "STREAM.SNAPSHOT", "STREAM.LEADER.STEPDOWN", "CONSUMER.DURABLE.CREATE"})
        out.push_back(fmt::format("$JS.API.{}.{}", what, settings().names.stream(which)));
    return out;
  }
  // Stored, as the server says.
  bool stores(Program& program, const std::string& subject) {
    const auto connection = program.connector.get(within()).value();
    const auto reply = connection->request(subject, "x", within());
    return reply && json::parse(reply->body).contains("seq");
  }

  Program manager_ = program();
};

TEST_F(BusRoles, AManagerMakesChangesAndRemovesTheBusAndDoesNothingElse) {
  ASSERT_EQ(error_of(manager_.remove()), "no error");
  auto wanted = settings();
  Program manager(server_, new_user(account_, permissions(nats::BusRole::manager, wanted.names)), wanted);
  EXPECT_EQ(error_of(manager.create()), "no error");
  wanted.events_age = std::chrono::hours(96);
  Program later(server_, new_user(account_, permissions(nats::BusRole::manager, wanted.names)), wanted);
  EXPECT_EQ(error_of(later.update()), "no error");
  EXPECT_THAT(let_through(later, {"github.acme.hook.push", "github.acme.regeneration_requested",
                                  "$JS.API.STREAM.DELETE.OTHER", "$JS.API.STREAM.PURGE.GITHUB_EVENTS_acme",
                                  "$JS.API.CONSUMER.CREATE.GITHUB_EVENTS_acme"}),
              IsEmpty());
  EXPECT_EQ(error_of(later.remove()), "no error");
}

TEST_F(BusRoles, AReceiverStoresDeliveriesAndDoesNothingElse) {
  auto receiver = in_role(nats::BusRole::receiver);
  EXPECT_TRUE(stores(receiver, "github.acme.hook.push"));
  std::vector<std::string> no = never();
  no.insert(no.end(),
            {"github.acme.regeneration_lock", "github.acme.regeneration_wait",
             "github.acme.regeneration_requested", "github.acme.regeneration_started",
             "github.acme.template_changed", "$KV.ghboot_acme.x", "$JS.API.STREAM.INFO.GITHUB_LOCK_acme",
             "$JS.API.STREAM.MSG.GET.GITHUB_EVENTS_acme", "$JS.API.CONSUMER.CREATE.GITHUB_EVENTS_acme"});
  EXPECT_THAT(let_through(receiver, no), IsEmpty());
}

TEST_F(BusRoles, AReaderReadsWhatIsStoredHearsWhatIsPublishedAndWritesNothing) {
  auto reader = in_role(nats::BusRole::reader);
  const auto connection = reader.connector.get(within()).value();
  auto heard = connection->subscribe({"github.acme.>"}).value();
  EXPECT_TRUE(connection->flush(within()));
  ASSERT_TRUE(stores(manager_, "github.acme.hook.push"));
  ASSERT_TRUE(stores(manager_, "$KV.ghboot_acme.x"));
  EXPECT_EQ(heard.next(within()).value()->subject, "github.acme.hook.push");
  EXPECT_THAT(reader.found(), SizeIs(5));
  EXPECT_TRUE(reader.lock.last(within()).value());
  const json stored = reader.ask("STREAM.MSG.GET.GITHUB_EVENTS_acme", {{"seq", 1}});
  EXPECT_EQ(stored["message"]["subject"], "github.acme.hook.push");
  const auto value = connection->request("$JS.API.DIRECT.GET.KV_ghboot_acme.$KV.ghboot_acme.x", "", within());
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(value->body, "x");
  std::vector<std::string> no = never();
  no.insert(no.end(),
            {"github.acme.hook.push", "github.acme.regeneration_lock", "github.acme.regeneration_wait",
             "github.acme.regeneration_requested", "$KV.ghboot_acme.x"});
  // A consumer could deliver onto the lock's subject.
  for (const BusStream which : nats::bus_streams)
    for (const char* what :
         {"$JS.API.CONSUMER.CREATE.{}", "$JS.API.CONSUMER.CREATE.{}.c", "$JS.API.CONSUMER.CREATE.{}.c.>",
          "$JS.API.CONSUMER.DELETE.{}.c", "$JS.API.CONSUMER.MSG.NEXT.{}.c", "$JS.ACK.{}.c.1.1.1.1.0"})
      no.push_back(fmt::format(fmt::runtime(what), settings().names.stream(which)));
  EXPECT_THAT(let_through(reader, no), IsEmpty());
  auto other = connection->subscribe({"other"}).value();
  EXPECT_TRUE(connection->flush(within()));
  EXPECT_TRUE(manager_.connector.get(within()).value()->publish("other", ""));
  const auto heard_other = other.next(within(seconds(1)));
  EXPECT_FALSE(heard_other && heard_other->has_value());
}

TEST_F(BusRoles, ARegeneratorHoldsTheLockAsksAndSaysWhatBecameOfIt) {
  auto first = in_role(nats::BusRole::regenerator), second = in_role(nats::BusRole::regenerator);
  const auto contender = [](Program& program, std::string name) {
    return nats::LockContender({.holder = std::move(name)}, {},
                               {.stream = program.lock,
                                .clock = nats::system_clock(),
                                .lock_clock = nats::system_lock_clock(),
                                .random = nats::system_random(),
                                .files = nats::system_files()});
  };
  auto holder = contender(first, "first"), waiter = contender(second, "second");
  auto lease = holder.acquire(within());
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_TRUE(waiter.follow(within(seconds(1)))) << "it may follow the lock";
  EXPECT_FALSE(waiter.acquire(within(seconds(1)))) << "and announce itself";
  EXPECT_TRUE(lease->release(within()));
  EXPECT_TRUE(waiter.acquire(within()));
  for (const char* what :
       {"regeneration_requested", "regeneration_started", "regeneration_asked", "regeneration_completed",
        "regeneration_failed", "template_changed", "workflow_status"})
    EXPECT_TRUE(stores(first, settings().names.subject(what))) << what;
  EXPECT_TRUE(stores(first, "$KV.ghboot_acme.x"));
  std::vector<std::string> no = never();
  no.insert(no.end(), {"github.acme.hook.push", "$JS.API.CONSUMER.CREATE.KV_ghboot_acme",
                       "$JS.API.CONSUMER.MSG.NEXT.GITHUB_LOCK_acme.c"});
  EXPECT_THAT(let_through(first, no), IsEmpty());
}

class EventBusWithout : public EventBus {
 protected:
  EventBusWithout() : EventBus({.jetstream = false}) {}
};

TEST_F(EventBusWithout, JetStreamSaysSo) {
  const auto read = program().bus.read(within(seconds(1)));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::unreachable);
  EXPECT_THAT(read.error().message, testing::ContainsRegex("JetStream is off|is JetStream on"));
}

// Answers in place of a server, each request by the verb of the API.
class Answering {
 public:
  using Answer = std::function<std::string(const std::string& verb, const json& body)>;
  Answering(const NatsServer& server, nats::Creds creds, Answer answer)
      : connector_({.servers = {server.url()}, .creds = std::move(creds)}, nats::system_clock()),
        connection_(connector_.get(within()).value()),
        requests_(connection_->subscribe({"$JS.API.STREAM.>"}).value()),
        thread_([this, answer = std::move(answer)](const std::stop_token& stop) {
          nats::Wait wait = within();
          wait.stop = stop;
          for (;;) {
            const auto request = requests_.next(wait);
            if (!request || !*request) return;
            const auto verb = nats::tokens_of((*request)->subject)[3];
            const std::string text = answer(std::string(verb), json::parse((*request)->body, nullptr, false));
            if (!text.empty()) static_cast<void>(connection_->publish((*request)->reply_to, text));
          }
        }) {
    if (!connection_->flush(within())) throw std::runtime_error("the connection that answers was lost");
  }

 private:
  nats::Connector connector_;
  std::shared_ptr<nats::Connection> connection_;
  nats::Subscription requests_;
  std::jthread thread_;
};

constexpr const char* not_found = R"({"error":{"code":404,"err_code":10059,"description":"not found"}})";

TEST_F(EventBusWithout, AServerThatTakesAStreamOtherwiseThanAskedIsTold) {
  const Answering old_server(server_, new_user(account_), [](const std::string& verb, json config) {
    if (verb == "INFO") return std::string(not_found);
    config.erase("deny_purge");
    return json{{"config", config}}.dump();
  });
  const auto created = program().create();
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::refused);
  EXPECT_THAT(created.error().message,
              AllOf(HasSubstr("GITHUB_LOCK_acme: deny_purge is not set and ought to be true"),
                    HasSubstr("otherwise than asked")));
}

TEST_F(EventBusWithout, WhatWasSentAndNotAnsweredIsUnknown) {
  const Answering silent(server_, new_user(account_), [](const std::string& verb, const json&) {
    return std::string(verb == "INFO" ? not_found : "");
  });
  auto p = program();
  const auto created = p.bus.create(p.cluster, p.writer, 1, within(seconds(1)));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::unknown);
  EXPECT_THAT(created.error().message, HasSubstr("STREAM.CREATE.GITHUB_LOCK_acme"));
}

class EventBusOfThree : public EventBus {
 protected:
  EventBusOfThree() : EventBus({.servers = 3}) {}
};

TEST_F(EventBusOfThree, ServersHasThreeReplicasWhereAllAreNewEnough) {
  auto one = program();
  ASSERT_EQ(error_of(one.create()), "no error");
  auto wanted = settings();
  wanted.replicas = 3;
  auto p = program(wanted);
  if (p.version() < nats::ServerVersion{2, 11}) {
    EXPECT_THAT(error_of(p.update()), AllOf(HasSubstr("server n1 is 2.9"), HasSubstr("server n2 is 2.9"),
                                            HasSubstr("server n3 is 2.9")));
    EXPECT_EQ(shown(differences(settings(), p.found())), "");
    return;
  }
  EXPECT_EQ(error_of(p.update()), "no error");
  EXPECT_EQ(shown(differences(wanted, p.found())), "");
  EXPECT_EQ(error_of(p.remove()), "no error");
  EXPECT_EQ(error_of(p.create()), "no error");
  EXPECT_EQ(p.config(BusStream::lock)["num_replicas"], 3);
}

}  // namespace
}  // namespace ghboot::acceptance
