// SPDX-License-Identifier: Apache-2.0
#include "provider/github_configuration.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/environment.h"
#include "provider/github_client.h"

namespace ghboot::provider {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class GithubConfigurationTest : public testing::Test {
 protected:
  std::map<std::string, std::string> variables;
  GithubModel github;
  tfplugin::Diagnostics diagnostics;

  GithubConfiguration make() {
    const Environment environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    return make_github_configuration(github, environment);
  }
  // What a first use says.
  std::string refusal() {
    tfplugin::Diagnostics said;
    const auto client = make_github_client(make(), nats::system_clock(), nats::system_random(), said);
    if (client) return "none";
    return said.list().size() == 1 ? said.list()[0].detail : std::to_string(said.list().size()) + " problems";
  }
};

TEST_F(GithubConfigurationTest, TheBlockWinsOverTheVariable) {
  variables = {{"GITHUB_OWNER", "variable"},
               {"GITHUB_TOKEN", "ghp_variable"},
               {"GITHUB_BASE_URL", "https://variable.example/api/v3"}};
  github = {
      .owner = "block", .token = "ghp_block", .base_url = "https://block.example/api/v3", .app_auth = {}};
  const auto made = make();
  EXPECT_EQ(made.owner, "block");
  EXPECT_EQ(made.token.text.reveal(), "ghp_block");
  EXPECT_EQ(made.token.origin, "github.token");
  EXPECT_EQ(made.base_url, "https://block.example/api/v3");
}

TEST_F(GithubConfigurationTest, VariablesSuffice) {
  variables = {{"GITHUB_ORG", "acme"}, {"GITHUB_TOKEN", "ghp_variable"}};
  EXPECT_EQ(make().owner, "acme");
  EXPECT_EQ(make().token.origin, "the variable GITHUB_TOKEN");
  EXPECT_EQ(refusal(), "none");
}

TEST_F(GithubConfigurationTest, GithubOwnerWinsOverGithubOrg) {
  variables = {{"GITHUB_ORG", "org"}, {"GITHUB_OWNER", "owner"}};
  EXPECT_EQ(make().owner, "owner");
}

TEST_F(GithubConfigurationTest, AnAppComesFromTheBlockAndItsPartsFromVariables) {
  variables = {{"GITHUB_APP_PEM_FILE", "/key.pem"}, {"GITHUB_APP_INSTALLATION_ID", "12345678901"}};
  github.app_auth = AppAuthModel{.id = "77", .pem = {}, .pem_file = {}, .installation_id = {}};
  const auto made = make();
  EXPECT_EQ(made.app_id, "77");
  EXPECT_EQ(made.installation_id, 12345678901);
  EXPECT_EQ(made.pem.file, "/key.pem");
  EXPECT_THAT(made.problem, IsEmpty());
}

TEST_F(GithubConfigurationTest, AWayToSignInOfTheBlockWinsOverTheOtherOfTheEnvironment) {
  variables = {{"GITHUB_APP_ID", "1"}, {"GITHUB_APP_PEM", "pem"}};
  github.token = "ghp_block";
  EXPECT_THAT(make().app_id, IsEmpty());
  EXPECT_EQ(refusal(), "none");
  variables = {{"GITHUB_TOKEN", "ghp_variable"}};
  github = {.owner = {},
            .token = {},
            .base_url = {},
            .app_auth = AppAuthModel{.id = "7", .pem = "pem", .pem_file = {}, .installation_id = 1}};
  EXPECT_FALSE(make().token.given());
}

TEST_F(GithubConfigurationTest, ATokenBesideAnAppIsOneErrorWhenGithubIsNeeded) {
  variables = {{"GITHUB_TOKEN", "ghp_x"}, {"GITHUB_APP_ID", "1"}, {"GITHUB_APP_PEM", "pem"}};
  EXPECT_THAT(refusal(), HasSubstr("GITHUB_TOKEN and GITHUB_APP_ID"));
  variables = {{"GITHUB_TOKEN", "ghp_x"}, {"GITHUB_APP_ID", "1"}};  // An id without a key is no App.
  EXPECT_EQ(refusal(), "none");
}

TEST_F(GithubConfigurationTest, ATokenBesideAnAppInTheBlockIsAnErrorAtTheSecond) {
  github.token = "ghp_x";
  github.app_auth = AppAuthModel{.id = "1", .pem = "pem", .pem_file = "/pem", .installation_id = {}};
  check(github, diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 2U);
  EXPECT_EQ(diagnostics.list()[0].path, tfplugin::Path({"github", "app_auth"}));
  EXPECT_THAT(diagnostics.list()[0].detail, HasSubstr("keep `token` or `app_auth`"));
  EXPECT_EQ(diagnostics.list()[1].path, tfplugin::Path({"github", "app_auth", "pem_file"}));
}

TEST_F(GithubConfigurationTest, WhatIsMissingIsNamedBySettingAndVariable) {
  EXPECT_THAT(refusal(), HasSubstr("github.token in the provider block or the variable GITHUB_TOKEN"));
  github.app_auth = AppAuthModel{};
  EXPECT_THAT(refusal(), HasSubstr("set its id, or the variable GITHUB_APP_ID"));
  github.app_auth->id = "7";
  EXPECT_THAT(refusal(), HasSubstr("GITHUB_APP_PEM_FILE"));
  github.app_auth->pem_file = "/nowhere/key.pem";
  EXPECT_THAT(refusal(), HasSubstr("GITHUB_APP_INSTALLATION_ID"));
  github.app_auth->installation_id = 3;
  EXPECT_THAT(refusal(), HasSubstr("github.app_auth.pem_file names /nowhere/key.pem"));
  github.app_auth->pem_file = Value<std::string>();
  github.app_auth->pem = "no key";
  EXPECT_THAT(refusal(), HasSubstr("Signing in is by github.app_auth.pem"));
}

TEST_F(GithubConfigurationTest, AnInstallationThatIsNoNumberIsNamed) {
  variables = {{"GITHUB_APP_ID", "1"}, {"GITHUB_APP_PEM", "pem"}, {"GITHUB_APP_INSTALLATION_ID", "12x"}};
  EXPECT_THAT(refusal(), HasSubstr("GITHUB_APP_INSTALLATION_ID is no number above 0"));
}

TEST_F(GithubConfigurationTest, AWrongBaseUrlIsNamedAndTheTokenIsNot) {
  github.token = "ghp_very_secret";
  github.base_url = "ftp://x";
  EXPECT_THAT(refusal(), HasSubstr("GITHUB_BASE_URL"));
  EXPECT_THAT(refusal(), Not(HasSubstr("very_secret")));
}

TEST_F(GithubConfigurationTest, WhatIsUnknownIsNamedAndKeepsOthersFromNothing) {
  github.token = Value<std::string>::unknown();
  variables = {{"GITHUB_TOKEN", "ghp_variable"}};
  EXPECT_THAT(make().unknown, ElementsAre("github.token"));
  EXPECT_THAT(refusal(), HasSubstr("github.token depends on something that has not been made yet"));
}

TEST_F(GithubConfigurationTest, TheFingerprintIsTheAskersAndHoldsNoToken) {
  github.token = "ghp_one";
  const std::string one = fingerprint_of(make());
  EXPECT_EQ(one.size(), 24U);
  EXPECT_EQ(one, fingerprint_of(make()));
  github.token = "ghp_two";
  EXPECT_NE(one, fingerprint_of(make()));
  github.token = "ghp_one";
  github.base_url = "https://other.example/api/v3";
  EXPECT_NE(one, fingerprint_of(make()));
}

TEST(GithubConfiguration, AnOwnerThatIsNoNameMakesItUseless) {
  const auto of = [](const std::string& owner) {
    return make_github_configuration({}, [&](const std::string& name) -> std::optional<std::string> {
      if (name == "GITHUB_TOKEN") return "t";
      if (name == "GITHUB_OWNER") return owner;
      return std::nullopt;
    });
  };
  EXPECT_EQ(of("acme-7_x").problem, "");
  for (const char* owner : {"acme/shop", "a b", "é", "-acme"})
    EXPECT_NE(of(owner).problem.find("is no name of a user or an organisation"), std::string::npos) << owner;
}

}  // namespace
}  // namespace ghboot::provider
