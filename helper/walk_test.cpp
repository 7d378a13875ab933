// SPDX-License-Identifier: Apache-2.0
#include "helper/walk.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace ghboot::helper {
namespace {

struct Road {
  Judged first() { return "a"; }
  Judged second() { return judged(nats::Error{nats::ErrorKind::unreachable, "no answer"}, "look"); }
  Judged third() {
    was_third = true;
    return broken("c", "mend");
  }
  bool was_third = false;
};

TEST(Walk, EndsWithTheFirstLinkThatDoesNotHold) {
  Road road;
  std::string text;
  const std::array<Link<Road>, 3> links{
      {{"one", &Road::first}, {"two", &Road::second}, {"three", &Road::third}}};
  EXPECT_EQ(walk<Road>(road, links, [&](const std::string& line) { text += line; }), ExitCode::unknown);
  EXPECT_EQ(text,
            "ok      one                    a\n"
            "?       two                    no answer\n"
            "                               to do: look\n");
  EXPECT_FALSE(road.was_third);
}

TEST(Walk, ABrokenLinkIsNamedSo) { EXPECT_TRUE(told("three", Road().third()).starts_with("BROKEN  three")); }

}  // namespace
}  // namespace ghboot::helper
