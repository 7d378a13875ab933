// SPDX-License-Identifier: Apache-2.0
// An organisation's generated files in Terraform's hands: real terraform and nats-server, and a GitHub whose
// repositories are git's own.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
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
#include "acceptance/nats_manager.h"
#include "acceptance/repository_place.h"
#include "acceptance/workplace.h"
#include "regen/regeneration_site.h"

namespace ghboot::acceptance {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view r = "ghboot_regeneration.r";

class RegenerationLife : public testing::Test {
 protected:
  RegenerationLife() {
    for (Terraform* one : {&t, &other}) {
      lead_to_github(*one, *repository.github);
      one->set("NATS_URL", bus.server.url());
      one->set("NATS_CREDS", bus.creds_file().string());
    }
    templates(t, "CODEOWNERS", "* @<% github_org %>/all\n");
    templates(t, ".github/workflows/check.yml", "on: push\nname: ${{ github.ref }}\n");
    regeneration(t);
  }
  static void templates(const Terraform& terraform, const std::string& name, const std::string& text) {
    const auto file = terraform.path("templates") / name;
    std::filesystem::create_directories(file.parent_path());
    write_file(file, text);
  }
  static void regeneration(const Terraform& terraform, std::string_view more = "",
                           std::string_view of_render = "") {
    terraform.write("main.tf", fmt::format(R"(resource "ghboot_regeneration" "r" {{
  organization = "Acme"
  render = {{
    source    = "${{path.module}}/templates"
    variables = {{ github_org = "acme" }}
    {}
  }}
  {}
}}
)",
                                           of_render, more));
  }
  json attributes() const { return t.attributes(r); }
  // The changes that the kept plan has for `files`: "+ a", "~ b", "- c".
  std::vector<std::string> planned_files() const {
    std::vector<std::string> out;
    const json plan = t.plan_json();
    for (const json& one : plan["resource_changes"]) {
      const json& was = one["change"]["before"];
      const json before = was.is_null() ? json::object() : was["files"],
                 after = one["change"]["after"]["files"];
      for (const auto& [path, hash] : after.items())
        if (!before.contains(path) || before[path] != hash)
          out.push_back((before.contains(path) ? "~ " : "+ ") + path);
      for (const auto& [path, hash] : before.items())
        if (!after.contains(path)) out.push_back("- " + path);
    }
    return out;
  }

  RepositoryPlace repository{".github"};
  BusPlace bus{repository.host()};
  Terraform t, other;
};

TEST_F(RegenerationLife, OneApplyCommitsTheFilesAndThenNothingIsLeftToDo) {
  EXPECT_EQ(t.plan().exit_code, 2);
  EXPECT_THAT(planned_files(), ElementsAre("+ .github/workflows/check.yml", "+ CODEOWNERS"));
  ASSERT_TRUE(done(t.apply_plan()));
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
  EXPECT_EQ(repository.content(".github/workflows/check.yml"), "on: push\nname: ${{ github.ref }}\n");
  EXPECT_EQ(attributes()["branch"], "main");
  EXPECT_EQ(attributes()["owner"], "Acme");
  EXPECT_EQ(attributes()["repository"], ".github");
  EXPECT_EQ(attributes()["commit"], repository.head());
  EXPECT_EQ(attributes()["pending"], false);
  EXPECT_EQ(attributes()["reason"], "terraform");
  EXPECT_EQ(attributes()["deletion_policy"], "retain");
  EXPECT_TRUE(attributes()["pull_request_url"].is_null());
  EXPECT_THAT(attributes()["completed_at"].get<std::string>(), HasSubstr("20"));
  EXPECT_THAT(repository.message(), HasSubstr("Ghboot-Token: " + attributes()["token"].get<std::string>()));
  EXPECT_EQ(t.plan().exit_code, 0);
}

TEST_F(RegenerationLife, TerraformsLogHasWhatARunDoes) {
  t.set("TF_LOG_PROVIDER", "INFO");
  const Outcome applied = t.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(applied.text(),
              AllOf(HasSubstr("[INFO]"), HasSubstr("regeneration: reads acme/.github main"),
                    HasSubstr("regeneration: 3 files change"),
                    HasSubstr("regeneration: moves main to " + repository.head().substr(0, 7))));
}

