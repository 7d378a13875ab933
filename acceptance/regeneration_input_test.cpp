// SPDX-License-Identifier: Apache-2.0
// What a person may give to ghboot_regeneration by mistake, and what else may be wrong where it works: each
// is told in words by which it can be mended, and nothing is committed.
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/bus_place.h"
#include "acceptance/done.h"
#include "acceptance/github_place.h"
#include "acceptance/mistakes.h"
#include "acceptance/nats_manager.h"
#include "acceptance/repository_place.h"
#include "acceptance/workplace.h"
#include "nats/environment.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class RegenerationInput : public testing::Test {
 protected:
  RegenerationInput() {
    lead_to_github(t, *repository.github);
    t.set("NATS_URL", bus.server.url());
    t.set("NATS_CREDS", bus.creds_file().string());
    file("CODEOWNERS", "* @<% github_org %>/all\n");
    rendering();
  }
  std::filesystem::path place(const std::string& name) const {
    const auto at = t.path("templates") / name;
    std::filesystem::create_directories(at.parent_path());
    return at;
  }
  void file(const std::string& name, const std::string& text) const { write_file(place(name), text); }
  void link(const std::string& name, const std::string& target) const {
    std::filesystem::create_symlink(target, place(name));
  }
  void rendering(std::string_view more = "") const {
    t.write("main.tf", fmt::format(R"(resource "ghboot_regeneration" "r" {{
  organization = "acme"
  render = {{
    source    = "${{path.module}}/templates"
    variables = {{ github_org = "acme" }}
  }}
  {}
}}
)",
                                   more));
  }
  // What the plan says, which nobody can apply.
  std::string refused() const {
    const Outcome planned = t.plan();
    EXPECT_EQ(planned.exit_code, 1) << planned.text();
    expect_nothing_done();
    return plain(planned);
  }
  // What the apply says: the plan could not know.
  std::string failed() const {
    const Outcome applied = t.apply();
    EXPECT_EQ(applied.exit_code, 1) << applied.text();
    expect_nothing_done();
    return plain(applied);
  }
  void expect_nothing_done() const {
    EXPECT_EQ(repository.commits(), commits_) << "nothing is committed";
    EXPECT_TRUE(t.attributes("ghboot_regeneration.r").is_null());
  }
  void put(const std::string& path, const std::string& text) {
    repository.put(path, text);
    commits_ = repository.commits();
  }

  RepositoryPlace repository{".github"};
  BusPlace bus{repository.host()};
  Terraform t;
  std::size_t commits_ = 1;
};

TEST_F(RegenerationInput, ATemplateThatDoesNotParseIsToldWithFileLineAndColumn) {
  file("a.txt", "first\nsee <% #if %>\n");
  file("b/c.txt", "<%# open %>\n");
  file("d.txt", "x <% nobody %>\n");
  EXPECT_THAT(refused(), AllOf(HasSubstr("Templates that can't be rendered"), HasSubstr("a.txt:2:5: "),
                               HasSubstr("b/c.txt:1:1: "), HasSubstr("d.txt:1:3: "), HasSubstr("nobody")));
}

TEST_F(RegenerationInput, AVariableThatNoTemplateCanNameIsTold) {
  t.write("main.tf", R"(resource "ghboot_regeneration" "r" {
  organization = "acme"
  render = {
    source    = "templates"
    variables = { github_org = "acme", "größe" = "x", "" = "y" }
  }
}
)");
  EXPECT_THAT(refused(), AllOf(HasSubstr("variable größe: is no name: letters, digits, _ and -"),
                               HasSubstr("variable : is no name")));
}

TEST_F(RegenerationInput, PathsThatNoRepositoryTakesAreTold) {
  file(".git/hooks/pre-commit", "");
  file("a/.GIT/config", "");
  link("out", "../../etc");
  link("b/root", "/etc/passwd");
  EXPECT_THAT(refused(), AllOf(HasSubstr(".git: is git's own folder"), HasSubstr("a/.GIT: is git's own"),
                               HasSubstr("out: is a symbolic link to ../../etc, out of the folder"),
                               HasSubstr("b/root: is a symbolic link to /etc/passwd")));
}

TEST_F(RegenerationInput, TwoTemplatesOfOneFileAndNamesThatDifferByCaseAreTold) {
  file("CODEOWNERS.mustache", "");
  file("docs/a", "");
  file("Docs/b", "");
  EXPECT_THAT(refused(), AllOf(HasSubstr("CODEOWNERS.mustache: makes CODEOWNERS, as "),
                               HasSubstr("CODEOWNERS does: remove one of the two")));
  std::filesystem::remove(place("CODEOWNERS.mustache"));
  EXPECT_THAT(refused(), HasSubstr("Docs and docs differ by upper and lower case only: rename one"));
}

