// SPDX-License-Identifier: Apache-2.0
// Debian's real gh against the stand-in, as against a GitHub Enterprise Server: over TLS and under /api/v3.
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>

#include "nats/base64.h"
#include "nats/program.h"
#include "standin/service.h"
#include "standin/standin.h"
#include "standin/state.h"
#include "standin/test_exchanges.h"

namespace ghboot::standin {
namespace {

using ::testing::HasSubstr;

namespace fs = std::filesystem;

constexpr std::string_view workflow =
    "name: Regenerate\non:\n  workflow_dispatch:\n    inputs:\n      reason:\n        type: string\n"
    "jobs:\n  one:\n    runs-on: ubuntu-latest\n";

std::string search_path() {
  const char* path = std::getenv("PATH");
  return path == nullptr ? "" : path;
}

class GhTest : public ::testing::Test {
 protected:
  void SetUp() override {
    program_ = nats::find_program("gh", search_path());
    if (!program_) GTEST_SKIP() << "gh is not on the PATH: test.sh installs Debian's";
    std::string name = (fs::temp_directory_path() / "ghboot-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto opened = Service::open(
        {.admin_token = "ghp_admin", .search_path = search_path(), .exchanges = test_exchanges()});
    ASSERT_TRUE(opened) << opened.error();
    service_ = *std::move(opened);
    ask("POST", "/_standin/owners", {{"login", "acme"}});
    ask("POST", "/_standin/repositories", {{"full_name", "acme/.github"}});
    ask("PUT", "/repos/acme/.github/contents/.github/workflows/regenerate-github-files.yml",
        {{"message", "a workflow"}, {"content", nats::encode_base64(workflow)}});
  }
  ~GhTest() override { fs::remove_all(folder_); }

  Response ask(const std::string& method, const std::string& target, const Json& body) {
    const Response response = service_->standin().answer(
        make_request({.method = method,
                      .target = target,
                      .origin = service_->address(),
                      .headers = {{"User-Agent", "test"}, {"Authorization", "Bearer ghp_admin"}},
                      .body = body.dump()}));
    EXPECT_LT(response.status, 300U) << target << ": " << response.body;
    return response;
  }
  std::string host() const { return service_->tls_address().substr(8); }
  nats::ProgramOutcome gh(std::vector<std::string> arguments, std::string_view input = "") {
    arguments.insert(arguments.begin(), program_->string());
    nats::Clock& clock = nats::system_clock();
    auto outcome = nats::run_program(
        {.argv = std::move(arguments),
         .environment = {"PATH=" + search_path(), "HOME=" + folder_, "GH_CONFIG_DIR=" + folder_ + "/gh",
                         "GH_HOST=" + host(), "GH_REPO=" + host() + "/acme/.github",
                         "GH_ENTERPRISE_TOKEN=" + token_, "SSL_CERT_FILE=" + service_->certificate(),
                         "GH_NO_UPDATE_NOTIFIER=1", "GH_PROMPT_DISABLED=1", "NO_COLOR=1",
                         "no_proxy=127.0.0.1"},
         .folder = folder_,
         .input = input},
        {.wait = {clock.now() + std::chrono::seconds(30)}}, clock);
    return outcome ? *std::move(outcome) : nats::ProgramOutcome{.err = outcome.error().message};
  }
  std::string must(std::vector<std::string> arguments, std::string_view input = "") {
    const auto outcome = gh(std::move(arguments), input);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out << outcome.err;
    return outcome.out;
  }

  std::optional<fs::path> program_;
  std::string folder_, token_ = "ghp_admin";
  std::unique_ptr<Service> service_;
};

TEST_F(GhTest, ApiMakesListsAndRemovesAHook) {
  constexpr std::string_view hook =
      R"({"name":"web","events":["push"],"config":{"url":"https://r.example","content_type":"json"}})";
  const Json made = Json::parse(must({"api", "repos/acme/.github/hooks", "--input", "-"}, hook));
  const std::string id = std::to_string(made["id"].get<Id>());
  EXPECT_EQ(must({"api", "repos/acme/.github/hooks", "--jq", ".[].config.url"}), "https://r.example\n");
  must({"api", "-X", "DELETE", "repos/acme/.github/hooks/" + id});
  EXPECT_TRUE(service_->standin().state().hooks.empty());
}

TEST_F(GhTest, ApiFollowsThePages) {
  for (int i = 0; i < 35; ++i)
    ask("POST", "/_standin/repositories", {{"full_name", "acme/r" + std::to_string(i)}});
  const std::string names = must({"api", "--paginate", "orgs/acme/repos", "--jq", ".[].name"});
  EXPECT_EQ(std::ranges::count(names, '\n'), 36);
}

TEST_F(GhTest, WorkflowRunStartsOneAndRunListShowsIt) {
  must({"workflow", "run", "regenerate-github-files.yml"});
  must({"workflow", "run", "regenerate-github-files.yml", "--ref", "main", "-f", "reason=why"});
  const State state = service_->standin().state();
  ASSERT_EQ(state.runs.size(), 2U);
  EXPECT_EQ(state.runs.rbegin()->second.inputs.at("reason"), "why");
  EXPECT_EQ(state.runs.rbegin()->second.actor, "ghboot");
  const std::string listed = must({"run", "list"});
  EXPECT_EQ(std::ranges::count(listed, '\n'), 2) << listed;
  EXPECT_THAT(listed, HasSubstr("workflow_dispatch"));
}

TEST_F(GhTest, ARepositoryIsShown) {
  const Json seen =
      Json::parse(must({"repo", "view", host() + "/acme/.github", "--json", "name,defaultBranchRef"}));
  EXPECT_EQ(seen["name"].get<std::string>(), ".github");
  EXPECT_EQ(seen["defaultBranchRef"]["name"].get<std::string>(), "main");
}

TEST_F(GhTest, WhatIsRefusedIsToldInGitHubsWords) {
  const auto absent = gh({"api", "repos/acme/absent/hooks"});
  EXPECT_EQ(absent.exit_code, 1);
  EXPECT_THAT(absent.err, HasSubstr("Not Found (HTTP 404)"));
  token_ = "ghp_wrong";
  EXPECT_THAT(gh({"api", "repos/acme/.github/hooks"}).err, HasSubstr("Bad credentials (HTTP 401)"));
}

}  // namespace
}  // namespace ghboot::standin
