// SPDX-License-Identifier: Apache-2.0
// For tests: ASSERT_TRUE(done(terraform.apply())) shows what terraform said when it did not do it. Threads:
// any.
#pragma once

#include <gtest/gtest.h>

#include "acceptance/process.h"

namespace ghboot::acceptance {

inline testing::AssertionResult done(const Outcome& outcome) {
  return outcome.ok() ? testing::AssertionSuccess() : testing::AssertionFailure() << outcome.text();
}

}  // namespace ghboot::acceptance
