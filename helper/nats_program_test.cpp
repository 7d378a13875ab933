// SPDX-License-Identifier: Apache-2.0
#include "helper/nats_program.h"

#include <fstream>

#include <gmock/gmock.h>

#include "helper/test_folder.h"

namespace ghboot::helper {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class NatsProgramTest : public TestFolder {
 protected:
  // A program that says what a server says of its version.
  static void put(const fs::path& file, std::string_view words) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "#!/bin/sh\necho '" << words << "'\n";
    fs::permissions(file, fs::perms::owner_all);
  }
};

TEST(NatsVersion, IsWhatTheServerPrints) {
  EXPECT_EQ(version_in("nats-server: v2.9.10\n"), "2.9.10");
  EXPECT_EQ(version_in("another program 1.0"), "");
  EXPECT_EQ(version_in(""), "");
}

TEST(NatsVersion, SyncIntervalCameWith210) {
  EXPECT_FALSE(knows_sync_interval("2.9.25"));
  EXPECT_TRUE(knows_sync_interval("2.10.0"));
  EXPECT_TRUE(knows_sync_interval("3.0.0"));
  EXPECT_FALSE(knows_sync_interval("unknown"));
}

TEST_F(NatsProgramTest, IsThePathsBeforeThePartsOnes) {
  put(temporary_ / "bin/nats-server", "nats-server: v2.10.7");
  put(temporary_ / "parts/bin/nats-server", "nats-server: v2.9.1");
  const auto found = find_nats_program(environment_of(
      {{"PATH", (temporary_ / "bin").string()}, {"GHBOOT_PARTS", (temporary_ / "parts").string()}}));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->version, "2.10.7");
  EXPECT_TRUE(found->knows_sync_interval);
}

TEST_F(NatsProgramTest, IsFoundWhereBootstrapPutsIt) {
  put(temporary_ / "parts/bin/nats-server", "nats-server: v2.9.1");
  put(temporary_ / "cache/ghboot/parts/bin/nats-server", "nats-server: v2.9.2");
  put(temporary_ / "home/.cache/ghboot/parts/bin/nats-server", "nats-server: v2.9.3");
  const std::string cache = (temporary_ / "cache").string(), home = (temporary_ / "home").string();
  const auto version = [](const std::map<std::string, std::string>& variables) {
    return find_nats_program(environment_of(variables)).value().version;
  };
  EXPECT_EQ(version({{"GHBOOT_PARTS", (temporary_ / "parts").string()}, {"HOME", home}}), "2.9.1");
  EXPECT_EQ(version({{"XDG_CACHE_HOME", cache}, {"HOME", home}}), "2.9.2");
  EXPECT_EQ(version({{"HOME", home}}), "2.9.3");
}

TEST_F(NatsProgramTest, AnotherProgramOfThatNameIsNone) {
  put(temporary_ / "bin/nats-server", "hello");
  const auto found = find_nats_program(environment_of({{"PATH", (temporary_ / "bin").string()}}));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ExitCode::cannot_run);
  EXPECT_THAT(found.error().message, HasSubstr((temporary_ / "bin/nats-server").string()));
}

}  // namespace
}  // namespace ghboot::helper
