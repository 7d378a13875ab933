// SPDX-License-Identifier: Apache-2.0
// Asking in simulated time: what is stored, and what an asker is told of it.
#include "regen/requester.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "regen/regen_play.h"

namespace ghboot::regen {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string told(const RegenResult<Requested>& requested) {
  if (!requested) return requested.error().message;
  return (requested->is_nobody_there ? "nobody " : "stored ") + std::to_string(requested->place.sequence);
}

TEST(Requester, StoresAndNamesThePlace) {
  RegenPlay play;
  auto& a = play.asker("a");
  const auto requested = a.requester.request(a.ask(), a.within());
  ASSERT_EQ(told(requested), "stored 1");
  EXPECT_EQ(requested->place.created, play.server.requests.created);
  const auto stored = RegenerationRequest::decode(play.server.requests.entries[0].bytes).value();
  EXPECT_EQ(stored.reason, "templates");
  EXPECT_EQ(stored.asker, "a");
  EXPECT_TRUE(stored.at);
  EXPECT_EQ(play.server.requests.ids.begin()->first, "acme/templates");
  EXPECT_EQ(told(a.requester.request(a.ask("other"), a.within())), "stored 2");
}

TEST(Requester, OfARequestThatNobodyIsThereForSaysSo) {
  RegenPlay play;
  auto& a = play.asker("a");
  ASSERT_EQ(told(a.requester.request(a.ask(), a.within())), "stored 1");
  const auto before = a.player.clock.now();
  EXPECT_EQ(told(a.requester.request(a.ask(), a.within())), "nobody 1");
  EXPECT_LT(a.player.clock.now() - before, 1s) << "a free lock needs no proof";
  EXPECT_EQ(play.log_text(), "");
}

// The promise: change, request, start, change, request with the same reason: the second is never lost.
TEST(Requester, OfWhatARunHasBegunForAsksAgain) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  std::string of_a, first, second;
  play.change = 1;
  play.lock.simulation.run({[&] { of_a = play.regenerate(a, 60s); },
                            [&] {
                              b.player.clock.sleep(5s, b.within());
                              play.change = 2;
                              first = told(b.requester.request(b.ask(), b.within()));
                              second = told(b.requester.request(b.ask(), b.within()));
                            }});
  EXPECT_EQ(of_a, "own");
  EXPECT_EQ(first, "stored 2");
  EXPECT_THAT(second, AllOf(HasSubstr("this is asked for already: request 2 waits since "),
                            HasSubstr("holds the lock, in a run since ")));
  EXPECT_TRUE(play.server.requests.ids.contains("acme/templates/1"));
  EXPECT_FALSE(play.is_pending(a)) << "who had the lock has run again: who asked is gone";
  EXPECT_EQ(play.log_text(), "started asked completed started completed");
  EXPECT_EQ(play.read, 2);
}

TEST(Requester, OfAComingRunSaysWhoAndSinceWhen) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  ASSERT_EQ(play.lock.acquire(a.player, 1s), "");
  ASSERT_EQ(told(a.requester.request(a.ask("by \"hand\""), a.within())), "stored 1");
  RegenResult<Requested> requested;
  play.lock.simulation.run({[&] { static_cast<void>(a.player.lease->keep(a.within(60s))); },
                            [&] {
                              const auto before = b.player.clock.now();
                              requested = b.requester.request(b.ask("by \"hand\""), b.within());
                              EXPECT_LT(b.player.clock.now() - before, 11s)
                                  << "a renewal proves that the holder lives";
                            }});
  ASSERT_FALSE(requested);
  EXPECT_EQ(requested.error().error, RegenError::in_progress);
  EXPECT_THAT(requested.error().message,
              AllOf(HasSubstr("request 1 waits since 20"), HasSubstr("asked by a on h for \"by \"hand\"\""),
                    HasSubstr("; a on  (process 0) holds the lock"), Not(HasSubstr("in a run"))));
  const InProgress& who = *requested.error().who;
  EXPECT_EQ(who.request.sequence, 1U);
  EXPECT_EQ(who.lock.holder, "a");
  ASSERT_EQ(play.log_text(), "asked");
  EXPECT_EQ(play.events()[0].place, who.request);
  EXPECT_EQ(play.events()[0].person, "b");
}

