// SPDX-License-Identifier: Apache-2.0
#include "faults/history_check.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::faults {
namespace {

using std::chrono::nanoseconds;
using testing::ElementsAre;
using testing::HasSubstr;

Checked check(const std::string& text, const Patience& patience = {}) {
  const auto events = parse_history(text);
  if (!events) throw std::runtime_error(events.error());
  return check_history(*events, patience);
}

// Which rules a history breaks, each once for each time.
std::vector<std::string> broken_by(const std::string& text, const Patience& patience = {}) {
  std::vector<std::string> names;
  for (const Finding& one : check(text, patience).findings) names.emplace_back(name_of(one.rule));
  return names;
}

// One acquires, works and releases; then the other.
constexpr const char* in_turn =
    "1 1 a/0 invoked 0.0\n1 5 a/0 acquired 1.2\n6 7 a/0 held 1.2\n10 11 a/0 held 1.2\n9 9 a/0 renewed 1.2\n"
    "12 12 a/0 releasing 1.2\n12 20 a/0 released 1.2\n"
    "2 2 b/0 invoked 0.0\n2 15 b/0 acquired 1.4\n16 17 b/0 held 1.4\n30 31 b/0 held 1.4\n"
    "32 32 b/0 releasing 1.4\n32 33 b/0 released 1.4\n";

TEST(HistoryCheck, TriesAreCountedAndNothingElseFollowsFromThem) {
  const Checked checked =
      check(in_turn + std::string("1 1 a/0 tried 0.0\n2 2 b/0 tried 0.0\n2 2 b/0 tried 0.0\n"));
  EXPECT_THAT(checked.findings, testing::IsEmpty());
  EXPECT_EQ(checked.tries, 3U);
}

// Two lives of one contender are one.
TEST(HistoryCheck, WhoStarvesFollowsFromHowManyContend) {
  std::string history = "1 1 p0.1/0 invoked 0.0\n1 90 p0.1/0 acquired 1.9\n";
  for (int at = 2; at <= 6; ++at)
    history += "1 1 p1." + std::to_string(at) + "/0 invoked 0.0\n1 " + std::to_string(at * 10) + " p1." +
               std::to_string(at) + "/0 acquired 1." + std::to_string(at) + "\n";
  const Patience patience{.wait_max = nanoseconds(20)};
  EXPECT_EQ(check(history, patience).most_others, 5U);
  EXPECT_EQ(check(history, patience).count(Rule::nobody_starves), 1U) << "twice two are fewer than five";
}

TEST(HistoryCheck, NothingIsFoundInARightHistory) {
  EXPECT_THAT(broken_by(""), ElementsAre());
  EXPECT_THAT(broken_by(in_turn), ElementsAre());
  const Checked checked = check(in_turn);
  EXPECT_EQ(checked.acquisitions, 2U);
  EXPECT_EQ(checked.handovers, 1U);
  EXPECT_EQ(checked.renewals, 1U);
  EXPECT_EQ(checked.losses, 0U);
  EXPECT_EQ(checked.longest_wait, nanoseconds(13));
}

TEST(HistoryCheck, TwoAtWorkAtOnceOverlap) {
  const std::string lost =
      "1 1 a/0 invoked 0.0\n1 5 a/0 acquired 1.2\n6 7 a/0 held 1.2\n%\n90 91 a/0 lost 1.2\n"
      "2 2 b/0 invoked 0.0\n2 15 b/0 acquired 1.4\n16 17 b/0 held 1.4\n30 31 b/0 held 1.4\n";
  const auto with = [&](const std::string& line) {
    std::string text = lost;
    return text.replace(text.find("%\n"), 2, line);
  };
  EXPECT_THAT(broken_by(with("")), ElementsAre());
  EXPECT_EQ(check(with("16 40 a/0 held 1.2\n")).count(Rule::no_overlap), 0U) << "it may have been at 16";
  EXPECT_EQ(check(with("20 40 a/0 held 1.2\n")).count(Rule::no_overlap), 1U);
}

TEST(HistoryCheck, OnlyTheOverlapIsFoundWhereNothingElseIsWrong) {
  // Both acquire() are open all the time: there is an order for them, but not for their work.
  EXPECT_THAT(
      broken_by("1 1 a/0 invoked 0.0\n1 90 a/0 acquired 1.2\n2 2 b/0 invoked 0.0\n2 91 b/0 acquired 1.4\n"
                "10 11 a/0 held 1.2\n20 21 a/0 held 1.2\n15 16 b/0 held 1.4\n17 18 b/0 held 1.4\n"
                "92 92 a/0 lost 1.2\n"),
      ElementsAre("no overlap"));
}

TEST(HistoryCheck, OneCheckAloneIsAnInstantOfUnknownPlace) {
  const std::string a =
      "1 1 a/0 invoked 0.0\n1 90 a/0 acquired 1.2\n10 11 a/0 held 1.2\n20 21 a/0 held 1.2\n92 92 a/0 lost "
      "1.2\n"
      "2 2 b/0 invoked 0.0\n2 91 b/0 acquired 1.4\n";
  EXPECT_THAT(broken_by(a + "15 16 b/0 held 1.4\n"), ElementsAre("no overlap"));
  EXPECT_THAT(broken_by(a + "15 21 b/0 held 1.4\n"), ElementsAre());
}

TEST(HistoryCheck, TokensThatFallAreFound) {
  // The order of the acquiring is open, the order in which work begins is not.
  EXPECT_THAT(
      broken_by("1 1 a/0 invoked 0.0\n1 90 a/0 acquired 1.4\n10 11 a/0 held 1.4\n91 91 a/0 lost 1.4\n"
                "2 2 b/0 invoked 0.0\n2 90 b/0 acquired 1.2\n20 21 b/0 held 1.2\n91 92 b/0 lost 1.2\n"),
      ElementsAre("tokens rise"));
}

TEST(HistoryCheck, ATokenThatIsGivenTwiceIsFound) {
  const auto checked =
      check("1 1 a/0 invoked 0.0\n1 90 a/0 acquired 1.4\n2 2 b/0 invoked 0.0\n2 90 b/0 acquired 1.4\n");
  EXPECT_EQ(checked.count(Rule::tokens_rise), 1U);
  EXPECT_THAT(checked.findings.front().text, HasSubstr("a/0 with token 1.4 and b/0 with token 1.4"));
}

TEST(HistoryCheck, WhatEndedHadBegun) {
  EXPECT_THAT(broken_by("1 5 a/0 acquired 1.2\n"), ElementsAre("well-formed"));
  EXPECT_THAT(broken_by("1 5 a/0 gave_up 0.0\n"), ElementsAre("well-formed"));
  EXPECT_THAT(broken_by("1 1 a/0 invoked 0.0\n2 2 a/0 invoked 0.0\n"), ElementsAre("well-formed"));
  EXPECT_THAT(broken_by("1 1 a/0 invoked 0.0\n2 2 a/0 held 1.2\n"), ElementsAre("well-formed"));
}

TEST(HistoryCheck, WorkAfterALossOrAReleaseIsFound) {
  const std::string a = "1 1 a/0 invoked 0.0\n1 5 a/0 acquired 1.2\n6 7 a/0 held 1.2\n";
  EXPECT_THAT(broken_by(a + "8 9 a/0 lost 1.2\n9 10 a/0 held 1.2\n"), ElementsAre("ended is ended"));
  EXPECT_THAT(broken_by(a + "8 8 a/0 releasing 1.2\n8 9 a/0 released 1.2\n9 10 a/0 held 1.2\n"),
              ElementsAre("ended is ended"));
  EXPECT_THAT(broken_by(a + "8 10 a/0 lost 1.2\n9 11 a/0 held 1.2\n"), ElementsAre())
      << "two threads wrote, and the work may have been first";
}

TEST(HistoryCheck, ARenewalWhileAnotherWorksIsFound) {
  const std::string history =
      "1 1 a/0 invoked 0.0\n1 5 a/0 acquired 1.2\n6 7 a/0 held 1.2\n90 91 a/0 lost 1.2\n"
      "2 2 b/0 invoked 0.0\n2 15 b/0 acquired 1.4\n16 17 b/0 held 1.4\n30 31 b/0 held 1.4\n";
  EXPECT_THAT(broken_by(history + "20 25 a/0 renewed 1.2\n"), ElementsAre("renewals are alone"));
  EXPECT_THAT(broken_by(history + "16 25 a/0 renewed 1.2\n20 31 a/0 renewed 1.2\n"), ElementsAre());
}

TEST(HistoryCheck, AReleaseThatWasStoredAfterAnotherHadItHasNoOrder) {
  EXPECT_THAT(
      broken_by("1 1 a/0 invoked 0.0\n1 5 a/0 acquired 1.2\n30 30 a/0 releasing 1.2\n30 31 a/0 released 1.2\n"
                "10 10 b/0 invoked 0.0\n10 15 b/0 acquired 1.4\n"),
      ElementsAre("linearizable"));
}

TEST(HistoryCheck, WhoWaitsTooLongWhileOthersGetInStarves) {
  const std::string history = "1 1 c/0 invoked 0.0\n" + std::string(in_turn) + "100 100 c/0 gave_up 0.0\n";
  EXPECT_THAT(broken_by(history, {.wait_max = nanoseconds(50), .others_max = 1}),
              ElementsAre("nobody starves"));
  EXPECT_THAT(broken_by(history, {.wait_max = nanoseconds(50), .others_max = 2}), ElementsAre());
  EXPECT_THAT(broken_by(history, {.wait_max = nanoseconds(99), .others_max = 1}), ElementsAre());
}

TEST(HistoryCheck, WhoIsKilledWaitsNoMore) {
  const Patience patience{.wait_max = nanoseconds(20), .others_max = 0};
  const std::string history = "1 1 c/0 invoked 0.0\n" + std::string(in_turn);
  EXPECT_THAT(broken_by(history, patience), ElementsAre("nobody starves"));
  EXPECT_THAT(broken_by(history + "10 11 c killed 0.0\n", patience), ElementsAre());
}

TEST(HistoryCheck, TheTimeFromADeathToTheNextIsTold) {
  EXPECT_THAT(check("1 1 a/0 invoked 0.0\n1 5 a/0 acquired 1.2\n6 7 a/0 held 1.2\n8 9 a killed 0.0\n"
                    "2 2 b/0 invoked 0.0\n2 15 b/0 acquired 1.4\n16 16 b/0 left 1.4\n"
                    "2 2 c/0 invoked 0.0\n2 19 c/0 acquired 1.5\n")
                  .death_to_next,
              ElementsAre(nanoseconds(3), nanoseconds(6)));
}

}  // namespace
}  // namespace ghboot::faults
