// SPDX-License-Identifier: Apache-2.0
// Whole regenerations in simulated time: who runs, what is covered, and what the log says of it.
#include "regen/regeneration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "regen/regen_play.h"

namespace ghboot::regen {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

TEST(Regeneration, RunsUnderTheLockAndSaysSo) {
  RegenPlay play;
  auto& a = play.asker("a");
  EXPECT_EQ(play.regenerate(a), "own");
  const auto events = play.events();
  ASSERT_EQ(play.log_text(), "started completed");
  EXPECT_EQ(events[0].token, "1.2");
  EXPECT_EQ(events[0].person, "a");
  EXPECT_EQ(events[0].place, (RequestPlace{.created = play.server.requests.created, .sequence = 1}));
  EXPECT_EQ(events[1].run, events[0].nonce);
  EXPECT_EQ(events[1].place, events[0].place);
  EXPECT_EQ(play.orders[0].run, events[0].nonce);
  EXPECT_EQ(play.lock.server.last().state, nats::LockState::free);
  EXPECT_FALSE(play.is_pending(a));
}

TEST(Regeneration, AskedAgainInsideTheWindowRunsAgain) {
  RegenPlay play;
  auto& a = play.asker("a");
  for (int round = 1; round <= 4; ++round) {
    play.change = round;
    EXPECT_EQ(play.regenerate(a), "own");
    EXPECT_EQ(play.read, round);
  }
  EXPECT_THAT(play.server.requests.entries, SizeIs(4));
}

TEST(Regeneration, OfWhatAnotherRunHasCoveredIsDoneWithoutARun) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b"), &c = play.asker("c");
  std::string of_b, of_c;
  play.lock.simulation.run({[&] { play.regenerate(a, 20s); },
                            [&] {
                              b.player.clock.sleep(5s, b.within());
                              play.change = 1;
                              of_b = play.regenerate(b);
                            },
                            [&] {
                              c.player.clock.sleep(6s, c.within());
                              const Ask ask{.reason = "another", .key = "", .person = "c", .host = "h"};
                              const auto done =
                                  c.regeneration.regenerate(ask, play.run_for(c, 3s), c.within());
                              of_c = done ? (done->is_own ? "own" : "other") : done.error().message;
                            }});
  EXPECT_EQ(play.runs, 2);
  EXPECT_EQ(of_b + " " + of_c, "other other") << "who had the lock has run again";
  EXPECT_EQ(play.read, 1);
  EXPECT_EQ(play.problems, "");
}

TEST(Regeneration, AfterARunOfWhichAWriteMayLandYetKnowsIt) {
  RegenPlay play;
  auto& a = play.asker("a");
  const Work cut_off = [](const RunOrder&) -> Result<void> { return fail(ErrorKind::unknown, "no answer"); };
  ASSERT_FALSE(a.regeneration.regenerate(a.ask("first"), cut_off, a.within()));
  EXPECT_EQ(play.regenerate(a), "own");
  EXPECT_TRUE(play.orders.at(0).is_after_lost);
  EXPECT_EQ(play.regenerate(a), "own");
  EXPECT_FALSE(play.orders.at(1).is_after_lost);
}

TEST(Regeneration, ThatMustRunDoesSoThoughAnotherHasCoveredTheRequest) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b", "", true);
  std::string of_b;
  play.lock.simulation.run({[&] { play.regenerate(a, 20s); },
                            [&] {
                              b.player.clock.sleep(5s, b.within());
                              of_b = play.regenerate(b);
                            }});
  EXPECT_EQ(of_b, "own");
  EXPECT_EQ(play.runs, 3) << "who had the lock has run again, and b its own";
  EXPECT_EQ(play.problems, "");
}

TEST(Regeneration, FindsARunLostAndSaysSoBeforeItsOwn) {
  RegenPlay play;
  auto &dead = play.asker("dead"), &b = play.asker("b");
  ASSERT_TRUE(dead.requester.request(dead.ask(), dead.within()));
  RegenerationEvent started{.kind = EventKind::started,
                            .token = "1.1",
                            .place = {.created = play.server.requests.created, .sequence = 1}};
  ASSERT_TRUE(dead.log.append(started, {}, dead.within()).value());
  EXPECT_TRUE(play.is_pending(b)) << "a run that has begun has done nothing yet";
  EXPECT_EQ(play.regenerate(b), "own");
  ASSERT_EQ(play.log_text(), "started failed started completed");
  const auto lost = play.events()[1];
  EXPECT_TRUE(lost.lost);
  EXPECT_EQ(lost.run, started.nonce);
  EXPECT_EQ(lost.place, started.place);
  EXPECT_TRUE(play.orders[0].is_after_lost);
}

