// SPDX-License-Identifier: Apache-2.0
#include "helper/operator_files.h"

#include <gmock/gmock.h>

#include "helper/test_folder.h"
#include "nats/creds.h"
#include "nats/nkey.h"

namespace ghboot::helper {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class OperatorFilesTest : public TestFolder {
 protected:
  void SetUp() override { ASSERT_TRUE(folder_.make()); }
  std::string config(bool sync_always) {
    const auto made = files();
    EXPECT_TRUE(made);
    EXPECT_TRUE(write_server_configs(folder_, settings_, *made, {.sync_always = sync_always}));
    return read_whole(folder_.server_config("ghboot-dev")).value();
  }
  Result<OperatorFiles> files() const {
    return operator_files(folder_.operator_folder(), {.name = settings_.operator_name});
  }
  const DevSettings settings_;
};

TEST_F(OperatorFilesTest, AreMadeOnceAndKept) {
  const auto first = files();
  ASSERT_TRUE(first) << first.error().message;
  const std::string seed = read_whole(folder_.operator_seed_file()).value();
  const auto second = files();
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(first->operator_jwt, second->operator_jwt);
  EXPECT_EQ(first->system_account, second->system_account);
  EXPECT_EQ(read_whole(folder_.operator_seed_file()).value(), seed);
}

TEST_F(OperatorFilesTest, HoldAnOperatorsSeedAndAUsersCreds) {
  ASSERT_TRUE(files());
  const auto seed = nats::KeyPair::from_seed(read_whole(folder_.operator_seed_file()).value());
  ASSERT_TRUE(seed) << seed.error().message;
  EXPECT_EQ(seed->kind(), nats::KeyKind::operator_key);
  EXPECT_TRUE(nats::Creds::parse(read_whole(folder_.system_creds_file()).value()));
}

TEST_F(OperatorFilesTest, HalfOfAKilledRunIsThrownAway) {
  const fs::path half = folder_.operator_folder().string() + ".new";
  fs::create_directory(half);
  ASSERT_TRUE(write_whole(half / "signing.nk", "half"));
  ASSERT_TRUE(files());
  EXPECT_NE(read_whole(folder_.operator_seed_file()).value(), "half");
  EXPECT_FALSE(fs::exists(half));
}

TEST_F(OperatorFilesTest, AreTheOwnersAlone) {
  config(true);
  for (const auto& entry : fs::recursive_directory_iterator(folder_.root()))
    if (!entry.is_directory()) {
      EXPECT_TRUE(is_the_owners_alone(entry.path())) << entry.path();
    }
}

TEST_F(OperatorFilesTest, ConfigurationHoldsNoSecret) {
  const std::string text = config(true);
  for (const auto& entry : fs::directory_iterator(folder_.operator_folder()))
    if (entry.path().extension() == ".nk" || entry.path().extension() == ".creds") {
      EXPECT_THAT(text, Not(HasSubstr(read_whole(entry.path()).value()))) << entry.path();
    }
}

TEST_F(OperatorFilesTest, ConfigurationIsWhatTheDevSystemPromises) {
  const std::string text = config(true);
  for (const char* line : {"listen: \"127.0.0.1:4222\"", "http: \"127.0.0.1:8222\"", "type: full",
                           "allow_delete: true", "max_payload: 33554432", "sync_interval: always"})
    EXPECT_THAT(text, HasSubstr(line));
  EXPECT_THAT(config(false), Not(HasSubstr("sync_interval")));
}

TEST_F(OperatorFilesTest, ConfigurationsOfAClusterJoinOneAnotherWithAPassword) {
  const DevSettings settings{.operator_name = "o", .servers = {{"a", 1, 2, 3}, {"b", 4, 5, 6}}};
  const auto made = files();
  ASSERT_TRUE(made);
  ASSERT_TRUE(write_server_configs(folder_, settings, *made, {}));
  const std::string first = read_whole(folder_.server_config("a")).value(),
                    second = read_whole(folder_.server_config("b")).value();
  EXPECT_THAT(first, HasSubstr("listen: \"127.0.0.1:3\"\n  authorization { user: ghboot, password: \""));
  const std::string routes = first.substr(first.find("  routes: ["));
  EXPECT_THAT(routes, HasSubstr("@127.0.0.1:6\""));
  EXPECT_THAT(second, HasSubstr(routes)) << "one password for all";
  EXPECT_TRUE(is_the_owners_alone(folder_.server_config("a")));
  EXPECT_THAT(config(true), Not(HasSubstr("cluster"))) << "a server that is alone";
}

}  // namespace
}  // namespace ghboot::helper
