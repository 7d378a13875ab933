// SPDX-License-Identifier: Apache-2.0
#include "regen/commit_token.h"

#include <gtest/gtest.h>

namespace ghboot::regen {
namespace {

TEST(CommitToken, IsReadAsItIsWritten) {
  const nats::LockToken token{.generation = 1'764'230'000, .sequence = 42};
  const std::string message =
      commit_message({.subject = "Regenerate files", .body = "Why: templates."}, token);
  EXPECT_EQ(message, "Regenerate files\n\nWhy: templates.\n\n[skip-regen]\n\nGhboot-Token: 1764230000.42\n");
  EXPECT_EQ(token_in(message), token);
}

TEST(CommitToken, IsTheLastOneWhereThereAreSeveral) {
  EXPECT_EQ(token_in("Merge\n\nGhboot-Token: 1.2\r\nGhboot-Token: 1.7"), (nats::LockToken{1, 7}));
}

TEST(CommitToken, IsNoneWhereSomebodyWroteSomethingElse) {
  for (const char* message :
       {"", "Ghboot-Token: ", "Ghboot-Token: 1", "Ghboot-Token: 1.x", "Ghboot-Token: -1.2",
        "Ghboot-Token: 1.2.3", "about Ghboot-Token: 1.2", "Ghboot-Token: 1.99999999999999999999"})
    EXPECT_FALSE(token_in(message)) << message;
}

}  // namespace
}  // namespace ghboot::regen
