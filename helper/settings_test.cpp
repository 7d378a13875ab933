// SPDX-License-Identifier: Apache-2.0
#include "helper/settings.h"

#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>

#include "helper/test_folder.h"

namespace ghboot::helper {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Settings, DocumentationShowsTheTableThatHelpPrints) {
  std::ifstream file(std::string(GHBOOT_DOCS) + "/bootstrap.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(page, HasSubstr("\n\n" + settings_table() + "\n"));
}

TEST(Settings, DefaultsCountWhereNothingIsSet) {
  const auto made = make_settings({}, environment_of({}));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->org, "joeblew999");
  EXPECT_EQ(made->mode, "auto");
  EXPECT_EQ(made->nats_type, "self_hosted");
  EXPECT_EQ(made->terraform_backend, "local");
  EXPECT_EQ(made->terraform_log, "");
  EXPECT_FALSE(made->debug);
}

TEST(Settings, FlagWinsOverEnvironmentAndEnvironmentOverDefault) {
  const auto environment = environment_of({{"GITHUB_ORG", "from-env"}, {"BOOTSTRAP_MODE", "docker"}});
  const auto made =
      make_settings({.org = "", .mode = "dev", .nats_type = "", .terraform_backend = ""}, environment);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->org, "from-env");
  EXPECT_EQ(made->mode, "dev");
}

TEST(Settings, EmptyVariableCountsAsNotSet) {
  const auto made = make_settings({}, environment_of({{"BOOTSTRAP_MODE", ""}, {"GITHUB_ORG", ""}}));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->mode, "auto");
  EXPECT_EQ(made->org, "joeblew999");
}

TEST(Settings, TerraformsOwnLogVariableWins) {
  EXPECT_EQ(make_settings({}, environment_of({{"TERRAFORM_LOG", "debug"}}))->terraform_log, "debug");
  EXPECT_EQ(
      make_settings({}, environment_of({{"TERRAFORM_LOG", "debug"}, {"TF_LOG", "trace"}}))->terraform_log,
      "trace");
}

TEST(Settings, DebugIsOnForAnythingButWordsForOff) {
  for (const char* off : {"", "0", "false", "off", "no"})
    EXPECT_FALSE(nats_debug(environment_of({{"NATS_DEBUG", off}}))) << off;
  for (const char* on : {"1", "true", "yes"})
    EXPECT_TRUE(nats_debug(environment_of({{"NATS_DEBUG", on}}))) << on;
}

TEST(Settings, NatsTypeSaysHowManyServersRunHere) {
  EXPECT_EQ(*wanted_servers("", environment_of({})), std::nullopt);
  EXPECT_EQ(*wanted_servers("self_hosted_single", environment_of({})), 1U);
  EXPECT_EQ(*wanted_servers("", environment_of({{"NATS_DEPLOYMENT_TYPE", "self_hosted_cluster"}})), 3U);
  EXPECT_EQ(wanted_servers("hybrid", environment_of({})).error().code, ExitCode::cannot_run);
  EXPECT_EQ(wanted_servers("moon", environment_of({})).error().code, ExitCode::wrong_use);
}

TEST(Settings, UnknownNamesAreToldAllAtOnce) {
  const auto made = make_settings({.org = "", .mode = "moon", .nats_type = "", .terraform_backend = "disk"},
                                  environment_of({}));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ExitCode::wrong_use);
  EXPECT_THAT(made.error().message,
              HasSubstr("unknown mode \"moon\": it is one of auto, dev, docker, kubernetes"));
  EXPECT_THAT(made.error().message, HasSubstr("unknown state backend \"disk\""));
}

TEST(Settings, KnownNamesThatAreNotBuiltAreListed) {
  const auto made =
      make_settings({.org = "", .mode = "kubernetes", .nats_type = "hybrid", .terraform_backend = "s3"},
                    environment_of({}));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(not_built_yet(*made),
              ElementsAre("mode kubernetes: not built yet", "NATS type hybrid: not built yet",
                          "state backend s3: not built yet"));
}

}  // namespace
}  // namespace ghboot::helper