TEST_F(RegenerationLife, WhatSomebodyElseWroteIsNamedBeforeItIsReplaced) {
  repository.put("CODEOWNERS", "* @by-hand\n");
  const Outcome planned = t.plan();
  EXPECT_EQ(planned.exit_code, 2);
  EXPECT_THAT(plain(planned),
              AllOf(HasSubstr("Files that somebody else made"), HasSubstr("branch main has these"),
                    HasSubstr("by what the templates make: CODEOWNERS")));
  ASSERT_TRUE(done(t.apply_plan()));
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
}

TEST_F(RegenerationLife, AChangedTemplateIsPlannedByNameAndCommittedAlone) {
  ASSERT_TRUE(done(t.apply()));
  const std::string before = repository.head();
  templates(t, "CODEOWNERS", "* @<% github_org %>/platform\n");
  templates(t, "SECURITY.md", "Write to us.\n");
  std::filesystem::remove(t.path("templates") / ".github/workflows/check.yml");
  EXPECT_EQ(t.plan().exit_code, 2);
  EXPECT_THAT(planned_files(), ElementsAre("~ CODEOWNERS", "+ SECURITY.md", "- .github/workflows/check.yml"));
  ASSERT_TRUE(done(t.apply_plan()));
  EXPECT_NE(repository.head(), before);
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/platform\n");
  EXPECT_EQ(repository.content(".github/workflows/check.yml"), std::nullopt);
  EXPECT_EQ(repository.content("README.md"), "# by hand\n");
  EXPECT_EQ(t.plan().exit_code, 0);
}

TEST_F(RegenerationLife, DriftShowsInThePlanByNameAndIsMended) {
  ASSERT_TRUE(done(t.apply()));
  repository.put("CODEOWNERS", "* @mallory\n");
  EXPECT_EQ(t.plan().exit_code, 2);
  EXPECT_THAT(planned_files(), ElementsAre("~ CODEOWNERS"));
  repository.remove("CODEOWNERS");
  EXPECT_EQ(t.plan().exit_code, 2);
  EXPECT_THAT(planned_files(), ElementsAre("+ CODEOWNERS"));
  ASSERT_TRUE(done(t.apply_plan()));
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
}

TEST_F(RegenerationLife, AnotherTriggerRunsAndCommitsNothingWhereNothingChanges) {
  ASSERT_TRUE(done(t.apply()));
  const std::string commit = repository.head(), token = t.attribute(r, "token");
  regeneration(t, "triggers = { release = \"2\" }\n  reason = \"release 2\"");
  EXPECT_EQ(t.plan().exit_code, 2);
  ASSERT_TRUE(done(t.apply_plan()));
  EXPECT_EQ(repository.head(), commit);
  EXPECT_NE(t.attribute(r, "token"), token);
  EXPECT_EQ(t.plan().exit_code, 0);
}

TEST_F(RegenerationLife, WithoutARunIsChangedWhatIsOnlyAboutTheNext) {
  ASSERT_TRUE(done(t.apply()));
  const std::string token = t.attribute(r, "token");
  regeneration(t, "deletion_policy = \"delete\"\n  lock = { wait_timeout = \"1m\", max_hold = \"2m\" }",
               "prune = false\n    commit = { message = \"Files\" }");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(t.attribute(r, "token"), token);
}

TEST_F(RegenerationLife, TemplatesThatCannotBeRenderedAreAnErrorOfThePlanWithFileAndLine) {
  templates(t, "CODEOWNERS", "* @all\n* @<% nobody %>\n");
  const Outcome planned = t.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned), AllOf(HasSubstr("Templates that can't be rendered"), HasSubstr("CODEOWNERS:2:"),
                                    HasSubstr("nobody")));
}

// Core plans again before it applies, and does not tell the provider what it had planned.
TEST_F(RegenerationLife, TemplatesThatChangeBetweenPlanAndApplyAreRefused) {
  EXPECT_EQ(t.plan().exit_code, 2);
  templates(t, "CODEOWNERS", "* @somebody-else\n");
  const Outcome applied = t.apply_plan();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied),
              AllOf(HasSubstr("inconsistent final plan"), HasSubstr(".files[\"CODEOWNERS\"]")));
  EXPECT_EQ(repository.content("CODEOWNERS"), std::nullopt);
  EXPECT_TRUE(attributes().is_null());
}

