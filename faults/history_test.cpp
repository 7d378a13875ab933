// SPDX-License-Identifier: Apache-2.0
#include "faults/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acceptance/temp_folder.h"

namespace ghboot::faults {
namespace {

using std::chrono::nanoseconds;
using testing::HasSubstr;

TEST(History, WhatIsAddedIsReadAgain) {
  const acceptance::TempFolder folder;
  const auto file = folder.path() / "h";
  HistoryFile(file).add({{nanoseconds(5), nanoseconds(7)}, "p1.0/1", Kind::invoked, {}});
  HistoryFile(file).add({{nanoseconds(8), nanoseconds(9)}, "p1.0/1", Kind::killed, {2, 77}});
  const std::string text = acceptance::read_file(file);
  EXPECT_EQ(text, "5 7 p1.0/1 invoked 0.0\n8 9 p1.0/1 killed 2.77\n");
  const auto events = parse_history(text);
  ASSERT_TRUE(events) << events.error();
  ASSERT_EQ(events->size(), 2U);
  const Event& last = events->back();
  EXPECT_EQ(last.at.from, nanoseconds(8));
  EXPECT_EQ(last.at.to, nanoseconds(9));
  EXPECT_EQ(last.who, "p1.0/1");
  EXPECT_EQ(last.kind, Kind::killed);
  EXPECT_EQ(last.token, (nats::LockToken{2, 77}));
}

TEST(History, ALineThatWasNotFinishedIsLeftOut) {
  const auto events = parse_history("5 7 p/1 invoked 0.0\n8 9 p/1 acqu");
  ASSERT_TRUE(events) << events.error();
  EXPECT_EQ(events->size(), 1U);
}

TEST(History, WhatIsNoEventIsNamed) {
  for (const char* line :
       {"", "5 7 p/1 invoked", "5 7 p/1 invoked 0.0 1", "x 7 p/1 invoked 0.0", "5 7  held 1.2",
        "5 7 p/1 slept 0.0", "5 7 p/1 held 1", "5 7 p/1 held 1.-2", "8 7 p/1 held 1.2"}) {
    const auto events = parse_history("1 2 p/1 invoked 0.0\n" + std::string(line) + "\n");
    ASSERT_FALSE(events) << line;
    EXPECT_THAT(events.error(), HasSubstr("line 2 is no event")) << line;
  }
}

TEST(History, AFolderThatIsNotThereIsAnError) {
  const acceptance::TempFolder folder;
  EXPECT_THROW(HistoryFile(folder.path() / "none" / "h"), std::system_error);
}

}  // namespace
}  // namespace ghboot::faults
