// SPDX-License-Identifier: Apache-2.0
#include "standin/test_conformance.h"

namespace ghboot::github {
namespace {

TEST(Conformance, TheClientsRequestsAndTheirAnswersAreAsGitHubDescribesThem) {
  standin::check_conformance("*Standin*");
}

}  // namespace
}  // namespace ghboot::github