TEST_F(RegenerationInput, NamesThatDifferByCaseFromWhatTheRepositoryHasAreTold) {
  put("codeowners", "* @by-hand\n");
  EXPECT_THAT(failed(),
              HasSubstr("codeowners and CODEOWNERS differ by upper and lower case only: rename one"));
}

TEST_F(RegenerationInput, AFileThatGitHubDoesNotTakeIsRefusedFast) {
  file("large", "");
  std::filesystem::resize_file(place("large"), std::uintmax_t{101} << 20U);  // Sparse.
  const auto begun = nats::system_clock().now();
  EXPECT_THAT(refused(), HasSubstr("large: is larger than the 40 MiB that are sent to GitHub at once"));
  EXPECT_LT(nats::system_clock().now() - begun, seconds(20)) << "it is not read";
}

TEST_F(RegenerationInput, FoldersWithoutTemplatesAndThatAreNotThereAreTold) {
  std::filesystem::remove(place("CODEOWNERS"));
  EXPECT_THAT(refused(), AllOf(HasSubstr("templates"), HasSubstr("no file")));
  std::filesystem::remove_all(t.path("templates"));
  EXPECT_THAT(refused(), AllOf(HasSubstr("templates"), HasSubstr("no such folder")));
}

TEST_F(RegenerationInput, AnEmptyRepositoryIsToldWithWhatToDo) {
  rendering("repository = \"shop\"");
  EXPECT_THAT(failed(), AllOf(HasSubstr("Files not regenerated"),
                              HasSubstr("acme/shop is empty: make its first commit, a README for example")));
}

TEST_F(RegenerationInput, ABranchThatIsNotThereIsTold) {
  rendering("branch = \"no-such\"");
  EXPECT_THAT(failed(), AllOf(HasSubstr("acme/.github, branch no-such"), HasSubstr("no branch no-such")));
}

TEST_F(RegenerationInput, ARepositoryThatIsNotThereIsTold) {
  rendering("repository = \"no-such\"");
  EXPECT_THAT(failed(),
              AllOf(HasSubstr("/repos/acme/no-such"), HasSubstr("404 also where the token must not see")));
}

TEST_F(RegenerationInput, AManifestEditedByHandStopsWhatWouldTakeItsWord) {
  ASSERT_TRUE(done(t.apply()));
  const auto edited = [&](const std::string& text) {
    put(".github/ghboot-manifest.json", text);
    file("CODEOWNERS", "* @acme/next\n");
    const Outcome applied = t.apply();
    EXPECT_EQ(applied.exit_code, 1) << applied.text();
    EXPECT_EQ(repository.commits(), commits_);
    return plain(applied);
  };
  EXPECT_THAT(
      edited("{\"version\": 1, \"files\": [\"CODEOWNERS\""),
      AllOf(HasSubstr(".github/ghboot-manifest.json is not as ghboot writes it: it is no JSON"),
            HasSubstr("Was it edited or merged by hand?"), HasSubstr("take it from an earlier commit")));
  EXPECT_THAT(edited(R"({"version": 1, "files": ["../CODEOWNERS"]})"),
              AllOf(HasSubstr("../CODEOWNERS in it"), HasSubstr("Nothing is changed")));
  EXPECT_THAT(edited(R"({"version": 999, "files": []})"),
              AllOf(HasSubstr("is of version 999"), HasSubstr("use the ghboot that wrote it")));
}

TEST_F(RegenerationInput, AForeignMessageInTheLogIsNamedWithHowToRemoveIt) {
  const auto connection = nats::Connection::open(bus.options, nats::system_clock(), within()).value();
  ASSERT_TRUE(connection->request(bus.names.regeneration().started, "no JSON", within()));
  EXPECT_THAT(failed(), AllOf(HasSubstr("Message 1 of " + bus.names.regeneration().stream),
                              HasSubstr("Remove it if it is nobody's: nats stream rmm")));
}

