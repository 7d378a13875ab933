// SPDX-License-Identifier: Apache-2.0
#include "provider/configuration.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::provider {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConfigurationTest : public testing::Test {
 protected:
  std::map<std::string, std::string> variables;
  ProviderModel model;
  NatsModel nats;
  tfplugin::Diagnostics diagnostics;

  Configuration make() {
    model.nats = nats;
    return make_configuration(
        model,
        [this](const std::string& name) -> std::optional<std::string> {
          const auto found = variables.find(name);
          return found == variables.end() ? std::nullopt : std::optional(found->second);
        },
        diagnostics);
  }
  std::string only_problem() {
    return diagnostics.list().size() == 1 ? diagnostics.list()[0].detail
                                          : std::to_string(diagnostics.list().size()) + " problems";
  }
};

TEST_F(ConfigurationTest, TheBlockWinsOverTheVariable) {
  variables = {{"NATS_URL", "nats://variable:4222"}, {"GHBOOT_STORE_DIR", "/variable"}};
  nats.servers = std::vector<std::string>{"nats://block:4222"};
  model.store = StoreModel{.dir = "/block"};
  const auto made = make();
  EXPECT_THAT(made.servers, ElementsAre("nats://block:4222"));
  EXPECT_EQ(made.store_dir, "/block");
}

TEST_F(ConfigurationTest, ServersOfAVariableAreSplitAtCommas) {
  variables = {{"NATS_URL", "nats://a:1, nats://b:2,"}};
  EXPECT_THAT(make().servers, ElementsAre("nats://a:1", "nats://b:2"));
}

TEST_F(ConfigurationTest, AStoresProgramIsWordsOrAListInJson) {
  EXPECT_THAT(make().store_exec, IsEmpty());
  variables = {{"GHBOOT_STORE_EXEC", " keep  team-a "}};
  EXPECT_THAT(make().store_exec, ElementsAre("keep", "team-a"));
  variables = {{"GHBOOT_STORE_EXEC", R"(["a program", "team a"])"}};
  EXPECT_THAT(make().store_exec, ElementsAre("a program", "team a"));
  EXPECT_THAT(diagnostics.list(), IsEmpty());
  for (const char* wrong : {"[keep]", "[]", "[1]"}) {
    diagnostics = {};
    variables = {{"GHBOOT_STORE_EXEC", wrong}};
    EXPECT_THAT(make().store_exec, IsEmpty()) << wrong;
    EXPECT_THAT(only_problem(), HasSubstr("begins like a list in JSON and is no list of texts")) << wrong;
  }
}

TEST_F(ConfigurationTest, AFolderOrProgramOfTheBlockWinsOverAProgramOfTheEnvironment) {
  variables = {{"GHBOOT_STORE_EXEC", "keep"}};
  model.store = StoreModel{.dir = "/block", .exec = {}};
  EXPECT_THAT(make().store_exec, IsEmpty());
  model.store = StoreModel{.dir = {}, .exec = std::vector<std::string>{"other"}};
  EXPECT_THAT(make().store_exec, ElementsAre("other"));
  model.store = StoreModel{.dir = {}, .exec = Value<std::vector<std::string>>::unknown()};
  EXPECT_THAT(make().unknown, ElementsAre("store.exec"));
}

TEST_F(ConfigurationTest, NatsUrlWinsOverNatsUrls) {
  variables = {{"NATS_URL", "nats://a:1"}, {"NATS_URLS", "nats://b:2"}};
  EXPECT_THAT(make().servers, ElementsAre("nats://a:1"));
}

TEST_F(ConfigurationTest, AnEmptyVariableCountsAsNotSet) {
  variables = {
      {"NATS_URL", ""}, {"NATS_URLS", "nats://b:2"}, {"GHBOOT_STORE_DIR", ""}, {"HOME", "/users/me"}};
  const auto made = make();
  EXPECT_THAT(made.servers, ElementsAre("nats://b:2"));
  EXPECT_EQ(made.store_dir, "/users/me/.local/share/ghboot/store");
}

TEST_F(ConfigurationTest, TheStoreIsInTheUsersDataFolder) {
  variables = {{"XDG_DATA_HOME", "/data"}, {"HOME", "/users/me"}};
  EXPECT_EQ(make().store_dir, "/data/ghboot/store");
}

TEST_F(ConfigurationTest, WhatIsUnknownIsNamed) {
  nats.servers = Value<std::vector<std::string>>::unknown();
  nats.operator_seed_file = Value<std::string>::unknown();
  EXPECT_THAT(make().unknown, ElementsAre("nats.servers", "nats.operator_seed"));
}

TEST_F(ConfigurationTest, AnUnknownBlockIsUnknownAsAWhole) {
  const Environment none = [](const std::string&) { return std::nullopt; };
  model.nats = Value<NatsModel>::unknown();
  EXPECT_THAT(make_configuration(model, none, diagnostics).unknown, ElementsAre("nats"));
}