TEST_F(RegenerationLife, AFailedRunKeepsTheOldTriggersAndIsTriedAgain) {
  ASSERT_TRUE(done(t.apply()));
  regeneration(t, "triggers = { release = \"2\" }");
  templates(t, "CODEOWNERS", "* @acme/release-2\n");
  repository.refuse_next_tree();
  const Outcome failed = t.apply();
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(plain(failed), AllOf(HasSubstr("Files not regenerated"), HasSubstr("no such tree")));
  EXPECT_TRUE(attributes()["triggers"].is_null());
  EXPECT_EQ(t.plan().exit_code, 2);
  ASSERT_TRUE(done(t.apply_plan()));
  EXPECT_EQ(attributes()["triggers"]["release"], "2");
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/release-2\n");
}

TEST_F(RegenerationLife, WithAPullRequestTheBranchStaysAsItIs) {
  regeneration(t, "", "pull_request = { title = \"Files\", body = \"By ghboot.\", branch = \"files\" }");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("CODEOWNERS"), std::nullopt);
  EXPECT_EQ(repository.content("CODEOWNERS", "files"), "* @acme/all\n");
  EXPECT_THAT(t.attribute(r, "pull_request_url"), HasSubstr("/pull/1"));
  EXPECT_EQ(t.plan().exit_code, 0) << "what waits in it is no drift";
}

TEST_F(RegenerationLife, WithoutThePullRequestAnyMoreOneApplyCommits) {
  regeneration(t, "", "pull_request = {}");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_THAT(t.attribute(r, "pull_request_url"), HasSubstr("/pull/1"));
  regeneration(t);
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
  EXPECT_TRUE(attributes()["pull_request_url"].is_null());
  EXPECT_EQ(t.plan().exit_code, 0);
}

TEST_F(RegenerationLife, APullRequestThatWasClosedIsMadeAnew) {
  regeneration(t, "", "pull_request = {}");
  ASSERT_TRUE(done(t.apply()));
  repository.close_pull_request(1);
  EXPECT_EQ(t.plan().exit_code, 2);
  EXPECT_THAT(planned_files(), ElementsAre("+ .github/workflows/check.yml", "+ CODEOWNERS"));
  ASSERT_TRUE(done(t.apply_plan()));
  EXPECT_THAT(t.attribute(r, "pull_request_url"), HasSubstr("/pull/2"));
  EXPECT_EQ(t.plan().exit_code, 0);
}

TEST_F(RegenerationLife, SeveralOfOneOrganisationTakeTurnsEachWithItsOwnFiles) {
  const std::vector<std::string> names{"r1", "r2", "r3", "r4", "r5"};
  for (const std::string& name : names) repository.make(name);
  t.write("main.tf", R"(resource "ghboot_regeneration" "r" {
  for_each     = toset(["r1", "r2", "r3", "r4", "r5"])
  organization = "acme"
  repository   = each.key
  render = {
    source    = "${path.module}/templates"
    variables = { github_org = each.key }
  }
}
)");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(t.plan().exit_code, 0);
}

TEST_F(RegenerationLife, WhatCanNeverWorkIsAnErrorOfThePlan) {
  const auto refused = [&](std::string_view more, std::string_view of_render) {
    regeneration(t, more, of_render);
    const Outcome planned = t.plan();
    EXPECT_EQ(planned.exit_code, 1) << planned.text();
    return plain(planned);
  };
  EXPECT_THAT(refused("branch = \"main\"", "pull_request = { branch = \"main\" }"),
              HasSubstr("Pull request from a branch into itself"));
  EXPECT_THAT(refused("branch = \"refs/heads/main\"", ""), HasSubstr("Leave out `refs/heads/`"));
  EXPECT_THAT(refused("reason = \"a\\nb\"", ""), HasSubstr("one line of 1 to 1000 characters"));
  EXPECT_THAT(refused("", "commit = { message = \"a\\nb\" }"), HasSubstr("one line of 1 to 1000 characters"));
  EXPECT_THAT(refused("", "commit = { author_name = \"a\\nGhboot-Token: 9.9\", author_email = \"a@b\" }"),
              HasSubstr("without `<` and `>`"));
}

