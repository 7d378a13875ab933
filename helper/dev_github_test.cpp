// SPDX-License-Identifier: Apache-2.0
#include "helper/dev_github.h"

#include <gmock/gmock.h>

#include "helper/run_state.h"
#include "helper/test_folder.h"

namespace ghboot::helper {
namespace {

using testing::HasSubstr;

class DevGithubTest : public TestFolder {
 protected:
  void SetUp() override {
    ASSERT_TRUE(folder_.make());
    ASSERT_TRUE(make_github_files(folder_));
  }
  void set_up_here() {
    DevSettings settings;
    settings.github = DevGithub{4333, 4334};
    ASSERT_TRUE(write_whole(folder_.settings_file(), settings.json()));
  }
  std::string token() { return *read_whole(folder_.github_token_file()); }
};

TEST_F(DevGithubTest, TokenAndSecretAreMadeOnceForTheirOwnerAlone) {
  const std::string before = token();
  ASSERT_TRUE(make_github_files(folder_));
  EXPECT_EQ(token(), before);
  EXPECT_EQ(before.size(), 40U);
  EXPECT_NE(before, *read_whole(folder_.webhook_secret_file()));
  EXPECT_TRUE(is_the_owners_alone(folder_.github_token_file()));
  EXPECT_TRUE(is_the_owners_alone(folder_.webhook_secret_file()));
}

TEST_F(DevGithubTest, IsTheStandinUntilAnotherTokenIsSet) {
  EXPECT_TRUE(uses_standin(folder_, environment_of({})));
  EXPECT_TRUE(uses_standin(folder_, environment_of({{"GITHUB_TOKEN", token()}})));
  EXPECT_FALSE(uses_standin(folder_, environment_of({{"GITHUB_TOKEN", "mine"}})));
}

TEST_F(DevGithubTest, AClientGetsTheStandinsAddressOrWhatTheUserHasSet) {
  const DevGithub github{.port = 4333, .tls_port = 4334};
  const auto own = github_environment(folder_, github, environment_of({{"HTTPS_PROXY", "http://p"}}));
  ASSERT_TRUE(own);
  EXPECT_EQ(*own, (std::map<std::string, std::string>{{"GITHUB_BASE_URL", "http://127.0.0.1:4333"},
                                                      {"GITHUB_TOKEN", token()}}));
  const std::map<std::string, std::string> set{{"GITHUB_TOKEN", "mine"}, {"HTTPS_PROXY", "http://p"}};
  const auto real = github_environment(folder_, github, environment_of(set));
  ASSERT_TRUE(real);
  EXPECT_EQ(*real, set);
}

TEST_F(DevGithubTest, NothingOfASecretIsInTheCommandLine) {
  const ServerCommand command = github_command(folder_, {}, environment_of({}));
  for (const std::string& word : command.argv) EXPECT_FALSE(word.contains(token())) << word;
}

TEST_F(DevGithubTest, AccessOfTheRealOneNamesTheFlagThatIsMissing) {
  const auto environment =
      environment_of({{"GITHUB_TOKEN", "mine"}, {"GITHUB_BASE_URL", "https://ghe/api/v3"}});
  const auto nobodys = github_access(folder_, "", environment);
  ASSERT_FALSE(nobodys);
  EXPECT_EQ(nobodys.error().code, ExitCode::wrong_use);
  EXPECT_THAT(nobodys.error().message, HasSubstr("--org"));
  const auto access = github_access(folder_, "acme", environment);
  ASSERT_TRUE(access);
  EXPECT_EQ(access->base_url, "https://ghe/api/v3");
}

TEST_F(DevGithubTest, AccessOfTheStandinTakesOneThatRunsAndWasApplied) {
  const auto none = github_access(folder_, "acme", environment_of({}));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ExitCode::wrong_use);
  set_up_here();
  EXPECT_THAT(github_access(folder_, "", environment_of({})).error().message,
              HasSubstr("run ghboot bootstrap"));
  EXPECT_THAT(github_access(folder_, "acme", environment_of({})).error().message,
              HasSubstr("ghboot up starts it"));
  ASSERT_TRUE(write_state(
      folder_, {.supervisor = {.id = ::getpid(), .started = start_ticks(::getpid())}, .servers = {}}));
  const auto access = github_access(folder_, "acme", environment_of({}));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->base_url, "http://127.0.0.1:4333");
}

}  // namespace
}  // namespace ghboot::helper