TEST_F(ConfigurationTest, BothOfAPairInTheBlockAreAnErrorAtTheSecond) {
  nats.operator_seed = "SO";
  nats.operator_seed_file = "/seed";
  model.nats = nats;
  check(model, diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1U);
  EXPECT_EQ(diagnostics.list()[0].path, tfplugin::Path({"nats", "operator_seed_file"}));
  EXPECT_THAT(only_problem(), HasSubstr("Both `operator_seed` and `operator_seed_file` are set"));
}

TEST_F(ConfigurationTest, BothOfAPairInTheEnvironmentAreAnErrorThatNamesThem) {
  variables = {{"GHBOOT_SYSTEM_CREDS", "text"}, {"GHBOOT_SYSTEM_CREDS_FILE", "/creds"}};
  make();
  EXPECT_THAT(only_problem(), HasSubstr("GHBOOT_SYSTEM_CREDS and GHBOOT_SYSTEM_CREDS_FILE are set"));
}

TEST_F(ConfigurationTest, AContextGivesWhatIsNotSetHere) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "ghboot-context-test";
  std::filesystem::create_directories(folder / "nats/context");
  std::ofstream(folder / "nats/context/dev.json") << R"({"url": "nats://context:4222", "creds": "/c.creds"})";
  variables = {{"XDG_CONFIG_HOME", folder}, {"NATS_CONTEXT", "dev"}};
  const auto made = make();
  EXPECT_THAT(made.servers, ElementsAre("nats://context:4222"));
  EXPECT_EQ(made.system_creds.file, "/c.creds");
  EXPECT_THAT(diagnostics.list(), IsEmpty());
  std::filesystem::remove_all(folder);
}

TEST_F(ConfigurationTest, AContextOfTheBlockWinsOverVariablesAndOneOfAVariableDoesNot) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "ghboot-context-wins-test";
  std::filesystem::create_directories(folder / "nats/context");
  std::ofstream(folder / "nats/context/prod.json")
      << R"({"url": "nats://prod:4222", "creds": "/prod.creds"})";
  variables = {{"XDG_CONFIG_HOME", folder},
               {"NATS_URL", "nats://dev:4222"},
               {"GHBOOT_SYSTEM_CREDS_FILE", "/dev.creds"},
               {"NATS_CONTEXT", "prod"}};
  auto made = make();
  EXPECT_THAT(made.servers, ElementsAre("nats://dev:4222"));
  EXPECT_EQ(made.system_creds.file, "/dev.creds");
  nats.context = "prod";
  made = make();
  EXPECT_THAT(made.servers, ElementsAre("nats://prod:4222"));
  EXPECT_EQ(made.system_creds.file, "/prod.creds");
  std::filesystem::remove_all(folder);
}

TEST_F(ConfigurationTest, CredsOfTheBlockWinOverSystemCredsOfTheEnvironment) {
  variables = {{"GHBOOT_SYSTEM_CREDS_FILE", "/dev.creds"}};
  nats.creds_file = "/prod.creds";
  EXPECT_EQ(make().system_creds.file, "/prod.creds");
}

TEST_F(ConfigurationTest, CredsOfAUserAreThoseOfTheBlockElseOfTheEnvironment) {
  variables = {{"GHBOOT_SYSTEM_CREDS_FILE", "/system.creds"}, {"NATS_CREDS_FILE", "/user.creds"}};
  EXPECT_EQ(make().creds.file, "/user.creds");
  EXPECT_EQ(make().system_creds.file, "/system.creds");
  variables["NATS_CREDS"] = "/first.creds";
  EXPECT_EQ(make().creds.file, "/first.creds");
  nats.system_creds_file = "/block.system.creds";
  nats.creds_file = "/block.creds";
  EXPECT_EQ(make().creds.file, "/block.creds");
  EXPECT_EQ(make().system_creds.file, "/block.system.creds");
}

TEST_F(ConfigurationTest, UnknownCredsAreNoneOfTheSystemAccountsWhereThatHasItsOwn) {
  nats.creds = Value<std::string>::unknown();
  EXPECT_THAT(make().unknown, ElementsAre("nats.creds"));
  nats.system_creds_file = "/system.creds";
  EXPECT_THAT(make().unknown, IsEmpty());
  EXPECT_TRUE(make().are_creds_unknown);
}

TEST_F(ConfigurationTest, AContextThatIsNotThereIsNamedWithItsFile) {
  variables = {{"XDG_CONFIG_HOME", "/nowhere"}, {"NATS_CONTEXT", "dev"}};
  make();
  EXPECT_THAT(only_problem(), HasSubstr("\"dev\" is not there: /nowhere/nats/context/dev.json"));
}

TEST_F(ConfigurationTest, ASecretThatCannotBeReadIsNamedByKindAndPath) {
  const SecretSource source{.file = "/nowhere/op.nk", .text = {}, .origin = "nats.operator_seed_file"};
  const auto secret = read_secret(source, "seed of the operator");
  ASSERT_FALSE(secret);
  EXPECT_THAT(secret.error().message,
              HasSubstr("nats.operator_seed_file names /nowhere/op.nk as the file of seed of the operator"));
}

}  // namespace
}  // namespace ghboot::provider