TEST_F(RegenerationLife, AnAuthorIsNamedAndSignsOff) {
  regeneration(t, "", R"(commit = {
      message      = "Files"
      author_name  = "Acme Bot"
      author_email = "bot@acme.example"
      sign_off     = true
    })");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_THAT(repository.message(),
              AllOf(HasSubstr("Files\n"), HasSubstr("Signed-off-by: Acme Bot <bot@acme.example>")));
}

TEST_F(RegenerationLife, HalfAnAuthorAndNobodyToSignOffAreRefused) {
  regeneration(t, "", "commit = { author_name = \"Acme Bot\" }");
  EXPECT_THAT(plain(t.plan()), AllOf(HasSubstr("Half an author"), HasSubstr("author_email")));
  regeneration(t, "", "commit = { sign_off = true }");
  EXPECT_THAT(plain(t.plan()), HasSubstr("Nobody to sign off"));
}

TEST_F(RegenerationLife, DestroyedByDefaultLeavesTheFiles) {
  ASSERT_TRUE(done(t.apply()));
  const std::string commit = repository.head();
  ASSERT_TRUE(done(t.destroy()));
  EXPECT_EQ(repository.head(), commit);
}

TEST_F(RegenerationLife, DestroyedWithDeleteRemovesItsFilesInOneCommit) {
  regeneration(t, "deletion_policy = \"delete\"");
  ASSERT_TRUE(done(t.apply()));
  ASSERT_TRUE(done(t.destroy()));
  for (const char* path : {"CODEOWNERS", ".github/workflows/check.yml", ".github/ghboot-manifest.json"})
    EXPECT_EQ(repository.content(path), std::nullopt) << path;
  EXPECT_EQ(repository.content("README.md"), "# by hand\n");
  EXPECT_EQ(repository.commits(), 3U);
}

TEST_F(RegenerationLife, DestroyedWithDeleteWhereTheRepositoryIsGoneSaysTheWayOut) {
  regeneration(t, "deletion_policy = \"delete\"\n  repository = \"gone\"");
  repository.make("gone");
  ASSERT_TRUE(done(t.apply()));
  repository.control("DELETE", "/repositories/acme/gone", nullptr);
  EXPECT_THAT(plain(t.destroy()),
              AllOf(HasSubstr("Generated files not removed"),
                    HasSubstr("apply deletion_policy = \"retain\" first"), HasSubstr("terraform state rm")));
}

TEST_F(RegenerationLife, DestroyedWithPreventIsRefused) {
  regeneration(t, "deletion_policy = \"prevent\"");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_THAT(plain(t.destroy()), HasSubstr("prevent"));
}

TEST_F(RegenerationLife, IsImportedByOwnerRepositoryAndBranch) {
  ASSERT_TRUE(done(t.apply()));
  const std::string commit = repository.head();
  ASSERT_TRUE(done(t.run({"state", "rm", std::string(r)})));
  ASSERT_TRUE(done(t.import(r, "Acme/.github/main")));
  EXPECT_EQ(attributes()["files"].size(), 2U);
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.head(), commit);
  ASSERT_TRUE(done(t.run({"state", "rm", std::string(r)})));
  EXPECT_THAT(plain(t.import(r, "acme")), HasSubstr("by owner, repository and branch, as acme/.github/main"));
}

// While somebody holds the lock for something else.
class RegenerationConflict : public RegenerationLife {
 protected:
  RegenerationConflict() : connector_(bus.options, nats::system_clock()) {
    auto lease = contender_.acquire(within());
    if (!lease) throw std::runtime_error(lease.error().message);
    lease_.emplace(*std::move(lease));
  }
  void release() { ASSERT_TRUE(lease_->release(within())); }

 private:
  nats::Connector connector_;
  nats::JetStreamLockStream stream_{bus.names.lock(), connector_, nats::system_clock()};
  nats::LockContender contender_{
      {.holder = "mallory", .host = "elsewhere", .reason = "a look", .lease = seconds(60)},
      {},
      {.stream = stream_,
       .clock = nats::system_clock(),
       .lock_clock = nats::system_lock_clock(),
       .random = nats::system_random(),
       .files = nats::system_files()}};
  std::optional<nats::Lease> lease_;
};

