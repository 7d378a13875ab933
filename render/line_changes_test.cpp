// SPDX-License-Identifier: Apache-2.0
#include "render/line_changes.h"

#include <random>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::render {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Lines = std::vector<std::string_view>;

std::string made_of(const Lines& before, const Lines& after, const std::vector<LineChange>& changes) {
  std::string out;
  std::size_t at = 0;
  for (const LineChange& change : changes) {
    for (; at < change.before; ++at) out += before[at];
    for (std::size_t in_new = change.after; in_new < change.after_end; ++in_new) out += after[in_new];
    at = change.before_end;
  }
  for (; at < before.size(); ++at) out += before[at];
  return out;
}

std::string text_of(const Lines& lines) { return made_of(lines, {}, {}); }

TEST(LineChanges, LinesHaveTheirEndsWhichTheLastMayLack) {
  EXPECT_THAT(lines_of("a\n\nb"), ElementsAre("a\n", "\n", "b"));
  EXPECT_THAT(lines_of("a\n"), ElementsAre("a\n"));
  EXPECT_THAT(lines_of(""), IsEmpty());
}

TEST(LineChanges, AreTheFewestWithOthersAroundThem) {
  EXPECT_THAT(line_changes(lines_of("a\nb\nc\nd\n"), lines_of("a\nB\nc\nx\nd\n")),
              ElementsAre(LineChange{1, 2, 1, 2}, LineChange{3, 3, 3, 4}));
  EXPECT_THAT(line_changes(lines_of("a\n"), lines_of("a")), ElementsAre(LineChange{0, 1, 0, 1}));
  EXPECT_THAT(line_changes(lines_of("a\n"), lines_of("a\n")), IsEmpty());
  EXPECT_THAT(line_changes({}, lines_of("a\n")), ElementsAre(LineChange{0, 0, 0, 1}));
  EXPECT_THAT(line_changes(lines_of("a\n"), {}), ElementsAre(LineChange{0, 1, 0, 0}));
}

TEST(LineChanges, MakeTheOneTextOfTheOtherWhateverTheyAre) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same texts each time.
  const Lines alphabet{"a\n", "b\n", "c\n", "}\n", "\n"};
  const auto some = [&](std::size_t size_max) {
    Lines out(random() % size_max);
    for (auto& line : out) line = alphabet[random() % alphabet.size()];
    return out;
  };
  for (int round = 0; round < 3'000; ++round) {
    const Lines before = some(1 + random() % 60), after = some(1 + random() % 60);
    const auto changes = line_changes(before, after);
    ASSERT_EQ(made_of(before, after, changes), text_of(after)) << text_of(before);
    for (std::size_t at = 1; at < changes.size(); ++at)
      ASSERT_LT(changes[at - 1].before_end, changes[at].before) << "one right behind another is one";
  }
}

// More than it looks for: they are replaced as a whole.
TEST(LineChanges, OfLongTextsWithLittleInCommonAreStillRight) {
  std::vector<std::string> words;
  for (int one = 0; one < 40'000; ++one) words.push_back(fmt::format("{}\n", one));
  for (const std::size_t size : {1'500U, 5'000U, 20'000U}) {
    Lines before, after;
    for (std::size_t at = 0; at < size; ++at) {
      before.push_back(words[at]);
      after.push_back(at % 97 == 0 ? words[at] : words[40'000 - 1 - at]);
    }
    EXPECT_EQ(made_of(before, after, line_changes(before, after)), text_of(after));
    EXPECT_EQ(made_of(after, before, line_changes(after, before)), text_of(before));
  }
}

TEST(LineChanges, OfALongTextWithTwoChangedLinesAreThoseTwo) {
  std::string before, after;
  for (int one = 0; one < 5'000; ++one) {
    before += fmt::format("line {}\n", one);
    after += one == 3 || one == 4'990 ? "changed\n" : fmt::format("line {}\n", one);
  }
  EXPECT_THAT(line_changes(lines_of(before), lines_of(after)),
              ElementsAre(LineChange{3, 4, 3, 4}, LineChange{4990, 4991, 4990, 4991}));
}

}  // namespace
}  // namespace ghboot::render