TEST(Regeneration, TakenForLostDoesNotCountWhenItEndsAfterAll) {
  RegenPlay play;
  auto &slow = play.asker("slow"), &b = play.asker("b");
  std::string of_slow, of_b;
  // Its process stands still for longer than its lease, and goes on without looking.
  const Work without_looking = [&](const RunOrder&) -> Result<void> {
    slow.player.clock.sleep(100s, slow.within());
    return {};
  };
  play.lock.simulation.run({[&] {
                              const auto done =
                                  slow.regeneration.regenerate(slow.ask(), without_looking, slow.within());
                              of_slow = done ? "done" : done.error().message;
                            },
                            [&] {
                              b.player.clock.sleep(5s, b.within());
                              of_b = play.regenerate(b, 3s);
                            }});
  EXPECT_EQ(of_b, "own");
  EXPECT_THAT(of_slow, HasSubstr("the run ended after it was taken for lost: its work does not count"));
  EXPECT_EQ(play.log_text(), "started failed started completed");
}

TEST(Regeneration, ARunMayOutlastTheWaitOfWhoAsked) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  std::string of_b;
  play.lock.simulation.run({[&] { EXPECT_EQ(play.regenerate(a, 20s), "own"); },
                            [&] {
                              b.player.clock.sleep(25s, b.within());
                              // After the lock has come to it 8 s are left of its own wait.
                              of_b = play.regenerate(b, 40s, 8s);
                            }});
  EXPECT_EQ(of_b, "own");
  EXPECT_EQ(play.problems, "");
}

// What was asked for is gone: nobody can have covered it.
TEST(Regeneration, OfARequestStreamThatWentBackIsAskedAgain) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  EXPECT_EQ(play.regenerate(a), "own");
  std::string of_b;
  play.lock.simulation.run({[&] {
                              EXPECT_EQ(play.lock.acquire(a.player, 1s), "");
                              EXPECT_TRUE(a.player.lease->keep(a.within(10s)));
                              play.server.requests.put_back(1);
                              EXPECT_TRUE(a.player.lease->release(a.within()));
                            },
                            [&] {
                              b.player.clock.sleep(2s, b.within());
                              play.change = 1;
                              const Ask ask{.reason = "another", .key = "", .person = "b", .host = "h"};
                              const auto done =
                                  b.regeneration.regenerate(ask, play.run_for(b, 3s), b.within());
                              of_b = done ? (done->is_own ? "own" : "other") : done.error().message;
                            }});
  EXPECT_EQ(of_b, "own");
  EXPECT_EQ(play.read, 1);
}

TEST(Regeneration, ThatWasGivenUpIsNoSuccess) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  std::string of_b;
  play.lock.simulation.run(
      {[&] {
         EXPECT_EQ(play.lock.acquire(a.player, 1s), "");
         EXPECT_TRUE(a.player.lease->keep(a.within(10s)));
         const RequestPlace place{.created = play.server.requests.created, .sequence = 1};
         RegenerationEvent started{.kind = EventKind::started, .place = place, .target = RegenPlay::target};
         EXPECT_TRUE(a.log.append(started, LogView(), a.within()).value());
         RegenerationEvent parked{.kind = EventKind::failed,
                                  .run = started.nonce,
                                  .place = place,
                                  .error = "no such template",
                                  .parked = true};
         EXPECT_TRUE(a.log.append(parked, {.last = 1}, a.within()).value());
         EXPECT_TRUE(a.player.lease->release(a.within()));
       },
       [&] {
         b.player.clock.sleep(2s, b.within());
         of_b = play.regenerate(b);
       }});
  EXPECT_EQ(of_b, "the regeneration was given up after it had failed: no such template");
  EXPECT_EQ(play.runs, 0);
}

TEST(Regeneration, WhoseLockIsLostBeforeItBeginsDoesNotRun) {
  RegenPlay play;
  auto& a = play.asker("a");
  play.server.faults = {{3, EventFault::pause}};  // The first look at the log under the lock.
  EXPECT_EQ(play.regenerate(a), "the lock was lost before the run began");
  EXPECT_EQ(play.runs, 0);
  EXPECT_EQ(play.log_text(), "");
  EXPECT_TRUE(play.is_pending(a));
}

TEST(Regeneration, WhoseRunFailsSaysHowAndIsPendingStill) {
  RegenPlay play;
  auto& a = play.asker("a");
  const Work failing = [](const RunOrder&) { return fail(ErrorKind::refused, std::string(3000, 'e')); };
  const auto done = a.regeneration.regenerate(a.ask(), failing, a.within());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().error, RegenError::failed);
  EXPECT_THAT(done.error().message, HasSubstr("the run failed: eee"));
  EXPECT_EQ(play.log_text(), "started failed");
  EXPECT_THAT(play.events()[1].error, SizeIs(1000));
  EXPECT_TRUE(play.is_pending(a));
  EXPECT_EQ(play.lock.server.last().state, nats::LockState::free);
  EXPECT_EQ(play.regenerate(a), "own");
  EXPECT_FALSE(play.is_pending(a));
}

