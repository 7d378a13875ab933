// SPDX-License-Identifier: Apache-2.0
// What a network, a proxy and GitHub itself may do to a request. After a write that was not answered the
// listing tells what became of it.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "github/standin_fixture.h"

namespace ghboot::github {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using namespace std::chrono_literals;

class StandinFaults : public StandinMeeting {
 protected:
  Result<Hook> create(std::chrono::milliseconds longest = 30s) {
    return shop().create({.url = "https://a.example"}, wait(longest));
  }
  std::size_t hooks() {
    const auto listed = shop().list(wait());
    EXPECT_TRUE(listed) << listed.error().message;
    return listed ? listed->hooks.size() : 99;
  }
  std::size_t asked(const std::string& method) {
    std::size_t count = 0;
    for (const Json& one : requests()) count += one["method"] == method ? 1 : 0;
    return count;
  }
};

TEST_F(StandinFaults, ASlowAnswerIsWaitedForWithinTheTime) {
  fault({{"latency_ms", 300}, {"times", 1}});
  EXPECT_TRUE(shop().list(wait()));
}

TEST_F(StandinFaults, ASlowWriteIsUnknownAndMayHappenLater) {
  fault({{"method", "POST"}, {"latency_ms", 1'500}, {"times", 1}});
  const auto made = create(150ms);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::unknown);
  EXPECT_EQ(hooks(), 0U);
  const Wait later = wait();
  while (hooks() == 0 && nats::system_clock().sleep(50ms, later)) {
  }
  EXPECT_EQ(hooks(), 1U);
}

TEST_F(StandinFaults, AFailureOfTheServerIsRepeatedForReadsWhateverItsBody) {
  for (const char* body : {"json", "html"}) {
    mark();
    fault({{"method", "GET"}, {"status", 502}, {"body", body}, {"times", 2}});
    const auto listed = shop().list(wait());
    EXPECT_TRUE(listed) << listed.error().message;
    EXPECT_EQ(asked("GET"), 3U);
  }
}

TEST_F(StandinFaults, AFailureOfTheServerLeavesAWriteOpenUntilTheListTells) {
  for (const char* body : {"json", "html"}) {
    for (const char* cut : {"", "after"}) {
      Json one{{"method", "POST"}, {"status", 503}, {"body", body}, {"times", 1}};
      if (*cut != '\0') one["cut"] = cut;
      fault(one);
      mark();
      const auto made = create();
      ASSERT_FALSE(made);
      EXPECT_EQ(made.error().kind, ErrorKind::unknown);
      EXPECT_THAT(made.error().message, HasSubstr("It may have happened all the same: look it up"));
      EXPECT_EQ(asked("POST"), 1U);
      EXPECT_EQ(hooks(), *cut == '\0' ? 0U : 1U);
      const auto left = shop().list(wait());
      for (const Hook& hook : left->hooks) EXPECT_TRUE(shop().remove(hook.id, wait()).value());
    }
  }
}

TEST_F(StandinFaults, AConnectionCutBeforeOrAfterAWriteLeavesItOpenUntilTheListTells) {
  for (const auto& [cut, count] : {std::pair("before", 0U), std::pair("after", 1U)}) {
    fault({{"method", "POST"}, {"cut", cut}, {"times", 1}});
    mark();
    const auto made = create();
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::unknown) << made.error().message;
    EXPECT_EQ(asked("POST"), 1U);
    EXPECT_EQ(hooks(), count);
  }
}

TEST_F(StandinFaults, AnAnswerThatBreaksOffIsUnknownForAWriteAndReadAgainForARead) {
  fault({{"method", "POST"}, {"cut", "truncated"}, {"times", 1}});
  const auto made = create();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::unknown);
  EXPECT_THAT(made.error().message, HasSubstr("broke off"));
  fault({{"method", "GET"}, {"cut", "truncated"}, {"times", 1}});
  EXPECT_EQ(hooks(), 1U);
}

TEST_F(StandinFaults, WhatMayBeRepeatedIsRepeated) {
  const Hook made = hook("https://a.example");
  for (const char* cut : {"before", "after"}) {
    fault({{"method", "PATCH"}, {"cut", cut}, {"times", 1}});
    const auto changed = shop().change(made.id, {.active = false}, wait());
    EXPECT_TRUE(changed) << changed.error().message;
  }
  // Its first try had removed it: that is no longer to be seen.
  fault({{"method", "DELETE"}, {"cut", "after"}, {"times", 1}});
  const auto removed = shop().remove(made.id, wait());
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_FALSE(*removed);
  EXPECT_EQ(hooks(), 0U);
}

TEST_F(StandinFaults, WhatIsNotGitHubIsSaidSo) {
  fault({{"method", "GET"}, {"status", 200}, {"body", "html"}});
  const auto listed = shop().list(wait());
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().kind, ErrorKind::invalid);
  EXPECT_THAT(listed.error().message, HasSubstr("is not GitHub's API"));
  EXPECT_THAT(listed.error().message, HasSubstr("look at the base URL"));
  control("DELETE", "/faults");
  fault({{"method", "GET"}, {"status", 404}, {"body", R"({"message":"Not Found"})"}});
  const auto hidden = shop().list(wait());
  ASSERT_FALSE(hidden);
  EXPECT_EQ(hidden.error().kind, ErrorKind::invalid);
  EXPECT_THAT(hidden.error().message, HasSubstr("look at the base URL"));
}

TEST_F(StandinFaults, AnAnswerThatIsNoListIsAnError) {
  fault({{"method", "GET"}, {"status", 200}, {"body", R"({"message":"odd"})"}});
  EXPECT_THAT(shop().list(wait()).error().message, HasSubstr("is no list"));
}

}  // namespace
}  // namespace ghboot::github
