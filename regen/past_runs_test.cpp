// SPDX-License-Identifier: Apache-2.0
#include "regen/past_runs.h"

#include <gtest/gtest.h>

namespace ghboot::regen {
namespace {

RegenerationEvent started(std::string nonce) {
  return {.kind = EventKind::started, .nonce = std::move(nonce)};
}
RegenerationEvent ended(EventKind kind, std::string run, bool lost = false) {
  return {.kind = kind,
          .run = std::move(run),
          .error = kind == EventKind::failed ? "why" : "",
          .lost = lost,
          .at = 7};
}

// "completed failed", of events as they were appended.
std::string runs_of(const std::vector<RegenerationEvent>& events, std::size_t count_max = 10) {
  PastRuns past(count_max);
  for (auto event = events.rbegin(); event != events.rend(); ++event)
    if (past.take_earlier(*event)) break;
  std::string text;
  for (const PastRun& run : std::move(past).runs())
    text += (text.empty() ? "" : " ") + run.started.nonce + ":" + std::string(to_string(run.end));
  return text;
}

TEST(PastRuns, AreTheNewestFirstEachWithItsEnd) {
  EXPECT_EQ(
      runs_of({started("a"), ended(EventKind::completed, "a"), started("b"), ended(EventKind::failed, "b"),
               started("c"), ended(EventKind::failed, "c", true), started("d")}),
      "d:running c:lost b:failed a:completed");
}

TEST(PastRuns, AreAsManyAsWanted) {
  EXPECT_EQ(runs_of({started("a"), ended(EventKind::completed, "a"), started("b"),
                     ended(EventKind::completed, "b")},
                    1),
            "b:completed");
}

TEST(PastRuns, ThatWereAskedForAreNoRuns) {
  EXPECT_EQ(runs_of({started("a"), {.kind = EventKind::asked, .nonce = "x"}}), "a:running");
}

TEST(PastRuns, TakenForLostStayLostThoughTheirHolderComesBack) {
  EXPECT_EQ(runs_of({started("a"), ended(EventKind::failed, "a", true), started("b"),
                     ended(EventKind::completed, "a")}),
            "b:running a:lost");
}

TEST(PastRuns, OfAnEmptyLogAreNone) { EXPECT_EQ(runs_of({}), ""); }

}  // namespace
}  // namespace ghboot::regen