// Fails so often, and is done then.
Work failing(int& times, ErrorKind kind) {
  return [&times, kind](const RunOrder&) -> Result<void> {
    if (times-- > 0) return fail(kind, "no answer");
    return {};
  };
}

TEST(Regeneration, WhoseFailureMayPassIsTriedAgainUnderTheSameLock) {
  for (const ErrorKind kind : {ErrorKind::unreachable, ErrorKind::unknown}) {
    RegenPlay play;
    auto& a = play.asker("a");
    int times = 2;
    const auto done = a.regeneration.regenerate(a.ask(), failing(times, kind), a.within());
    EXPECT_TRUE(done) << (done ? "" : done.error().message);
    EXPECT_EQ(play.log_text(), "started failed started failed started completed");
    EXPECT_EQ(play.events()[0].token, play.events()[4].token);
    EXPECT_EQ(play.said,
              "try 1 of 3 failed, the next in 2 s: no answer\n"
              "try 2 of 3 failed, the next in 8 s: no answer\n");
    EXPECT_FALSE(play.is_pending(a));
  }
}

TEST(Regeneration, IsParkedAfterItsThirdFailureInARow) {
  RegenPlay play;
  auto& a = play.asker("a");
  int times = 100;
  const auto done = a.regeneration.regenerate(a.ask(), failing(times, ErrorKind::unreachable), a.within());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "the run failed: no answer");
  EXPECT_EQ(play.log_text(), "started failed started failed started failed");
  EXPECT_FALSE(play.events()[3].parked);
  EXPECT_TRUE(play.events()[5].parked);
  EXPECT_FALSE(play.is_pending(a)) << "nobody tries again by itself";
  times = 1;
  EXPECT_TRUE(a.regeneration.regenerate(a.ask(), failing(times, ErrorKind::unreachable), a.within()))
      << "who is asked anew has all tries";
}

TEST(Regeneration, WhoseFailureDoesNotPassIsTriedOnceACall) {
  RegenPlay play;
  auto& a = play.asker("a");
  int times = 100;
  for (int call = 1; call <= 3; ++call) {
    EXPECT_FALSE(a.regeneration.regenerate(a.ask(), failing(times, ErrorKind::refused), a.within()));
    EXPECT_EQ(play.events().size(), 2U * static_cast<std::size_t>(call));
    EXPECT_EQ(play.events().back().parked, call == 3);
  }
}

TEST(Regeneration, ThatIsStoppedIsNotTriedAgain) {
  RegenPlay play;
  auto& a = play.asker("a");
  std::stop_source stop;
  const Work stopping = [&](const RunOrder&) -> Result<void> {
    stop.request_stop();
    return fail(ErrorKind::unreachable, "no answer");
  };
  nats::Wait wait = a.within();
  wait.stop = stop.get_token();
  EXPECT_FALSE(a.regeneration.regenerate(a.ask(), stopping, wait));
  EXPECT_EQ(play.log_text(), "started failed");
  EXPECT_EQ(play.said, "");
}

TEST(Regeneration, OfWhichThreeRunsWereLostIsParked) {
  RegenPlay play;
  auto& a = play.asker("a");
  const RequestPlace place{.created = play.server.requests.created, .sequence = 1};
  const auto lose = [&](const std::string& target) {
    RegenerationEvent started{.kind = EventKind::started, .token = "1.1", .place = place, .target = target};
    ASSERT_TRUE(a.log.append(started, {.last = play.server.log.last}, a.within()).value());
    EXPECT_EQ(play.regenerate(play.asker("after " + std::to_string(play.askers.size()), "", true)), "own");
  };
  lose("other");
  for (int round = 0; round < 3; ++round) lose("lost");
  std::vector<bool> parked;
  for (const auto& event : play.events())
    if (event.kind == EventKind::failed) parked.push_back(event.parked);
  EXPECT_EQ(parked, (std::vector{false, false, false, true}));
}

TEST(Regeneration, EndsThoughOthersHaveAppendedMeanwhile) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  const auto meanwhile = [&] {
    RegenerationEvent asked{.kind = EventKind::asked,
                            .place = {.created = play.server.requests.created, .sequence = 1}};
    ASSERT_TRUE(b.log.append(asked, {.last = play.server.log.last}, b.within()).value());
  };
  const auto done = a.regeneration.regenerate(a.ask(), play.run_for(a, 1s, meanwhile), a.within());
  EXPECT_TRUE(done);
  EXPECT_EQ(play.log_text(), "started asked completed");
}

