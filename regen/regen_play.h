// SPDX-License-Identifier: Apache-2.0
// What the tests of regenerations share: servers, askers on machines of their own, and inputs that they
// change, of which runs know what they have read. A referee looks whether two run at once.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "nats/lock_play.h"
#include "regen/fake_event_stream.h"
#include "regen/regeneration.h"

namespace ghboot::regen {

using namespace std::chrono_literals;

class RegenPlay {
 public:
  struct Asker {
    Asker(RegenPlay& play, const std::string& named, const std::string& above_token, bool must_run)
        : name(named),
          player(play.lock.player(named)),
          watch_stream(play.lock.server, player.clock),
          requests(play.server, play.server.requests, player.clock),
          log_stream(play.server, play.server.log, player.clock),
          bucket(play.server, play.server.bucket, player.clock),
          log(log_stream, bucket, play.names.regeneration(), player.clock, player.random),
          watch({}, {.stream = watch_stream,
                     .clock = player.clock,
                     .lock_clock = player.clock,
                     .random = player.random,
                     .files = nats::system_files()}),
          requester({.names = play.names,
                     .requests = requests,
                     .log = log,
                     .lock = watch,
                     .clock = player.clock,
                     .random = player.random}),
          regeneration(requester, log, requests, player.contender, player.clock,
                       {.person = named,
                        .host = "h",
                        .reason = "r",
                        .above_token = above_token,
                        .target = target,
                        .must_run = must_run,
                        .say = [&play](const std::string& text) { play.said += text + "\n"; }}) {}

    nats::Wait within(std::chrono::milliseconds longest = 10min) { return player.within(longest); }
    Ask ask(std::string reason = "templates") const {
      return {.reason = std::move(reason), .key = "", .person = name, .host = "h"};
    }

    std::string name;
    nats::LockPlay::Player& player;
    nats::FakeLockStream watch_stream;
    FakeEventStream requests, log_stream, bucket;
    RegenerationLog log;
    LockWatch watch;
    Requester requester;
    Regeneration regeneration;
  };

  static constexpr auto target = "acme/.github main";

  Asker& asker(const std::string& name, const std::string& above_token = "", bool must_run = false) {
    return *askers.emplace_back(std::make_unique<Asker>(*this, name, above_token, must_run));
  }

  // Reads the inputs at its beginning, works for so long, and is done.
  Work run_for(Asker& asker, std::chrono::milliseconds span, std::function<void()> meanwhile = [] {}) {
    return [this, &asker, span, meanwhile = std::move(meanwhile)](const RunOrder& order) -> Result<void> {
      const int input = change;
      ++runs;
      if (++running > 1) problems += "two run at once; ";
      orders.push_back(order);
      meanwhile();
      bool is_ours = true;
      for (auto left = span; left > 0ms && is_ours; left -= 5s) {
        asker.player.clock.sleep(std::min<std::chrono::milliseconds>(left, 5s), asker.within());
        is_ours = order.safe_point().has_value();
      }
      --running;
      if (!is_ours) return fail(ErrorKind::refused, "the lock was lost");
      read = std::max(read, input);
      return {};
    };
  }

  // What an asker's change came to: "own", "other", or why not.
  std::string regenerate(Asker& asker, std::chrono::milliseconds span = 3s,
                         std::chrono::milliseconds longest = 10min) {
    const auto done = asker.regeneration.regenerate(asker.ask(), run_for(asker, span), asker.within(longest));
    if (!done) return done.error().message;
    return done->is_own ? "own" : "other";
  }
  bool is_pending(Asker& asker) {
    const auto view = asker.log.read(target, asker.within());
    const auto requests = asker.requests.state(asker.within());
    return view->is_pending(target, *requests);
  }
  std::vector<RegenerationEvent> events() const {
    std::vector<RegenerationEvent> all;
    for (const auto& entry : server.log.entries)
      all.push_back(
          RegenerationEvent::decode(*kind_of(entry.subject, names.regeneration()), entry.bytes).value());
    return all;
  }
  std::string log_text() const {  // "started asked completed"
    std::string text;
    for (const auto& event : events()) {
      constexpr const char* words[] = {"started", "asked", "completed", "failed"};
      text += (text.empty() ? "" : " ") + std::string(words[std::to_underlying(event.kind)]);
    }
    return text;
  }

  const nats::BusNames names = nats::BusNames::make("acme", "github.com").value();
  nats::LockPlay lock;
  FakeEventServer server{lock.simulation};
  std::vector<std::unique_ptr<Asker>> askers;
  int change = 0, read = 0;  // The last change of the inputs; the last that a run which was done has read.
  int runs = 0, running = 0;
  std::vector<RunOrder> orders;
  std::string problems, said;
};

}  // namespace ghboot::regen
