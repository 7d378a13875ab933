// SPDX-License-Identifier: Apache-2.0
// Asking for regenerations on real nats-servers: by the verb, as a person does, and whole ones by the
// library, with a run that the test supplies.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/bus_place.h"
#include "acceptance/done.h"
#include "acceptance/helper_dev.h"
#include "acceptance/nats_manager.h"
#include "nats/bus_roles.h"
#include "nats/jetstream_event_stream.h"
#include "nats/jetstream_lock_stream.h"
#include "regen/regeneration.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

const nats::BusNames& names() {
  static const nats::BusNames made = nats::BusNames::make("acme", "github.com").value();
  return made;
}

// A program that asks and runs.
struct Asker {
  explicit Asker(const nats::ConnectOptions& options)
      : connector(options, nats::system_clock()),
        lock_stream(names().lock(), connector, nats::system_clock()),
        requests(names().regeneration().requests_stream, connector, nats::system_clock()),
        events(names().regeneration().stream, connector, nats::system_clock()),
        parts{.stream = lock_stream,
              .clock = nats::system_clock(),
              .lock_clock = nats::system_lock_clock(),
              .random = nats::system_random(),
              .files = nats::system_files()},
        bucket(names().regeneration().snapshot_stream, connector, nats::system_clock()),
        log(events, bucket, names().regeneration(), nats::system_clock(), nats::system_random()),
        watch({}, parts),
        requester({.names = names(),
                   .requests = requests,
                   .log = log,
                   .lock = watch,
                   .clock = nats::system_clock(),
                   .random = nats::system_random()}),
        contender({.holder = "a test", .host = "here", .reason = "templates"}, {}, parts),
        regeneration(requester, log, requests, contender, nats::system_clock(),
                     {.person = "a test", .host = "here", .reason = "templates", .target = target}) {}

  std::string regenerate(const regen::Work& work, std::string reason = "templates") {
    const auto done = regeneration.regenerate({.reason = std::move(reason)}, work, within(seconds(90)));
    if (!done) return done.error().message;
    return done->is_own ? "own" : "other";
  }

  nats::Result<regen::LogView> view() { return log.read(target, within()); }
  bool is_pending() { return view().value().is_pending(target, requests.state(within()).value()); }

  static constexpr auto target = "acme/.github main";
  nats::Connector connector;
  nats::JetStreamLockStream lock_stream;
  nats::JetStreamEventStream requests, events;
  nats::LockParts parts;
  nats::JetStreamEventStream bucket;
  regen::RegenerationLog log;
  regen::LockWatch watch;
  regen::Requester requester;
  nats::LockContender contender;
  regen::Regeneration regeneration;
};