TEST_F(RegenerationConflict, WithFailAnErrorSaysWhoHasTheLock) {
  regeneration(t, "lock = { on_conflict = \"fail\" }");
  const Outcome failed = t.apply();
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(plain(failed), AllOf(HasSubstr("Regeneration in progress"), HasSubstr("mallory"),
                                   HasSubstr("\"a look\""), HasSubstr("Apply again when it has ended")));
  release();
  ASSERT_TRUE(done(t.apply()));
}

TEST_F(RegenerationLife, MakesFilesThatTheConfigurationHas) {
  const std::string given = "files = { \"SECURITY.md\" = \"Write to $${us} <% x %>\\n\" }";
  regeneration(t, "", given);
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("SECURITY.md"), "Write to ${us} <% x %>\n");
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
  EXPECT_EQ(t.plan().exit_code, 0);
  regeneration(t);
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("SECURITY.md"), std::nullopt);
  regeneration(t, "", "files = { CODEOWNERS = \"x\" }");
  EXPECT_THAT(plain(t.plan()), HasSubstr("CODEOWNERS is given, and a template makes it, too"));
  const auto render = [&](std::string_view inside) {
    t.write("main.tf", fmt::format("resource \"ghboot_regeneration\" \"r\" {{\n  organization = \"Acme\"\n"
                                   "  render = {{ {} }}\n}}\n",
                                   inside));
  };
  render("files = { \"../x\" = \"\" }");
  EXPECT_THAT(plain(t.plan()), HasSubstr("../x"));
  render("prune = true");
  EXPECT_THAT(plain(t.plan()), AllOf(HasSubstr("source"), HasSubstr("files")));
  render("files = { \"only.md\" = \"x\" }");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("only.md"), "x");
  EXPECT_EQ(repository.content("CODEOWNERS"), std::nullopt) << "it is pruned";
}

TEST_F(RegenerationConflict, WithWaitATimeoutSaysWhoHasTheLock) {
  regeneration(t, "lock = { wait_timeout = \"2s\" }");
  const Outcome failed = t.apply();
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(plain(failed), AllOf(HasSubstr("mallory"), HasSubstr("raise lock.wait_timeout")));
}

TEST_F(RegenerationConflict, WithWaitTheApplyGoesOnOnceItIsReleased) {
  Process apply = t.start_apply();
  ASSERT_TRUE(apply.wait_for_output("Still creating"));
  EXPECT_EQ(repository.content("CODEOWNERS"), std::nullopt);
  release();
  EXPECT_EQ(apply.wait().exit_code, 0);
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
}

TEST_F(RegenerationConflict, WithSkipItIsPendingUntilARunHasCoveredIt) {
  regeneration(t, "lock = { on_conflict = \"skip\" }\n  triggers = { release = \"2\" }");
  const Outcome skipped = t.apply();
  ASSERT_TRUE(done(skipped));
  EXPECT_THAT(plain(skipped), AllOf(HasSubstr("Regeneration left to somebody else"), HasSubstr("mallory")));
  EXPECT_EQ(attributes()["pending"], true);
  EXPECT_EQ(attributes()["triggers"]["release"], "2");
  EXPECT_EQ(repository.content("CODEOWNERS"), std::nullopt);
  EXPECT_EQ(t.plan().exit_code, 2) << "until a run has covered it";
  release();
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(attributes()["pending"], false);
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
  EXPECT_EQ(t.plan().exit_code, 0);
}

// A workflow of the repository makes the files.
class RegenerationWorkflow : public RegenerationLife {
 protected:
  RegenerationWorkflow() {
    repository.runs_take(0, 0);
    repository.put_workflow();
    workflow();
  }
  void workflow(std::string_view of_workflow = "", std::string_view more = "") const {
    t.write("main.tf", fmt::format(R"(resource "ghboot_regeneration" "r" {{
  organization = "Acme"
  workflow = {{
    {}
  }}
  {}
}}
)",
                                   of_workflow, more));
  }
};

