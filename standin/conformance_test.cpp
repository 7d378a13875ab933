// SPDX-License-Identifier: Apache-2.0
#include "standin/test_conformance.h"

namespace ghboot::standin {
namespace {

TEST(Conformance, AnswersAreAsGitHubDescribesThem) { check_conformance("*"); }

}  // namespace
}  // namespace ghboot::standin
