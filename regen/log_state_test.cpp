// SPDX-License-Identifier: Apache-2.0
#include "regen/log_state.h"

#include <vector>

#include <gtest/gtest.h>

#include "regen/log_view.h"

namespace ghboot::regen {
namespace {

constexpr std::string_view stream = "2026-11-26T08:00:00.1Z";
const nats::StreamState now{.created = std::string(stream), .first = 1, .last = 9};

RegenerationEvent started(std::string nonce, std::string target, std::uint64_t through = 1) {
  return {.kind = EventKind::started,
          .nonce = std::move(nonce),
          .place = {.created = std::string(stream), .sequence = through},
          .target = std::move(target)};
}
RegenerationEvent completed(std::string run, std::uint64_t through = 1) {
  return {.kind = EventKind::completed,
          .run = std::move(run),
          .place = {.created = std::string(stream), .sequence = through}};
}
RegenerationEvent failed(std::string run, bool lost = false) {
  return {.kind = EventKind::failed,
          .run = std::move(run),
          .place = {.created = std::string(stream), .sequence = 1},
          .error = "why",
          .lost = lost};
}
RegenerationEvent parked(std::string run, std::uint64_t through) {
  RegenerationEvent event = failed(std::move(run));
  event.place.sequence = through;
  event.parked = true;
  return event;
}

LogView view_of(const std::vector<RegenerationEvent>& events) {
  LogView view;
  for (const RegenerationEvent& event : events) view.state.take(event);
  return view;
}
bool is_open(const std::vector<RegenerationEvent>& events) {
  return view_of(events).state.of("t").may_write_yet();
}

TEST(LogState, HasNoOpenRunWhereTheLastOfTheTargetCompletedOrSaidHowItFailed) {
  EXPECT_FALSE(is_open({}));
  EXPECT_FALSE(is_open({started("a", "t"), completed("a")}));
  EXPECT_FALSE(is_open({started("a", "t"), completed("a"), started("b", "t"), failed("b")}));
}

TEST(LogState, HasOneOpenThatWasLostUntilARunOfTheSameTargetCompletes) {
  EXPECT_TRUE(is_open({started("a", "t")}));
  EXPECT_TRUE(is_open({started("a", "t"), failed("a", true)}));
  EXPECT_TRUE(is_open({started("a", "t"), failed("a", true), started("b", "t"), failed("b")}));
  EXPECT_TRUE(is_open({started("a", "t"), failed("a", true), started("b", "other"), completed("b")}));
  EXPECT_FALSE(is_open({started("a", "t"), failed("a", true), started("b", "t"), completed("b")}));
  EXPECT_FALSE(is_open({started("a", "other"), failed("a", true)}));
  EXPECT_TRUE(is_open({started("a", "t"), failed("a", true), completed("a")}))
      << "its holder came back, and had been taken for lost";
}

TEST(LogState, TakesARunThatNamesNoTargetForOneOfAll) {
  EXPECT_TRUE(is_open({started("a", ""), failed("a", true)}));
  EXPECT_TRUE(is_open({started("a", ""), failed("a", true), started("b", "t")}));
  EXPECT_FALSE(is_open({started("a", ""), failed("a", true), started("b", "t"), completed("b")}));
  EXPECT_FALSE(is_open({started("a", "t"), failed("a", true), started("b", ""), completed("b")}));
}

TEST(LogState, KnowsWhatARunHasBegunAndWhatIsDone) {
  LogView view = view_of({started("a", "t", 3), completed("a", 3), started("b", "t", 8)});
  EXPECT_EQ(view.state.run(), LastRun::running);
  EXPECT_EQ(view.begun(now), 8U);
  EXPECT_EQ(view.completed("t", now), 3U);
  EXPECT_TRUE(view.is_pending("t", now));
  view.state.take(failed("b"));
  EXPECT_EQ(view.state.run(), LastRun::failed);
  EXPECT_EQ(view.settled("t", now), 3U) << "a run that failed has done nothing";
  view = view_of({started("a", "t", 9), completed("a", 9)});
  EXPECT_EQ(view.state.run(), LastRun::completed);
  EXPECT_FALSE(view.is_pending("t", now));
  EXPECT_TRUE(view.is_pending("other", now)) << "nothing has been done for that";
  EXPECT_EQ(view_of({}).state.run(), LastRun::none);
}

TEST(LogState, OfWhatIsParkedNothingWaitsAndNothingIsDone) {
  const LogView view = view_of({started("a", "t", 3), completed("a", 3), started("b", "t", 9), parked("b", 9),
                                started("c", "other", 9)});
  EXPECT_FALSE(view.is_pending("t", now));
  EXPECT_EQ(view.completed("t", now), 3U);
  EXPECT_EQ(view.settled("t", now), 9U);
  EXPECT_EQ(view.state.of("t").parked_for, "why");
  EXPECT_TRUE(view.is_pending("other", now)) << "what one target's runs gave up, another's did not";
}

TEST(LogState, CountsFailuresInARow) {
  const auto failures = [](const std::vector<RegenerationEvent>& events) {
    return view_of(events).state.of("t").failures;
  };
  std::vector<RegenerationEvent> events{started("a", "t"), failed("a"),       started("b", "t"),
                                        failed("b", true), started("c", "o"), completed("c")};
  EXPECT_EQ(failures(events), 2U);
  events.push_back(started("d", "t"));
  EXPECT_EQ(failures(events), 2U);
  events.push_back(started("e", "t"));
  EXPECT_EQ(failures(events), 3U) << "nobody said how d ended";
  events.push_back(completed("e"));
  EXPECT_EQ(failures(events), 0U);
  events.push_back(started("f", "t"));
  events.push_back(parked("f", 1));
  EXPECT_EQ(failures(events), 0U) << "who is asked anew has all tries";
}

TEST(LogView, CountsNothingOfAnotherRequestStream) {
  const LogView view = view_of({started("a", "t", 9), completed("a", 9)});
  const nats::StreamState anew{.created = "2026-11-27", .first = 1, .last = 9};
  EXPECT_EQ(view.begun(anew) + view.settled("t", anew), 0U);
  const nats::StreamState restored{.created = std::string(stream), .first = 1, .last = 8};
  EXPECT_TRUE(view.is_pending("t", restored))
      << "a through above the last request is of an end that was lost";
}

}  // namespace
}  // namespace ghboot::regen