TEST_F(RegenerationWorkflow, IsDispatchedUnderTheLockAndFollowedToItsEnd) {
  workflow("inputs = { team = \"platform\" }");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_TRUE(attributes()["run_id"].is_number()) << attributes();
  EXPECT_EQ(attributes()["branch"], "main");
  EXPECT_TRUE(attributes()["files"].is_null());
  EXPECT_EQ(t.plan().exit_code, 0);
  const json run_id = attributes()["run_id"];
  workflow("inputs = { team = \"platform\" }", "triggers = { release = \"2\" }");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_NE(attributes()["run_id"], run_id);
}

TEST_F(RegenerationWorkflow, ThatFailsIsAnErrorWithJobStepAndLog) {
  repository.control("PATCH", "/settings", {{"run_conclusion", "failure"}});
  const Outcome failed = t.apply();
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(plain(failed), AllOf(HasSubstr("the workflow regenerate-github-files.yml ended with failure"),
                                   HasSubstr("step"), HasSubstr("/actions/runs/")));
  EXPECT_TRUE(attributes().is_null());
}

TEST_F(RegenerationWorkflow, OfSomebodyElseIsWarnedOfInThePlan) {
  repository.put(".github/workflows/foreign.yml", "name: Foreign\non:\n  workflow_dispatch:\n");
  workflow("file = \"foreign.yml\"\n    ref = \"main\"");
  EXPECT_THAT(plain(t.plan()), AllOf(HasSubstr("Workflow that is not fenced"), HasSubstr("ghboot_nonce")));
  ASSERT_TRUE(done(t.apply_plan()));
  workflow("file = \"no-such.yml\"");
  EXPECT_THAT(plain(t.plan()), HasSubstr("has no .github/workflows/no-such.yml"));
  workflow("inputs = { ghboot_token = \"1.1\" }");
  EXPECT_THAT(plain(t.plan()), HasSubstr("Leave out ghboot_token"));
  workflow("file = \"../no-such.yml\"");
  EXPECT_THAT(plain(t.plan()), HasSubstr("the name of a file like `regenerate.yml`"));
}

TEST_F(RegenerationWorkflow, BesideTemplatesIsRefused) {
  workflow("", "render = { source = \"templates\" }");
  EXPECT_THAT(plain(t.plan()), AllOf(HasSubstr("render"), HasSubstr("workflow")));
}

TEST_F(RegenerationLife, TwoAppliesOfOneRepositoryRunOneAfterTheOther) {
  templates(other, "CODEOWNERS", "* @<% github_org %>/all\n");
  templates(other, ".github/workflows/check.yml", "on: push\nname: ${{ github.ref }}\n");
  regeneration(other);
  Process first = t.start_apply(), second = other.start_apply();
  EXPECT_EQ(first.wait().exit_code, 0);
  EXPECT_EQ(second.wait().exit_code, 0);
  EXPECT_EQ(repository.commits(), 2U) << "the second found nothing to do";
  EXPECT_EQ(t.plan().exit_code, 0);
  EXPECT_EQ(other.plan().exit_code, 0);
}

TEST_F(RegenerationLife, UnderTheLockThatItWantsItIsRefusedAtOnce) {
  t.set("GHBOOT_LOCK_ORG", "other," + bus.names.key());
  t.set("GHBOOT_LOCK_TOKEN", "1.7");
  EXPECT_THAT(plain(t.apply()),
              AllOf(HasSubstr("runs under the very lock that it wants (token 1.7)"), HasSubstr("lock hold")));
}

TEST_F(RegenerationLife, WithoutAnEventBusSaysWhatIsMissing) {
  bus.ask("STREAM.DELETE." + bus.names.stream(nats::BusStream::requests));
  EXPECT_THAT(plain(t.apply()), AllOf(HasSubstr("Files not regenerated"),
                                      HasSubstr(bus.names.stream(nats::BusStream::requests))));
}

TEST_F(RegenerationLife, OfABranchThatIsNotThereIsRefused) {
  regeneration(t, "branch = \"no-such\"");
  EXPECT_THAT(plain(t.apply()), AllOf(HasSubstr("Files not regenerated"), HasSubstr("no-such")));
}

TEST_F(RegenerationLife, OfAnEmptyRepositoryIsRefusedWithWords) {
  regeneration(t, "repository = \"shop\"\n  branch = \"main\"");
  EXPECT_THAT(plain(t.apply()), AllOf(HasSubstr("Files not regenerated"), HasSubstr("empty")));
}

}  // namespace
}  // namespace ghboot::acceptance