class Regenerate : public testing::Test {
 protected:
  Regenerate() {
    for (HelperDev* helper : {&first, &second}) {
      helper->set("NATS_URL", place.server.url());
      helper->set("NATS_CREDS", place.creds_file().string());
    }
  }
  static std::vector<std::string> words(const std::vector<std::string>& more = {}) {
    std::vector<std::string> all{"regenerate", "--org", "acme", "--request"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  json ask(const std::string& what, const std::string& body = "") const {
    return json::parse(place.ask(what, body));
  }
  int messages(nats::BusStream which) {
    return ask("STREAM.INFO." + names().stream(which))["state"]["messages"].get<int>();
  }

  BusPlace place;
  nats::ConnectOptions options = place.options;
  HelperDev first, second;
};

TEST_F(Regenerate, ARequestIsStoredOnceAndItsPlaceTold) {
  const Outcome asked = first.run(words({"--reason", "templates"}));
  ASSERT_TRUE(done(asked));
  EXPECT_EQ(asked.out, "request 1 is stored: whoever regenerates next covers it\n");
  const Outcome again = second.run(words({"--reason", "templates"}));
  ASSERT_TRUE(done(again));
  EXPECT_THAT(again.out, HasSubstr("request 1 was there already, and nobody is there yet to run it"));
  const Outcome shown = second.run(words({"--reason", "templates", "--json"}));
  ASSERT_TRUE(done(shown));
  EXPECT_EQ(json::parse(shown.out)["status"], "nobody_there");
  const Outcome other = first.run(words({"--reason", "templates", "--key", "push ☃", "--json"}));
  ASSERT_TRUE(done(other));
  EXPECT_EQ(json::parse(other.out)["status"], "stored");
  EXPECT_EQ(json::parse(other.out)["request"]["sequence"], 2);
  EXPECT_EQ(messages(nats::BusStream::requests), 2);
}

TEST_F(Regenerate, WhileSomebodyHoldsTheLockASecondAskerIsToldWhoAndSinceWhen) {
  Process held = first.start({"lock", "hold", "--org", "acme", "--lease", "15s", "--why", "a test", "--",
                              "/bin/sh", "-c", "echo up; exec sleep 100"});
  ASSERT_TRUE(held.wait_for_output("up"));
  ASSERT_TRUE(done(first.run(words())));
  const Outcome text = second.run(words());
  EXPECT_EQ(text.exit_code, 4) << text.text();
  EXPECT_EQ(text.out, "");
  EXPECT_THAT(text.err,
              AllOf(HasSubstr("ErrRegenerationInProgress: this is asked for already"),
                    HasSubstr("request 1 waits since 20"), HasSubstr("for \"manual\""),
                    HasSubstr(fmt::format("(process {}) holds the lock for \"a test\"", held.id()))));
  const Outcome shown = second.run(words({"--json"}));
  EXPECT_EQ(shown.exit_code, 4) << shown.text();
  const json found = json::parse(shown.out);
  EXPECT_EQ(found["error"], "ErrRegenerationInProgress");
  EXPECT_EQ(found["request"]["sequence"], 1);
  EXPECT_EQ(found["pid"], held.id());
  EXPECT_THAT(found["asked_at"].get<std::string>(), HasSubstr("20"));
  EXPECT_EQ(messages(nats::BusStream::regeneration), 2) << "each has said that it counts on the coming run";
  held.signal(SIGTERM);
  held.wait();
}

TEST_F(Regenerate, WhatIsAskedForWhileARunGoesOnIsRunNextByWhoHasTheLock) {
  Asker a(options);
  int input = 1, read = 0;
  Outcome second_ask;
  const regen::Work work = [&](const regen::RunOrder&) -> nats::Result<void> {
    read = input;
    if (input == 1) {
      input = 2;
      second_ask = first.run(words({"--reason", "templates"}));
    }
    return {};
  };
  EXPECT_EQ(a.regenerate(work), "own");
  EXPECT_EQ(read, 2);
  EXPECT_EQ(second_ask.out, "request 2 is stored: whoever regenerates next covers it\n") << second_ask.err;
  EXPECT_FALSE(a.is_pending());
  EXPECT_EQ(a.view()->state.of(Asker::target).completed->sequence, 2U);
}

TEST_F(Regenerate, AskedAgainInsideTheWindowItRunsAgain) {
  Asker a(options);
  int runs = 0;
  const regen::Work work = [&](const regen::RunOrder& order) -> nats::Result<void> {
    ++runs;
    EXPECT_TRUE(order.safe_point());
    return {};
  };
  for (int round = 0; round < 3; ++round) EXPECT_EQ(a.regenerate(work), "own");
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(messages(nats::BusStream::regeneration), 6);
}

TEST_F(Regenerate, OfTwoWhoAskAtOnceBothAreServedAndOneRunsAtATime) {
  std::atomic<int> running = 0, most = 0;
  const regen::Work work = [&](const regen::RunOrder&) -> nats::Result<void> {
    most = std::max(most.load(), ++running);
    nats::system_clock().sleep(seconds(1), within());
    --running;
    return {};
  };
  Asker a(options), b(options);
  std::string of_a, of_b;
  {
    std::jthread one([&] { of_a = a.regenerate(work, "a"); });
    std::jthread two([&] { of_b = b.regenerate(work, "b"); });
  }
  for (const std::string& told : {of_a, of_b}) EXPECT_THAT(told, testing::AnyOf("own", "other"));
  EXPECT_EQ(most, 1);
  EXPECT_FALSE(a.is_pending());
}

TEST_F(Regenerate, ARunOfARequestStreamThatIsNoMoreCountsForNothing) {
  Asker a(options);
  const regen::Work work = [](const regen::RunOrder&) -> nats::Result<void> { return {}; };
  for (int round = 0; round < 2; ++round) ASSERT_EQ(a.regenerate(work), "own");
  const std::string stream = names().stream(nats::BusStream::requests);
  const json config = ask("STREAM.INFO." + stream)["config"];
  ask("STREAM.DELETE." + stream);
  ask("STREAM.CREATE." + stream, config.dump());
  EXPECT_EQ(first.run(words({"--reason", "x"})).out,
            "request 1 is stored: whoever regenerates next covers it\n");
  EXPECT_TRUE(a.is_pending());
  EXPECT_EQ(a.regenerate(work), "own");
}

TEST_F(Regenerate, KeepsASnapshotThatSparesToReadTheLog) {
  options.creds = new_user(place.account, permissions(nats::BusRole::regenerator, names()));
  Asker a(options);
  for (std::uint64_t sequence = 0; sequence < 20; ++sequence) {
    regen::RegenerationEvent asked{.kind = regen::EventKind::asked, .place = {.created = "c", .sequence = 1}};
    ASSERT_TRUE(a.log.append(asked, {.last = sequence}, within()).value());
  }
  const regen::Work work = [](const regen::RunOrder&) -> nats::Result<void> { return {}; };
  ASSERT_EQ(a.regenerate(work), "own");
  EXPECT_EQ(messages(nats::BusStream::bucket), 1);
  const auto view = a.log.read("another", within());
  ASSERT_TRUE(view) << view.error().message;
  EXPECT_EQ(view->events_read, regen::RegenerationLog::asks_after);
  EXPECT_EQ(view->state.run(), regen::LastRun::completed);
  EXPECT_FALSE(a.is_pending());
  options.creds = new_user(place.account, permissions(nats::BusRole::reader, names()));
  Asker reader(options);
  EXPECT_EQ(reader.log.read("another", within())->events_read, regen::RegenerationLog::asks_after)
      << "who only reads is spared, too";
  // Of a log that was made anew it is worth nothing.
  const std::string stream = names().stream(nats::BusStream::regeneration);
  const json config = ask("STREAM.INFO." + stream)["config"];
  ask("STREAM.DELETE." + stream);
  ask("STREAM.CREATE." + stream, config.dump());
  EXPECT_EQ(a.view()->state.run(), regen::LastRun::none);
}

TEST_F(Regenerate, TheRoleOfARegeneratorSufficesAndNoLesserOne) {
  const regen::Work work = [](const regen::RunOrder& order) -> nats::Result<void> {
    EXPECT_TRUE(order.safe_point());
    return {};
  };
  options.creds = new_user(place.account, permissions(nats::BusRole::regenerator, names()));
  Asker regenerator(options);
  EXPECT_EQ(regenerator.regenerate(work), "own");
  EXPECT_EQ(regenerator.regenerate(work), "own");
  options.creds = new_user(place.account, permissions(nats::BusRole::receiver, names()));
  Asker receiver(options);
  auto refused = receiver.requester.request({.reason = "r"}, within());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error, regen::RegenError::refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("no right to publish on $JS.API.STREAM.INFO.GITHUB_REQUESTS_acme"));
  options.creds = new_user(place.account, permissions(nats::BusRole::reader, names()));
  Asker reader(options);
  refused = reader.requester.request({.reason = "r"}, within());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error, regen::RegenError::refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("no right to publish on github.acme.regeneration_requested: give it that right"));
}

