// SPDX-License-Identifier: Apache-2.0
// The templates that ghboot ships make the files of an organisation's repository .github.
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "render/templates.h"

namespace ghboot::render {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;
using testing::Not;

const std::filesystem::path templates = GHBOOT_TEMPLATES;
const std::string workflow = ".github/workflows/regenerate-github-files.yml";

std::map<std::string, std::string> shipped(const Variables& others = {}) {
  Variables variables = others;
  variables.emplace("github_org", "acme");
  std::ifstream defaults(templates / "github.json");
  const auto json = nlohmann::json::parse(defaults);
  for (const auto& [name, value] : json.items()) variables.emplace(name, value.get<std::string>());
  const auto files = render_folder(templates / "github", variables);
  std::map<std::string, std::string> out;
  if (!files) ADD_FAILURE() << files.error().message;
  if (files)
    for (const RenderedFile& file : *files) out.emplace(file.path, file.bytes);
  return out;
}

TEST(Shipped, TheFilesLieWhereGitHubReadsThem) {
  const auto files = shipped();
  EXPECT_THAT(files, ElementsAre(Key(".github/dependabot.yml"), Key(workflow), Key("CODEOWNERS"),
                                 Key("PULL_REQUEST_TEMPLATE.md")));
  for (const auto& [path, text] : files) {
    EXPECT_THAT(text, AllOf(HasSubstr("Made by ghboot: edit its template instead"), Not(HasSubstr("<%"))));
    EXPECT_TRUE(text.ends_with('\n')) << path;
  }
}

// What the controller dispatches, finds the run by, and counts on (design: events.md).
TEST(Shipped, TheWorkflowTakesTheTokenAndTheNonceAndIsNeverCutOff) {
  const std::string text = shipped().at(workflow);
  for (const char* part :
       {"\n  workflow_dispatch:\n    inputs:\n      ghboot_token:\n", "\n      ghboot_nonce:\n",
        "\n      reason:\n", "\nrun-name: Regenerate GitHub files ${{ inputs.ghboot_nonce }}\n",
        "\npermissions:\n  contents: write\n",
        "\nconcurrency:\n  group: regenerate-github-files\n  cancel-in-progress: false\n",
        "run: ghboot render ", "git push origin "})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("--force")), Not(HasSubstr("ghboot lock"))));
}

TEST(Shipped, OwnersAndWhereGhbootComesFromAreShownWhereTheyAreGiven) {
  EXPECT_THAT(shipped().at("CODEOWNERS"), Not(HasSubstr("\n*")));
  EXPECT_THAT(shipped().at(workflow), Not(HasSubstr("curl")));
  const auto files = shipped({{"code_owners", "@acme/ops"},
                              {"ghboot_url", "https://acme.example/ghboot"},
                              {"ghboot_sha256", "0a1b"}});
  EXPECT_THAT(files.at("CODEOWNERS"), HasSubstr("\n* @acme/ops\n"));
  EXPECT_THAT(files.at(workflow), AllOf(HasSubstr("URL: https://acme.example/ghboot\n"),
                                        HasSubstr("SHA256: \"0a1b\"\n"), HasSubstr("sha256sum --check")));
}

}  // namespace
}  // namespace ghboot::render
