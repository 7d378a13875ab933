// SPDX-License-Identifier: Apache-2.0
#include "regen/log_snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "regen/regen_play.h"

namespace ghboot::regen {
namespace {

using testing::HasSubstr;

// Runs of targets that come once each: the log says little of any of them.
void append_runs(RegenPlay& play, RegenPlay::Asker& by, int count, bool are_lost = false) {
  for (int index = 0; index < count; ++index) {
    const RequestPlace place{.created = play.server.requests.created, .sequence = 1};
    RegenerationEvent started{.kind = EventKind::started,
                              .place = place,
                              .target = "acme/r" + std::to_string(play.server.log.last) + " main"};
    ASSERT_TRUE(by.log.append(started, {.last = play.server.log.last}, by.within()).value());
    RegenerationEvent ended{.kind = are_lost ? EventKind::failed : EventKind::completed,
                            .run = started.nonce,
                            .place = place,
                            .lost = are_lost};
    ASSERT_TRUE(by.log.append(ended, {.last = play.server.log.last}, by.within()).value());
  }
}
LogView read(RegenPlay::Asker& by) { return by.log.read(RegenPlay::target, by.within()).value(); }

TEST(LogSnapshot, IsReadInPlaceOfWhatWasBefore) {
  RegenPlay play;
  auto& a = play.asker("a");
  append_runs(play, a, 30);
  EXPECT_EQ(read(a).events_read, 60U);
  a.log.keep_snapshot(a.within());
  ASSERT_THAT(play.server.bucket.entries, testing::SizeIs(1));
  EXPECT_EQ(play.server.bucket.entries[0].subject, "$KV.ghboot_acme.regeneration");
  EXPECT_EQ(read(a).events_read, RegenerationLog::asks_after) << "before that nobody looks for one";
  EXPECT_EQ(read(a).state.run(), LastRun::completed);
  append_runs(play, a, 4);
  EXPECT_EQ(read(a).events_read, 9U);
  EXPECT_EQ(read(a).state.of("acme/r0 main").completed->sequence, 1U);
}

TEST(LogSnapshot, IsKeptAfterARunWhereEnoughHasComeSince) {
  RegenPlay play;
  auto& a = play.asker("a");
  for (int run = 1; run <= 7; ++run) EXPECT_EQ(play.regenerate(a), "own");
  EXPECT_THAT(play.server.bucket.entries, testing::SizeIs(0));
  EXPECT_EQ(play.regenerate(a), "own");
  EXPECT_THAT(play.server.bucket.entries, testing::SizeIs(1));
  EXPECT_EQ(play.regenerate(a), "own");
  EXPECT_THAT(play.server.bucket.entries, testing::SizeIs(1)) << "it is worth nothing yet";
}

TEST(LogSnapshot, OfAnotherLogIsPassedBy) {
  const auto spoil = [](auto change) {
    RegenPlay play;
    auto& a = play.asker("a");
    append_runs(play, a, 10);
    a.log.keep_snapshot(a.within());
    change(play);
    const LogView view = read(a);
    EXPECT_EQ(view.state.of("acme/r0 main").completed.has_value(), play.server.log.last > 0);
    return view.events_read;
  };
  EXPECT_EQ(spoil([](RegenPlay& play) { play.server.log.make_anew(); }), 0U);
  EXPECT_EQ(spoil([](RegenPlay& play) { play.server.log.created += "8"; }), 20U);
  EXPECT_EQ(spoil([](RegenPlay& play) { play.server.log.put_back(14); }), 14U) << "a backup, restored";
  EXPECT_EQ(spoil([](RegenPlay& play) { play.server.log.entries.back().bytes += " "; }), 20U);
  EXPECT_EQ(spoil([](RegenPlay& play) { play.server.bucket.entries.back().bytes = "hello"; }), 20U);
  EXPECT_EQ(spoil([](RegenPlay& play) { play.server.bucket.entries.clear(); }), 20U);
  EXPECT_EQ(spoil([](RegenPlay&) {}), RegenerationLog::asks_after);
}

TEST(LogSnapshot, MayBeOfSomeOfTheEventsAndGoesOnFromThere) {
  RegenPlay play;
  auto& a = play.asker("a");
  append_runs(play, a, 100);
  a.log.keep_snapshot(a.within(400ms));  // Half of it is time for some of them.
  ASSERT_THAT(play.server.bucket.entries, testing::SizeIs(1));
  const auto first = LogSnapshot::decode(play.server.bucket.entries[0].bytes).value();
  EXPECT_GT(first.sequence, 10U);
  EXPECT_LT(first.sequence, 200U);
  a.log.keep_snapshot(a.within());
  EXPECT_EQ(LogSnapshot::decode(play.server.bucket.entries[1].bytes).value().sequence, 200U);
}

TEST(LogSnapshot, ALogThatIsTooLongToReadMayHaveARunOpen) {
  RegenPlay play;
  auto& a = play.asker("a");
  append_runs(play, a, RegenerationLog::events_max / 2 + 5);
  EXPECT_EQ(read(a).events_read, RegenerationLog::events_max);
  EXPECT_TRUE(read(a).state.of(RegenPlay::target).is_open);
  a.log.keep_snapshot(a.within());
  EXPECT_FALSE(read(a).state.of(RegenPlay::target).is_open);
}

TEST(LogSnapshot, SaysWhatIsWrong) {
  const auto problem = [](std::string_view bytes) { return LogSnapshot::decode(bytes).error().message; };
  EXPECT_THAT(problem("hello"), HasSubstr("not a snapshot of regenerations: no JSON object"));
  EXPECT_THAT(problem(R"({"version":1})"), HasSubstr("it names no event"));
  EXPECT_THAT(problem(R"({"version":2,"logCreated":"c","sequence":"1"})"), HasSubstr("it is of version 2"));
  EXPECT_THAT(problem(R"({"version":1,"logCreated":"c","sequence":"1","targets":5})"),
              HasSubstr("its \"targets\" is not a list of objects"));
  EXPECT_THAT(problem(R"({"version":1,"logCreated":"c","sequence":"1","targets":[{"failures":"x"}]})"),
              HasSubstr("in its \"targets\" its \"failures\" is not a whole number that fits"));
}

}  // namespace
}  // namespace ghboot::regen