TEST(Requester, IsNotToldOfADeadHolderThatARunIsComing) {
  RegenPlay play;
  auto &dead = play.asker("dead"), &b = play.asker("b");
  ASSERT_EQ(play.lock.acquire(dead.player, 1s), "");
  ASSERT_EQ(told(dead.requester.request(dead.ask(), dead.within())), "stored 1");
  EXPECT_EQ(told(b.requester.request(b.ask(), b.within())), "nobody 1");
}

TEST(Requester, WhoseAskedIsRefusedJudgesAgain) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  ASSERT_EQ(told(a.requester.request(a.ask(), a.within())), "stored 1");
  ASSERT_EQ(play.lock.acquire(a.player, 1s), "");
  std::string said;
  // The run of request 1 begins while it is found out who holds the lock: an old view would count on it.
  play.lock.simulation.run({[&] { static_cast<void>(a.player.lease->keep(a.within(60s))); },
                            [&] { said = told(b.requester.request(b.ask(), b.within())); },
                            [&] {
                              auto& c = play.asker("c");
                              c.player.clock.sleep(5s, c.within());
                              RegenerationEvent started{
                                  .kind = EventKind::started,
                                  .place = {.created = play.server.requests.created, .sequence = 1}};
                              EXPECT_TRUE(c.log.append(started, {}, c.within()).value());
                            }});
  EXPECT_EQ(said, "stored 2");
  EXPECT_EQ(play.log_text(), "started");
}

// A run begins just before each of the asker's requests in turn: it is counted on only where it has not.
TEST(Requester, CountsOnNoRunThatHasBegunWheneverItBegins) {
  int in_progress = 0, again = 0;
  for (int point = 0;; ++point) {
    RegenPlay play;
    auto &a = play.asker("a"), &b = play.asker("b");
    ASSERT_EQ(told(a.requester.request(a.ask(), a.within())), "stored 1");
    ASSERT_EQ(play.lock.acquire(a.player, 1s), "");
    const int first = play.server.asked;
    std::uint64_t started_at = 0;
    play.server.before[first + point] = [&] {
      const RegenerationEvent started{
          .kind = EventKind::started,
          .nonce = "run",
          .place = {.created = play.server.requests.created, .sequence = play.server.requests.last}};
      started_at = play.server.log.last + 1;
      play.server.log.store(
          {.subject = play.names.regeneration().started, .id = "run", .bytes = started.encode()}, {});
    };
    RegenResult<Requested> requested;
    play.lock.simulation.run({[&] { static_cast<void>(a.player.lease->keep(a.within(120s))); },
                              [&] { requested = b.requester.request(b.ask(), b.within()); }});
    if (started_at == 0) break;
    if (requested) {
      EXPECT_EQ(told(requested), "stored 2") << point;
      ++again;
    } else {
      EXPECT_EQ(requested.error().error, RegenError::in_progress) << point;
      EXPECT_EQ(requested.error().who->request.sequence, 1U);
      EXPECT_GT(started_at, 1U) << point << ": it had begun before the asker said that it counts on it";
      ++in_progress;
    }
  }
  EXPECT_GT(again, 5);
  EXPECT_EQ(in_progress, 0) << "a run that begins after that is not met by any request of the asker's";
}

TEST(Requester, WhoseAnswerIsLostFindsItsOwnRequest) {
  RegenPlay play;
  auto& a = play.asker("a");
  play.server.faults = {{1, EventFault::lose_answer}};
  EXPECT_EQ(told(a.requester.request(a.ask(), a.within())), "stored 1");
  EXPECT_THAT(play.server.requests.entries, SizeIs(1));
}

