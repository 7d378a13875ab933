// SPDX-License-Identifier: Apache-2.0
// What the tests of the lock share: a server, contenders on machines of their own, and a referee that looks
// after each step of the simulation whether two believe that they hold the lock, and at each acquisition
// whether the token has risen.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "nats/fake_lock_server.h"
#include "nats/lease.h"

namespace ghboot::nats {

using namespace std::chrono_literals;

class LockPlay {
 public:
  struct Player {
    Player(LockPlay& play, std::string name, std::uint64_t number, SightPlace place, LockTerms terms)
        : clock(play.simulation, number * 1000s),
          random(number),
          stream(play.server, clock),
          contender((terms.holder = std::move(name), std::move(terms)), std::move(place),
                    {.stream = stream,
                     .clock = clock,
                     .lock_clock = clock,
                     .random = random,
                     .files = system_files()}) {}
    Wait within(std::chrono::milliseconds longest) { return {.until = clock.now() + longest}; }

    SimulatedClock clock;
    SeededRandom random;
    FakeLockStream stream;
    LockContender contender;
    std::optional<Lease> lease{};
  };

  LockPlay() {
    simulation.after_step = [this] { judge(); };
    const LockMessage first{.generation = 1, .nonce = "bootstrap/1"};
    static_cast<void>(server.store({.expected_last = 0, .id = first.nonce, .bytes = first.encode()}));
  }

  LockPlay(const LockPlay&) = delete;
  LockPlay& operator=(const LockPlay&) = delete;
  ~LockPlay() {  // A lease that goes gives the lock back, and judge() looks at all players then.
    for (const auto& player : players) player->lease.reset();
  }

  Player& player(std::string name, SightPlace place = {}, LockTerms terms = {}) {
    return *players.emplace_back(std::make_unique<Player>(*this, std::move(name), players.size() + 1,
                                                          std::move(place), std::move(terms)));
  }
  // Empty: acquired; else why not.
  std::string acquire(Player& player, std::chrono::milliseconds longest) {
    auto lease = player.contender.acquire(player.within(longest));
    if (!lease) return lease.error().message.empty() ? "?" : lease.error().message;
    player.lease.reset();
    player.lease.emplace(*std::move(lease));
    if (player.lease->token() <= token && !may_tokens_fall)
      problems += "token " + player.lease->token().text() + " after " + token.text() + "; ";
    token = std::max(token, player.lease->token());
    return "";
  }
  void pass(std::chrono::nanoseconds time) {
    simulation.block(simulation.now() + time, [] { return false; });
  }

  Simulation simulation;
  FakeLockServer server{simulation};
  std::vector<std::unique_ptr<Player>> players;
  LockToken token;
  bool may_tokens_fall = false;  // Where the log goes back: regen/ then finds one that is not above the last.
  std::string problems;          // Empty while all is well.

 private:
  void judge() {
    std::string holders;
    int count = 0;
    if (!server.misuse.empty()) problems = "an id was sent with two contents: " + server.misuse;
    for (const auto& player : players) {
      if (!player->lease || !player->lease->held()) continue;
      holders += " " + std::to_string(&player - players.data());
      ++count;
    }
    if (count > 1 && problems.size() < 500)
      problems += "held at " + std::to_string(simulation.now() / 1ms) + " ms by" + holders + "; ";
  }
};

}  // namespace ghboot::nats
