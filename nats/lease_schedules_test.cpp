// SPDX-License-Identifier: Apache-2.0
// Every schedule of a few small scenes: a request meets each legal fault at its first, at its second, and so
// on until a run meets none; then two faults at once. After each run nobody held the lock beside another,
// tokens rose, and everybody who waited got in.
#include <array>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "nats/lock_hand.h"
#include "nats/lock_play.h"

namespace ghboot::nats {
namespace {

using testing::IsEmpty;

constexpr auto patience = 600s;  // Of who waits: several leases, and each fault costs one or two.

struct Scene {
  std::string name;
  std::function<void(LockPlay&)> run;
};

constexpr std::array<const char*, 10> fault_names{"None",       "LoseRequest", "LoseAnswer", "Delay",
                                                  "Twice",      "Overtaken",   "Unheard",    "PauseBefore",
                                                  "PauseAfter", "Restore"};
constexpr int soon = 3;

const std::vector<LockFault> network_faults{
    LockFault::lose_request, LockFault::lose_answer, LockFault::delay,        LockFault::twice,
    LockFault::overtaken,    LockFault::unheard,     LockFault::pause_before, LockFault::pause_after};

using Player = LockPlay::Player;

void must_acquire(LockPlay& play, Player& player) {
  if (const auto why = play.acquire(player, patience); !why.empty())
    play.problems += "waited in vain: " + why + "; ";
}

// Works while it may, and gives the lock back.
void work(LockPlay& play, Player& player, std::chrono::milliseconds span) {
  must_acquire(play, player);
  if (!player.lease) return;
  static_cast<void>(player.lease->keep(player.within(span)));
  if (player.lease->held()) static_cast<void>(player.lease->release(player.within(10s)));
}

void two_contend(LockPlay& play) {
  Player& a = play.player("a");
  Player& b = play.player("b");
  play.simulation.run({[&] {
                         work(play, a, 1s);
                         work(play, a, 1s);
                       },
                       [&] { work(play, b, 1s); }});
}

void one_renews(LockPlay& play) {
  Player& a = play.player("a");
  Player& b = play.player("b");
  play.simulation.run({[&] { work(play, a, 45s); },
                       [&] {
                         play.pass(1s);
                         work(play, b, 1s);
                       }});
}

void a_holder_dies(LockPlay& play) {
  Player& a = play.player("a");
  Player& b = play.player("b");
  Player& c = play.player("c");
  play.simulation.run({[&] {
                         must_acquire(play, a);
                         if (a.lease) static_cast<void>(a.lease->renew(a.within(1s)));
                       },
                       [&] {
                         play.pass(1s);
                         work(play, b, 1s);
                       },
                       [&] {
                         play.pass(2s);
                         work(play, c, 1s);
                       }});
}

void a_person_revokes(LockPlay& play) {
  Player& a = play.player("a");
  Player& b = play.player("b");
  Player& person = play.player("person");
  play.simulation.run({[&] { work(play, a, 60s); },
                       [&] {
                         play.pass(1s);
                         work(play, b, 1s);
                       },
                       [&] {
                         play.pass(12s);
                         LockWriter writer(person.stream, person.clock, person.clock, person.random);
                         const auto last = person.stream.last(person.within(1s));
                         if (last && *last)
                           static_cast<void>(
                               revoke_lock(writer, **last, {.by = "eve", .why = "test"}, person.within(5s)));
                       }});
}

// Faults begin once both have seen the lock held: what nobody saw, nobody can miss.
void the_log_goes_back(LockPlay& play) {
  Player& a = play.player("a");
  Player& b = play.player("b");
  play.may_tokens_fall = true;
  const auto faults = std::exchange(play.server.faults, {});
  play.simulation.run({[&] {
                         must_acquire(play, a);
                         static_cast<void>(a.lease->keep(a.within(60s)));
                       },
                       [&] {
                         play.pass(11s);
                         static_cast<void>(b.contender.follow(b.within(1s)));
                         play.server.requests = 0;
                         play.server.faults = faults;
                         work(play, b, 1s);
                       }});
}

std::string told_of(const std::map<int, LockFault>& faults) {
  std::string text;
  for (const auto& [at, fault] : faults)
    text += std::string(fault_names[static_cast<std::size_t>(fault)]) + " at request " + std::to_string(at) +
            "; ";
  return text;
}

// How many requests there were.
int play_with(const Scene& scene, const std::map<int, LockFault>& faults) {
  LockPlay play;
  play.server.faults = faults;
  scene.run(play);
  play.pass(100s);  // What is late arrives.
  EXPECT_THAT(play.problems, IsEmpty()) << scene.name << ": " << told_of(faults);
  return play.server.requests;
}

struct Schedules {
  Scene scene;
  LockFault fault;
};
const std::vector<Schedules> all = [] {
  std::vector<Schedules> made;
  for (const Scene& scene : {Scene{"TwoContend", two_contend}, Scene{"OneRenews", one_renews},
                             Scene{"AHolderDies", a_holder_dies}, Scene{"APersonRevokes", a_person_revokes}})
    for (const LockFault fault : network_faults) made.push_back({scene, fault});
  made.push_back({Scene{"TheLogGoesBack", the_log_goes_back}, LockFault::restore});
  return made;
}();

class LeaseSchedules : public testing::TestWithParam<Schedules> {};

TEST_P(LeaseSchedules, AFaultAtEachRequest) {
  const auto& [scene, fault] = GetParam();
  for (int at = 0; play_with(scene, {{at, fault}}) > at && !HasFailure(); ++at) ASSERT_LT(at, 300);
}

// The second soon after the first: later ones meet a lock that has come to rest.
TEST_P(LeaseSchedules, AFaultAtEachRequestAndAnySoonAfter) {
  const auto& [scene, first] = GetParam();
  const int requests = play_with(scene, {});
  for (const LockFault second : network_faults)
    for (int at = 0; at < requests; ++at)
      for (int later = at + 1; later <= at + soon && !HasFailure(); ++later)
        play_with(scene, {{at, first}, {later, second}});
}

INSTANTIATE_TEST_SUITE_P(, LeaseSchedules, testing::ValuesIn(all), [](const auto& given) {
  return given.param.scene.name + fault_names[static_cast<std::size_t>(given.param.fault)];
});

}  // namespace
}  // namespace ghboot::nats