TEST(Requester, WithoutAServerSaysThatNothingIsKnown) {
  RegenPlay play;
  auto& a = play.asker("a");
  play.server.is_silent = true;
  const auto requested = a.requester.request(a.ask(), a.within(30s));
  ASSERT_FALSE(requested);
  EXPECT_EQ(requested.error().error, RegenError::unknown);
  EXPECT_EQ(requested.error().message, "whether the request is stored is not known: no answer came");
}

TEST(Requester, WithoutAStreamIsRefusedAtOnce) {
  RegenPlay play;
  auto& a = play.asker("a");
  play.server.requests.created = "";
  const auto requested = a.requester.request(a.ask(), a.within());
  ASSERT_FALSE(requested);
  EXPECT_EQ(requested.error().error, RegenError::refused);
  EXPECT_THAT(requested.error().message,
              HasSubstr("stream not found (10059): the organization's event bus is not there"));
  EXPECT_EQ(play.server.asked, 1);
}

TEST(Requester, StoresAgainWhatWentWithAStream) {
  RegenPlay play;
  auto& a = play.asker("a");
  // Between the acknowledgement and the look at the stream.
  play.server.before[2] = [&] {
    play.server.requests.make_anew();
    play.server.requests.store({.id = "another's"}, {});
  };
  const auto requested = a.requester.request(a.ask(), a.within());
  ASSERT_EQ(told(requested), "stored 2");
  EXPECT_EQ(requested->place.created, play.server.requests.created);
  EXPECT_THAT(play.server.requests.entries, SizeIs(2));
}

TEST(Requester, HasAnIdForEveryKey) {
  const auto names = nats::BusNames::make("Acme", "github.com").value();
  const auto id = [&](std::string reason, std::string key = "") {
    return request_id(names, {.reason = std::move(reason), .key = std::move(key), .person = "", .host = ""});
  };
  EXPECT_EQ(id("templates@0a1b"), "acme/templates@0a1b");
  EXPECT_EQ(id("templates", "push-7"), "acme/push-7");
  EXPECT_EQ(id("abc def"), "acme/sha256=010971ea0013a09d91df437de2cd6f66df4dbdf78974926175d8421055ad1f62");
  EXPECT_THAT(id(std::string(65, 'a')), SizeIs(5 + 7 + 64));
  EXPECT_NE(id(std::string(65, 'a')), id(std::string(66, 'a')));
  EXPECT_THAT(id("a/1"), HasSubstr("/sha256=")) << "else it were \"a\" that is asked again after request 1";
  EXPECT_THAT(id("sha256=0"), HasSubstr("/sha256=")) << "else it could be another key's hash";
  EXPECT_THAT(id("grün"), HasSubstr("/sha256="));
  EXPECT_THAT(id(std::string("\0x", 2)), HasSubstr("/sha256="));
}

TEST(Requester, RefusesWhatCanNeverBeAsked) {
  RegenPlay play;
  auto& a = play.asker("a");
  const auto refused = [&](const Ask& ask) {
    const auto requested = a.requester.request(ask, a.within());
    return requested ? "stored" : requested.error().message;
  };
  EXPECT_EQ(refused(a.ask("")), "the reason is empty: say why");
  EXPECT_EQ(refused(a.ask(std::string(1001, 'r'))), "the reason has 1001 bytes; 1000 are the most");
  EXPECT_THAT(refused(a.ask("two\nlines")), HasSubstr("the reason holds a line's end"));
  EXPECT_THAT(refused({.reason = "r", .key = "k\x1b", .person = "", .host = ""}),
              HasSubstr("the key holds a line's end or another control character"));
  EXPECT_EQ(play.server.asked, 0);
  EXPECT_EQ(refused(a.ask(std::string(1000, 'r'))), "stored");
  EXPECT_EQ(refused(a.ask("\xff ☃")), "stored");
}

}  // namespace
}  // namespace ghboot::regen
