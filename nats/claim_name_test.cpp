// SPDX-License-Identifier: Apache-2.0
#include "nats/claim_name.h"

#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

TEST(ClaimName, WhatFilesAndSubjectsCannotHoldIsAProblem) {
  EXPECT_EQ(problem_of_claim_name("acme-1.events"), "");
  EXPECT_EQ(problem_of_claim_name("Größe"), "");
  EXPECT_EQ(problem_of_claim_name("..."), "");
  EXPECT_EQ(problem_of_claim_name(std::string(255, 'a')), "");
  EXPECT_EQ(problem_of_claim_name(""), "is empty");
  EXPECT_EQ(problem_of_claim_name("my operator"), "has a space");
  for (const char* with_slash : {"a/b", "/a", "../a", "a\\b"})
    EXPECT_EQ(problem_of_claim_name(with_slash), "has a slash") << with_slash;
  for (const char* with_control : {"a\nb", "a\x1b[0m", "a\x7f"})
    EXPECT_EQ(problem_of_claim_name(with_control), "has a control character");
  EXPECT_EQ(problem_of_claim_name("."), "means a folder");
  EXPECT_EQ(problem_of_claim_name(".."), "means a folder");
  EXPECT_EQ(problem_of_claim_name(std::string(256, 'a')), "has 256 bytes");
}

}  // namespace
}  // namespace ghboot::nats
