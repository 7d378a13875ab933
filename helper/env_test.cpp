// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "helper/test_folder.h"
#include "helper/verbs.h"

namespace ghboot::helper {
namespace {

TEST(Env, HasTheNamesThatTheProviderReads) {
  EXPECT_EQ(provider_environment(DataFolder("/d"), {}),
            (std::map<std::string, std::string>{{"GHBOOT_OPERATOR_SEED_FILE", "/d/operator/signing.nk"},
                                                {"GHBOOT_STORE_DIR", "/d/store"},
                                                {"GHBOOT_SYSTEM_CREDS_FILE", "/d/operator/system.creds"},
                                                {"NATS_URL", "nats://127.0.0.1:4222"},
                                                {"TF_CLI_CONFIG_FILE", "/d/terraform/cli.tfrc"}}));
}

TEST(Env, TakesAwayWhatTheProviderWouldRefuseBesideIt) {
  EXPECT_THAT(
      contradicting(environment_of({{"GHBOOT_OPERATOR_SEED", "x"}, {"NATS_CONTEXT", ""}, {"HOME", "/"}})),
      ::testing::ElementsAre("GHBOOT_OPERATOR_SEED"));
}

TEST(Env, QuotesForAShell) {
  EXPECT_EQ(shell_quoted("a b"), "'a b'");
  EXPECT_EQ(shell_quoted("it's"), R"('it'\''s')");
  EXPECT_EQ(shell_quoted("$(x)"), "'$(x)'");
}

}  // namespace
}  // namespace ghboot::helper