TEST(Regeneration, IsRefusedUnderTheVeryLockThatItWants) {
  RegenPlay play;
  auto& a = play.asker("a", "1.7");
  const auto refused = a.regeneration.regenerate(a.ask(), play.run_for(a, 1s), a.within());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error, RegenError::refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("under the very lock that it wants (token 1.7): it would wait for itself"));
  EXPECT_EQ(play.server.asked, 0);
}

TEST(Regeneration, ThatWaitsInVainSaysWhoHasTheLockAndKeepsItsRequest) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  std::string of_b;
  play.lock.simulation.run({[&] { play.regenerate(a, 60s); },
                            [&] {
                              b.player.clock.sleep(5s, b.within());
                              play.change = 1;
                              of_b = play.regenerate(b, 3s, 20s);
                            }});
  EXPECT_THAT(of_b, AllOf(HasSubstr("the request is stored, and waits: "), HasSubstr("a on ")));
  EXPECT_EQ(play.read, 1) << "who had the lock has run again";
  EXPECT_FALSE(play.is_pending(a));
}

TEST(Regeneration, OfARequestStreamMadeAnewIsAskedAgain) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  EXPECT_EQ(play.regenerate(a), "own");
  EXPECT_EQ(play.regenerate(a), "own");
  play.server.requests.make_anew();
  EXPECT_FALSE(play.is_pending(a));
  std::string of_b;
  play.lock.simulation.run({[&] { play.regenerate(a, 20s); },
                            [&] {
                              b.player.clock.sleep(5s, b.within());
                              play.change = 1;
                              of_b = play.regenerate(b);
                            },
                            [&] {
                              a.player.clock.sleep(10s, a.within());
                              play.server.requests.make_anew();
                            }});
  EXPECT_EQ(of_b, "own") << "what was asked for in the stream that is gone is asked for again";
  EXPECT_EQ(play.read, 1);
  EXPECT_EQ(play.server.requests.last, 1U);
}

TEST(Regeneration, OfARequestStreamThatLostItsEndCountsNothingAboveIt) {
  RegenPlay play;
  auto& a = play.asker("a");
  for (int round = 0; round < 3; ++round) ASSERT_EQ(play.regenerate(a), "own");
  play.server.requests.put_back(1);
  play.lock.pass(3min);  // The window is over.
  play.change = 1;
  EXPECT_EQ(play.regenerate(a), "own");
  EXPECT_EQ(play.read, 1);
}

bool is_served(const std::string& told, int read, int change) {
  return (told != "own" && told != "other") || read >= change;
}

// Two askers of one reason, each with a change of its own, and one fault, at point 0, then 1, then 2 … until
// a play meets none: nothing is lost.
class RegenerationFaults : public testing::TestWithParam<EventFault> {};

TEST_P(RegenerationFaults, LoseNoChange) {
  int met = 0;
  for (int point = 0;; ++point) {
    RegenPlay play;
    play.server.faults = {{point, GetParam()}};
    auto &a = play.asker("a"), &b = play.asker("b"), &last = play.asker("last");
    int change_a = 0, change_b = 0;
    std::string of_a, of_b;
    play.lock.simulation.run({[&] {
                                change_a = ++play.change;
                                of_a = play.regenerate(a, 12s);
                                EXPECT_TRUE(is_served(of_a, play.read, change_a)) << point;
                              },
                              [&] {
                                b.player.clock.sleep(5s, b.within());
                                change_b = ++play.change;
                                // As long as two answers that are lost: it may then be taken for lost itself.
                                of_b = play.regenerate(b, 14s);
                                EXPECT_TRUE(is_served(of_b, play.read, change_b)) << point;
                              }});
    const bool is_met = play.server.asked > point;
    play.lock.pass(2min);
    const auto done = last.regeneration.regenerate({.reason = "last", .key = "", .person = "l", .host = "h"},
                                                   play.run_for(last, 1s), last.within());
    EXPECT_TRUE(done) << point << (done ? "" : done.error().message);
    EXPECT_EQ(play.read, 2) << point << ": " << of_a << ", " << of_b;
    EXPECT_EQ(play.problems, "") << point;
    EXPECT_FALSE(play.is_pending(last)) << point;
    if (!is_met) break;
    ++met;
  }
  EXPECT_GT(met, 20);
}

INSTANTIATE_TEST_SUITE_P(Each, RegenerationFaults,
                         testing::Values(EventFault::lose_request, EventFault::lose_answer, EventFault::delay,
                                         EventFault::twice, EventFault::pause));

}  // namespace
}  // namespace ghboot::regen