// Nor is it known then: servers that elect a leader do not answer either.
TEST_F(RegenerationInput, ALogThatTakesNoRunsIsToldOnceTheLockCanNotBeTrusted) {
  const std::string stream = bus.names.regeneration().stream;
  json config = json::parse(bus.ask("STREAM.INFO." + stream))["config"];
  config["subjects"] = json{bus.names.regeneration().completed};
  ASSERT_FALSE(json::parse(bus.ask("STREAM.UPDATE." + stream, config.dump())).contains("error"));
  EXPECT_THAT(failed(),
              AllOf(HasSubstr("Whether " + bus.names.regeneration().started + " was stored is not known"),
                    HasSubstr("nobody answers for it")));
}

TEST_F(RegenerationInput, WrongTypesEmptyTextsAndUnicodeAreToldByValidate) {
  constexpr std::string_view kind = "ghboot_regeneration";
  const std::vector<std::pair<std::string, std::string_view>> mistakes{
      {R"(render = { source = "" })", "source"},
      {R"(render = { source = ["a"] })", "string required"},
      {R"(render = { source = "t", prune = "perhaps" })", "bool"},
      {R"(render = { source = "t", variables = "x" })", "map of string required"},
      {R"(render = { source = "t", commit = { message = "" } })", "one line of 1 to 1000 characters"},
      {"render = { source = \"t\", commit = { message = \"a\\u0085b\\n\" } }", "one line of 1 to 1000"},
      {R"(render = { source = "t", pull_request = { branch = "" } })", "branch"},
      {R"(render = { source = "t", pull_request = { title = "" } })", "title"},
      {R"(workflow = { file = "" })", "the name of a file like `regenerate.yml`"},
      {R"(workflow = { file = "größe.yml" })", "the name of a file like `regenerate.yml`"},
      {R"(workflow = { inputs = { "" = "x" } })", "Input without a name: Name it"},
      {R"(workflow = { ref = "" })", "one line of 1 to 1000 characters"},
      {"render = { source = \"t\" }\n  workflow = {}", "render"},
      {"", "render"},
      {"render = { source = \"t\" }\n  reason = \"\"", "one line of 1 to 1000 characters"},
      {"render = { source = \"t\" }\n  branch = \"\"", "branch"},
      {"render = { source = \"t\" }\n  branch = \"a..b\"", "git takes no branch \"a..b\""},
      {"render = { source = \"t\" }\n  branch = \"a/.lock/b\"", "git takes no branch"},
      {"render = { source = \"t\" }\n  branch = \"-a\"", "git takes no branch"},
      {R"(render = { source = "t", pull_request = { branch = "a/" } })", "git takes no branch \"a/\""},
      {"render = { source = \"t\" }\n  branch = \"ein zweig\"", "branch"},
      {"render = { source = \"t\" }\n  owner = \"\"", "owner"},
      {"render = { source = \"t\" }\n  owner = \"größe\"", "owner"},
      {"render = { source = \"t\" }\n  repository = \"..\"", "repository"},
      {"render = { source = \"t\" }\n  repository = \"größe\"", "repository"},
      {"render = { source = \"t\" }\n  lock = { wait_timeout = \"soon\" }", "soon"},
      {"render = { source = \"t\" }\n  lock = { wait_timeout = \"0s\" }", "wait_timeout"},
      {"render = { source = \"t\" }\n  lock = { max_hold = \"-1h\" }", "-1h"},
      {"render = { source = \"t\" }\n  lock = { max_hold = \"0s\" }", "max_hold"},
      {"render = { source = \"t\" }\n  lock = { on_conflict = \"Wait\" }", "\"skip\""},
      {"render = { source = \"t\" }\n  triggers = [\"a\"]", "map of string required"},
      {"render = { source = \"t\" }\n  deletion_policy = \"\"", "\"prevent\""},
      {"render = { source = \"t\" }\n  account = \"\"", "account"},
      {"render = { source = \"t\" }\n  commit = \"abc\"", "commit"},
  };
  std::vector<std::string> texts;
  for (const auto& [text, told] : mistakes) texts.push_back("organization = \"acme\"\n  " + text);
  texts.emplace_back("organization = \"\"\n  render = { source = \"t\" }");
  texts.emplace_back("organization = \"größe\"\n  render = { source = \"t\" }");
  std::vector<Mistake> all;
  for (std::size_t i = 0; i < mistakes.size(); ++i) all.push_back({kind, texts[i], mistakes[i].second});
  all.push_back({kind, texts[mistakes.size()], "organization"});
  all.push_back({kind, texts[mistakes.size() + 1], "organization"});
  expect_refused(all);
}

