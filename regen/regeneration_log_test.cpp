// SPDX-License-Identifier: Apache-2.0
#include "regen/regeneration_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "regen/regen_play.h"

namespace ghboot::regen {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::string_view stream = "2026-11-26T08:00:00.1Z";

RegenerationEvent event(EventKind kind, std::uint64_t sequence, bool parked = false) {
  return {.kind = kind,
          .nonce = "n",
          .run = "r",
          .place = {.created = std::string(stream), .sequence = sequence},
          .parked = parked};
}

LogView folded(std::vector<RegenerationEvent> events, bool stops = true) {
  LogView view;
  for (auto at = events.rbegin(); at != events.rend(); ++at)
    if (view.take_earlier(*at) && stops) break;
  return view;
}

const nats::StreamState now{.created = std::string(stream), .first = 1, .last = 9};

TEST(LogView, OfNothingHasDoneNothing) {
  const LogView view = folded({});
  EXPECT_EQ(view.run, LastRun::none);
  EXPECT_TRUE(view.is_pending(now));
  EXPECT_FALSE(view.is_pending({.created = std::string(stream), .first = 1, .last = 0}));
}

TEST(LogView, KnowsWhatARunHasBegunAndWhatIsDone) {
  using enum EventKind;
  LogView view = folded({event(started, 3), event(completed, 3), event(asked, 5), event(started, 8)});
  EXPECT_EQ(view.run, LastRun::running);
  EXPECT_EQ(view.begun(now), 8U);
  EXPECT_EQ(view.done(now), 3U);
  EXPECT_TRUE(view.is_pending(now));
  view = folded({event(started, 3), event(completed, 3), event(started, 9), event(failed, 9)});
  EXPECT_EQ(view.run, LastRun::failed);
  EXPECT_EQ(view.begun(now), 9U);
  EXPECT_EQ(view.done(now), 3U) << "a run that failed has done nothing";
  view = folded({event(started, 3), event(completed, 3), event(started, 9), event(failed, 9, true)});
  EXPECT_EQ(view.done(now), 9U) << "what is parked waits no more";
  EXPECT_FALSE(view.is_pending(now));
  view = folded({event(started, 9), event(completed, 9), event(asked, 9), event(asked, 9)});
  EXPECT_EQ(view.run, LastRun::completed);
  EXPECT_FALSE(view.is_pending(now));
}

TEST(LogView, CountsNothingOfAnotherRequestStream) {
  const LogView view = folded({event(EventKind::started, 9), event(EventKind::completed, 9)});
  const nats::StreamState anew{.created = "2026-11-27", .first = 1, .last = 9};
  EXPECT_EQ(view.begun(anew) + view.done(anew), 0U);
  const nats::StreamState restored{.created = std::string(stream), .first = 1, .last = 8};
  EXPECT_TRUE(view.is_pending(restored)) << "a through above the last request is of an end that was lost";
}

// Every log of up to five events.
TEST(LogView, IsTheSameWhateverWasBefore) {
  std::vector<RegenerationEvent> kinds;
  for (const EventKind kind : {EventKind::started, EventKind::asked, EventKind::completed, EventKind::failed})
    kinds.push_back(event(kind, 0));
  kinds.push_back(event(EventKind::failed, 0, true));
  for (int code = 0; code < 5 * 5 * 5 * 5 * 5; ++code) {
    std::vector<RegenerationEvent> events;
    for (int rest = code; rest > 0; rest /= 5) {
      events.push_back(kinds[static_cast<std::size_t>(rest % 5)]);
      events.back().place.sequence = events.size();
    }
    const LogView early = folded(events), whole = folded(events, false);
    ASSERT_EQ(early.run, whole.run) << code;
    ASSERT_EQ(early.covered, whole.covered) << code;
    ASSERT_EQ(early.begun(now), whole.begun(now)) << code;
  }
}

TEST(RegenerationLog, IsAppendedToUnderWhatWasSeen) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  const auto seen = b.log.read(b.within()).value();
  auto first = event(EventKind::asked, 1);
  auto second = first;
  EXPECT_TRUE(a.log.append(first, {}, a.within()).value());
  EXPECT_NE(first.nonce, "n");
  EXPECT_FALSE(b.log.append(second, seen, b.within()).value());
  EXPECT_EQ(play.log_text(), "asked");
  EXPECT_TRUE(b.log.append(second, b.log.read(b.within()).value(), b.within()).value());
}

TEST(RegenerationLog, LooksUpAnAnswerThatDidNotCome) {
  for (const EventFault fault : {EventFault::lose_answer, EventFault::lose_request, EventFault::twice}) {
    RegenPlay play;
    auto& a = play.asker("a");
    play.server.faults = {{0, fault}};
    auto one = event(EventKind::asked, 1);
    EXPECT_TRUE(a.log.append(one, {}, a.within()).value());
    EXPECT_EQ(play.log_text(), "asked");
  }
  RegenPlay play;
  auto& a = play.asker("a");
  play.server.is_silent = true;
  auto one = event(EventKind::asked, 1);
  const auto unknown = a.log.append(one, {}, a.within(20s));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::unknown);
  EXPECT_EQ(unknown.error().message,
            "whether github.acme.regeneration_asked was stored is not known: no answer came");
}

// Its first copy comes after another's event: an answer that was lost does not make it stored.
TEST(RegenerationLog, WhoseCopyWasOvertakenSaysThatItIsNotStored) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  play.server.faults = {{0, EventFault::delay}};
  auto other = event(EventKind::asked, 2);
  play.lock.simulation.at(play.lock.simulation.now() + 1s, [&] {
    play.server.log.store({.subject = "github.acme.regeneration_asked", .id = "x", .bytes = other.encode()},
                          play.lock.simulation.now());
  });
  auto one = event(EventKind::asked, 1);
  EXPECT_FALSE(a.log.append(one, {}, a.within()).value());
  play.lock.pass(2min);
  EXPECT_EQ(play.log_text(), "asked");
  EXPECT_EQ(b.log.read(b.within()).value().last, 1U);
}

TEST(RegenerationLog, NamesAMessageThatIsNotOursAndWhatToDo) {
  RegenPlay play;
  auto& a = play.asker("a");
  const auto put = [&](std::string subject, std::string id) {
    play.server.log.store({.subject = std::move(subject), .id = std::move(id), .bytes = "hello"}, {});
  };
  put("github.acme.regeneration_completed", "1");
  auto read = a.log.read(a.within());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::invalid);
  EXPECT_THAT(read.error().message,
              AllOf(HasSubstr("message 1 of GITHUB_REGENERATION_acme is not an event of a regeneration"),
                    HasSubstr("nats stream rmm GITHUB_REGENERATION_acme 1")));
  put("github.acme.other", "2");
  EXPECT_THAT(a.log.read(a.within()).error().message,
              HasSubstr("message 2 of GITHUB_REGENERATION_acme is on github.acme.other, which is none"));
  play.server.log.entries.clear();
  EXPECT_EQ(a.log.read(a.within()).value().last, 2U) << "what was removed is passed by";
}

}  // namespace
}  // namespace ghboot::regen