TEST_F(Regenerate, WhatCannotBeMeantOrDoneIsToldWithTheNextStep) {
  const auto expect = [&](const std::vector<std::string>& all, int code, const std::string& text) {
    const Outcome refused = first.run(all);
    EXPECT_EQ(refused.exit_code, code) << refused.text();
    EXPECT_EQ(refused.out, "");
    EXPECT_THAT(refused.err, HasSubstr(text));
  };
  expect({"regenerate", "--org", "acme"}, 2, "give --templates FOLDER to regenerate from");
  expect({"regenerate", "--request"}, 2, "--org");
  expect({"regenerate", "--request", "--org", "no name"}, 2, "is no organization's login");
  expect(words({"--reason", ""}), 2, "the reason is empty: say why");
  expect(words({"--reason", std::string(1001, 'r')}), 2, "the reason has 1001 bytes; 1000 are the most");
  expect(words({"--key", "two\nlines"}), 2, "the key holds a line's end");
  expect({"regenerate", "--request", "--org", "other"}, 1,
         "GITHUB_REQUESTS_other: stream not found (10059): the organization's event bus is not there");
  EXPECT_EQ(messages(nats::BusStream::requests), 0);
  ASSERT_TRUE(done(first.run(words({"--reason", std::string(1000, 'r')}))));
  // A log with a message that is not of the protocol says which, and how to be rid of it.
  nats::Connector connector(options, nats::system_clock());
  const auto connection = connector.get(within()).value();
  ASSERT_TRUE(connection->request(names().regeneration().completed, "hello", within()));
  expect(
      words({"--reason", std::string(1000, 'r')}), 1,
      "message 1 of GITHUB_REGENERATION_acme is not an event of a regeneration: no JSON object. Remove it if "
      "it is nobody's: nats stream rmm GITHUB_REGENERATION_acme 1");
  first.set("NATS_CREDS", "");
  expect(words(), 2, "name with --creds, or in NATS_CREDS");
}

}  // namespace
}  // namespace ghboot::acceptance