// What may be in texts, is.
TEST_F(RegenerationInput, UnicodeGoesWhereItMay) {
  file("grüße/ß ☃.txt", "<% github_org %> ☃\n");
  t.write("main.tf", R"(resource "ghboot_regeneration" "r" {
  organization = "acme"
  reason       = "für alle ☃"
  render = {
    source    = "${path.module}/templates"
    variables = { github_org = "größe \" ☃" }
    commit    = { message = "Dateien ☃" }
  }
}
)");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @größe \" ☃/all\n");
  EXPECT_TRUE(repository.message().starts_with("Dateien ☃\n")) << repository.message();
  EXPECT_TRUE(t.attributes("ghboot_regeneration.r")["files"].contains("grüße/ß ☃.txt"));
  EXPECT_EQ(t.plan().exit_code, 0);
}

// A workflow makes the files.
class RegenerationWorkflowInput : public RegenerationInput {
 protected:
  RegenerationWorkflowInput() {
    std::filesystem::remove_all(t.path("templates"));
    dispatching();
  }
  void put_workflow() {
    repository.put_workflow();
    commits_ = repository.commits();
  }
  void dispatching(std::string_view of_workflow = "", std::string_view more = "") const {
    t.write("main.tf", fmt::format(R"(resource "ghboot_regeneration" "r" {{
  organization = "acme"
  workflow = {{
    {}
  }}
  {}
}}
)",
                                   of_workflow, more));
  }
  std::vector<standin::Run> runs() const {
    std::vector<standin::Run> out;
    for (const auto& [id, run] : repository.github->standin().state().runs) out.push_back(run);
    return out;
  }
};

TEST_F(RegenerationWorkflowInput, AWorkflowWithoutWorkflowDispatchIsTold) {
  put(".github/workflows/regenerate-github-files.yml", "on:\n  push:\n");
  EXPECT_THAT(failed(), AllOf(HasSubstr("Workflow does not have 'workflow_dispatch' trigger")));
  EXPECT_TRUE(runs().empty());
}

TEST_F(RegenerationWorkflowInput, InputsThatItDoesNotKnowAreTold) {
  put_workflow();
  dispatching("inputs = { taem = \"platform\" }");
  EXPECT_THAT(failed(), AllOf(HasSubstr("Unexpected inputs provided"), HasSubstr("taem")));
  EXPECT_TRUE(runs().empty());
}

TEST_F(RegenerationWorkflowInput, AWorkflowThatIsNotThereIsTold) {
  dispatching("file = \"no-such.yml\"");
  EXPECT_THAT(failed(), AllOf(HasSubstr("Files not regenerated"), HasSubstr("no-such.yml")));
}

TEST_F(RegenerationWorkflowInput, ARefThatIsNotThereIsTold) {
  put_workflow();
  dispatching("ref = \"no-such\"");
  EXPECT_THAT(failed(), HasSubstr("No ref found for: no-such"));
}

TEST_F(RegenerationWorkflowInput, ARunThatNeverStartsIsCancelledWhenTheLockMayNotBeHeldAnyLonger) {
  put_workflow();
  repository.runs_take(100'000, 0);
  dispatching("", "lock = { max_hold = \"4s\" }");
  EXPECT_THAT(failed(), AllOf(HasSubstr("Files not regenerated"),
                              HasSubstr("it took longer than it may, while the run of "
                                        "regenerate-github-files.yml was queued: "),
                              HasSubstr("/actions/runs/")));
  ASSERT_EQ(runs().size(), 1U);
  EXPECT_NE(runs().front().cancelled_at, 0) << "nobody waits for it any more";
}

TEST_F(RegenerationWorkflowInput, ARunThatSomebodyElseCancelsIsTold) {
  put_workflow();
  repository.runs_take(0, 100'000);
  Process apply = t.start_apply();
  while (runs().empty() && apply.running())
    nats::system_clock().sleep(std::chrono::milliseconds(20), within());
  ASSERT_EQ(runs().size(), 1U) << apply.output();
  repository.github->standin().change([](standin::State& state) {
    for (auto& [id, run] : state.runs) run.cancelled_at = nats::system_clock().unix_seconds();
  });
  const Outcome told = apply.wait();
  EXPECT_EQ(told.exit_code, 1);
  EXPECT_THAT(plain(told), AllOf(HasSubstr("the workflow regenerate-github-files.yml ended with cancelled"),
                                 HasSubstr("/actions/runs/"), Not(HasSubstr("may still go on"))));
  expect_nothing_done();
}

}  // namespace
}  // namespace ghboot::acceptance
