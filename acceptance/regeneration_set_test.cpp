// SPDX-License-Identifier: Apache-2.0
// Several ghboot_regeneration of one branch, each with its own set of files: real terraform and nats-server,
// and a GitHub whose repositories are git's own.
#include <filesystem>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acceptance/bus_place.h"
#include "acceptance/done.h"
#include "acceptance/github_place.h"
#include "acceptance/repository_place.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class RegenerationSets : public testing::Test {
 protected:
  RegenerationSets() {
    lead_to_github(t, *repository.github);
    t.set("NATS_URL", bus.server.url());
    t.set("NATS_CREDS", bus.creds_file().string());
    templates("owners", "CODEOWNERS", "* @acme/all\n");
    templates("owners", "SECURITY.md", "Write to us.\n");
    templates("labels", "labels.yml", "- bug\n");
    regenerations();
  }
  void templates(std::string_view resource, const std::string& name, const std::string& text) const {
    const auto file = t.path(std::string(resource)) / name;
    std::filesystem::create_directories(file.parent_path());
    write_file(file, text);
  }
  // Those that are named, each from the folder of its name.
  void regenerations(std::string_view owners_set = "default", bool has_labels = true) const {
    std::string text = resource("owners", owners_set);
    if (has_labels) text += resource("labels", "labels");
    t.write("main.tf", text);
  }
  static std::string resource(std::string_view name, std::string_view set) {
    return fmt::format(R"(resource "ghboot_regeneration" "{0}" {{
  organization    = "acme"
  deletion_policy = "delete"
  render = {{
    source = "${{path.module}}/{0}"
    set    = "{1}"
  }}
}}
)",
                       name, set);
  }
  static std::string proposing(std::string_view owners_set) {
    std::string text = resource("owners", owners_set) + resource("labels", "labels");
    const std::string_view set = "set    = ";
    return text.insert(text.find(set), "pull_request = { title = \"Files\" }\n    ");
  }
  std::string manifest() const { return repository.content(".github/ghboot-manifest.json").value_or(""); }

  RepositoryPlace repository{".github"};
  BusPlace bus{repository.host()};
  Terraform t;
};

TEST_F(RegenerationSets, LiveSideBySideOnOneBranch) {
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(t.plan().exit_code, 0);
  std::filesystem::remove(t.path("owners") / "SECURITY.md");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("SECURITY.md"), std::nullopt);
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
  EXPECT_EQ(repository.content("labels.yml"), "- bug\n");
  EXPECT_EQ(t.plan().exit_code, 0);
}

TEST_F(RegenerationSets, APathThatAnotherMakesIsAnErrorOfThePlan) {
  ASSERT_TRUE(done(t.apply()));
  templates("labels", "CODEOWNERS", "* @mallory\n");
  const std::string before = repository.head();
  const Outcome planned = t.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned),
              AllOf(HasSubstr("Files of another set"),
                    HasSubstr("CODEOWNERS is made by the templates of the set default, as "
                              ".github/ghboot-manifest.json has it: rename one; or take it out of those "
                              "templates, and apply them first")));
  EXPECT_EQ(repository.head(), before);
}

TEST_F(RegenerationSets, APathThatBothMakeForTheFirstTimeIsRefusedByTheLaterOne) {
  templates("labels", "CODEOWNERS", "* @mallory\n");
  const Outcome applied = t.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), AllOf(HasSubstr("Files not regenerated"),
                                    HasSubstr("CODEOWNERS is made by the templates of the set ")));
  EXPECT_EQ(repository.commits(), 2U) << "one of them";
}

TEST_F(RegenerationSets, OneThatIsDestroyedLeavesTheFilesOfTheOther) {
  ASSERT_TRUE(done(t.apply()));
  regenerations("default", /*has_labels=*/false);
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("labels.yml"), std::nullopt);
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
  EXPECT_THAT(manifest(), AllOf(HasSubstr("CODEOWNERS"), Not(HasSubstr("labels"))));
  EXPECT_EQ(t.plan().exit_code, 0);
  ASSERT_TRUE(done(t.destroy()));
  EXPECT_EQ(manifest(), "");
}

TEST_F(RegenerationSets, OneThatIsRenamedTakesItsFilesWithIt) {
  ASSERT_TRUE(done(t.apply()));
  regenerations("owners");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("CODEOWNERS"), "* @acme/all\n");
  EXPECT_THAT(manifest(), AllOf(HasSubstr("\"owners\""), HasSubstr("labels.yml"), Not(HasSubstr("default"))));
  EXPECT_EQ(t.plan().exit_code, 0);
  std::filesystem::remove(t.path("owners") / "SECURITY.md");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("SECURITY.md"), std::nullopt);
}

// What was left to somebody else, or is proposed only, is still listed under the old name.
TEST_F(RegenerationSets, OneThatIsRenamedIsSoUntilTheBranchHasTheNewName) {
  ASSERT_TRUE(done(t.apply()));
  t.write("main.tf", proposing("owners"));
  ASSERT_TRUE(done(t.apply()));
  templates("owners", "SECURITY.md", "Write to them.\n");
  ASSERT_TRUE(done(t.apply())) << "its proposal waits yet";
  regenerations("owners");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("SECURITY.md"), "Write to them.\n");
  EXPECT_THAT(manifest(), AllOf(HasSubstr("\"owners\""), Not(HasSubstr("default"))));
  EXPECT_EQ(t.plan().exit_code, 0);
}

TEST_F(RegenerationSets, OneThatIsRenamedDoesNotMindAFileThatWasRemovedByHand) {
  ASSERT_TRUE(done(t.apply()));
  repository.remove("SECURITY.md");
  regenerations("owners");
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("SECURITY.md"), "Write to us.\n");
  EXPECT_THAT(manifest(), Not(HasSubstr("default")));
}

TEST_F(RegenerationSets, WhatThePlanPrunesOfAnothersIsNamed) {
  ASSERT_TRUE(done(t.apply()));
  ASSERT_TRUE(done(t.run({"state", "rm", "ghboot_regeneration.owners"})));
  std::filesystem::remove(t.path("owners") / "SECURITY.md");
  const Outcome planned = t.plan();
  EXPECT_THAT(plain(planned), AllOf(HasSubstr("Files that will be removed"), HasSubstr("of the set default"),
                                    HasSubstr("SECURITY.md")));
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.content("SECURITY.md"), std::nullopt);
}

TEST_F(RegenerationSets, AnImportedOneFindsItsFilesWhateverItsSet) {
  ASSERT_TRUE(done(t.apply()));
  const std::string before = repository.head();
  for (const char* name : {"ghboot_regeneration.labels", "ghboot_regeneration.owners"}) {
    ASSERT_TRUE(done(t.run({"state", "rm", name})));
    ASSERT_TRUE(done(t.import(name, "acme/.github/main")));
  }
  ASSERT_TRUE(done(t.apply()));
  EXPECT_EQ(repository.head(), before);
  EXPECT_EQ(t.plan().exit_code, 0);
}

TEST_F(RegenerationSets, ANameThatIsNoneIsAnErrorOfThePlan) {
  regenerations("No name");
  EXPECT_THAT(plain(t.plan()), HasSubstr("1 to 64 lower-case letters, digits, `.`, `_` and `-`"));
}

}  // namespace
}  // namespace ghboot::acceptance
