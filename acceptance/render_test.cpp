// SPDX-License-Identifier: Apache-2.0
// ghboot render as a user at a terminal has it, and the workflow that it ships with a real git.
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acceptance/done.h"
#include "acceptance/helper_dev.h"
#include "acceptance/process.h"
#include "acceptance/temp_folder.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class HelperRender : public testing::Test {
 protected:
  Outcome render(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"render", "--templates", templates().string(), "--output", out().string()};
    words.insert(words.end(), more.begin(), more.end());
    return helper.run(words);
  }
  void refused(const std::vector<std::string>& more, int code, const std::string& message) const {
    const Outcome outcome = render(more);
    EXPECT_EQ(outcome.exit_code, code) << outcome.text();
    EXPECT_THAT(outcome.err, HasSubstr(message));
  }
  void put(const std::string& path, std::string_view text) const { write_file(templates() / path, text); }
  std::string file(const std::string& path) const { return read_file(out() / path); }
  fs::path templates() const { return folder.path() / "templates"; }
  fs::path out() const { return folder.path() / "out"; }
  std::string json(std::string_view text) const {
    write_file(folder.path() / "v.json", text);
    return (folder.path() / "v.json").string();
  }

  TempFolder folder;
  HelperDev helper;
};

TEST_F(HelperRender, WritesWhatChangesAndRemovesWhatItMadeBefore) {
  put("CODEOWNERS", "* @<% github_org %>/ops\n");
  put("run.sh.mustache", "#!/bin/sh\n");
  fs::permissions(templates() / "run.sh.mustache", fs::perms::owner_all);
  put("docs/old", "");
  write_file(out() / "docs/theirs", "kept");
  const Outcome first = render({"--variable", "github_org=acme"});
  ASSERT_TRUE(done(first));
  EXPECT_THAT(first.out, AllOf(HasSubstr("added    CODEOWNERS\n"), HasSubstr("3 files, 4 changes")));
  EXPECT_EQ(file("CODEOWNERS"), "* @acme/ops\n");
  EXPECT_NE(fs::status(out() / "run.sh").permissions() & fs::perms::owner_exec, fs::perms::none);
  EXPECT_EQ(
      file(".github/ghboot-manifest.json"),
      "{\n  \"version\": 2,\n  \"sets\": {\n    \"default\": [\n      \"CODEOWNERS\",\n      \"docs/old\",\n"
      "      \"run.sh\"\n    ]\n  }\n}\n");

  const auto written_at = fs::last_write_time(out() / "run.sh");
  fs::remove(templates() / "docs/old");
  put("CODEOWNERS", "* @<% github_org %>/all\n");
  const Outcome second = render({"--variable", "github_org=acme"});
  ASSERT_TRUE(done(second));
  EXPECT_THAT(second.out,
              AllOf(HasSubstr("changed  .github/ghboot-manifest.json\nchanged  CODEOWNERS\nremoved  "
                              "docs/old\n"),
                    Not(HasSubstr("run.sh"))));
  EXPECT_FALSE(fs::exists(out() / "docs/old"));
  EXPECT_EQ(file("docs/theirs"), "kept");
  EXPECT_EQ(fs::last_write_time(out() / "run.sh"), written_at);
  EXPECT_THAT(render({"--variable", "github_org=acme"}).out, HasSubstr("2 files, 0 changes"));
}

TEST_F(HelperRender, CheckWritesNothingAndTellsWhatIsOutOfDate) {
  put("a", "1\n");
  const Outcome nothing_there = render({"--check"});
  EXPECT_EQ(nothing_there.exit_code, 1);
  EXPECT_EQ(nothing_there.out, "added    .github/ghboot-manifest.json\nadded    a\n");
  EXPECT_THAT(nothing_there.err,
              HasSubstr("out: 2 of its files would change: run ghboot render without --check"));
  EXPECT_FALSE(fs::exists(out()));
  ASSERT_TRUE(done(render()));
  const Outcome up_to_date = render({"--check"});
  ASSERT_TRUE(done(up_to_date));
  EXPECT_THAT(up_to_date.out, HasSubstr("1 files are as the templates make them"));
  write_file(out() / "a", "by hand\n");
  EXPECT_EQ(render({"--check"}).out, "changed  a\n");
  EXPECT_EQ(file("a"), "by hand\n");
  fs::permissions(out() / "a", fs::perms::owner_all);
  ASSERT_TRUE(done(render()));
  EXPECT_EQ(file("a"), "1\n");
}

TEST_F(HelperRender, VariablesComeFromTheCommandLineThenTheFileThenTheEnvironment) {
  put("a", "<% github_org %> <% n %> <% yes %> <% text %>");
  const std::string variables = json(R"({"n": 3, "yes": true, "text": "in file"})");
  helper.set("GITHUB_ORG", "environment");
  ASSERT_TRUE(done(render({"--variables", variables, "--variable", "text=a=b "})));
  EXPECT_EQ(file("a"), "environment 3 true a=b ");
  json(R"({"n": 3, "yes": true, "text": "in file", "github_org": "file"})");
  ASSERT_TRUE(done(render({"--variables", variables, "--variable", "n="})));
  EXPECT_EQ(file("a"), "file  true in file");
}

TEST_F(HelperRender, WhatCannotBeMeantIsRefused) {
  refused({}, 2, "templates: there is no such folder: name the folder that has the templates");
  put("a", "");
  refused({"--variable", "x"}, 2, "--variable x: write --variable NAME=VALUE");
  refused({"--variable", "=x"}, 2, "write --variable NAME=VALUE");
  refused({"--variable", "x=1", "--variable", "x=2"}, 2, "--variable x is given twice: give it once");
  refused({"--variable", "1x=1"}, 1, "variable 1x: is no name");
  refused({"--variables", "/nowhere"}, 2, "cannot read /nowhere");
  refused({"--variables", json("[1]")}, 2, "v.json is no JSON object: write {\"NAME\": \"VALUE\", …}");
  refused({"--variables", json("{\"a\": ")}, 2, "is no JSON object");
  refused({"--variables", json(R"({"a": ["x"]})")}, 2,
          "v.json: \"a\" is a list: a variable is a text, a number, true or "
          "false");
  refused({"--variables", json(R"({"a": null})")}, 2, "\"a\" is null");
  EXPECT_FALSE(fs::exists(out()));
  for (const fs::path& inside : {templates(), templates() / "x", templates() / "." / ""}) {
    const Outcome outcome =
        helper.run({"render", "--templates", templates().string(), "--output", inside.string()});
    EXPECT_EQ(outcome.exit_code, 2) << outcome.text();
    EXPECT_THAT(outcome.err, HasSubstr("the folder of the templates, whose files it would become"));
  }
  const Outcome none = helper.run({"render"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("--templates is required"));
}

TEST_F(HelperRender, TemplatesThatAreWrongAreAllToldAndNothingIsWritten) {
  put("a", "x\n<% y %>\n");
  put("b", "{{.GitHubOrg}}");
  refused({"--variable", "github_org=acme"}, 1,
          "templates/a:2:1: <% y %>: there is no variable y, given are github_org: write one of them, or "
          "give it\n");
  refused({"--variable", "github_org=acme"}, 1,
          "templates/b:1:1: {{.GitHubOrg}} is a Go template's: write <% github_org %>");
  EXPECT_FALSE(fs::exists(out()));
}

TEST_F(HelperRender, WhatIsInTheWayIsToldAndStays) {
  put("docs/a", "");
  put("b", "");
  write_file(out() / "docs", "theirs");
  write_file(out() / "b/theirs", "");
  write_file(out() / "B/theirs", "");
  refused({}, 1, "docs is a file, and docs/a needs a folder there: rename or remove one");
  EXPECT_EQ(file("docs"), "theirs");
  fs::remove(out() / "docs");
  fs::remove_all(out() / "B");
  refused({}, 1, "b is a folder, and a file is to be there");
  fs::remove_all(out() / "b");
  fs::create_directory_symlink(folder.path(), out() / "docs");
  refused({}, 1, "docs is a file, and docs/a needs a folder there");
  EXPECT_FALSE(fs::exists(folder.path() / "a")) << "a link is not followed";
}

TEST_F(HelperRender, AManifestThatWasEditedStopsIt) {
  put("a", "");
  ASSERT_TRUE(done(render()));
  write_file(out() / ".github/ghboot-manifest.json",
             R"({"version": 2, "sets": {"default": ["../../outside"]}})");
  refused({}, 1, "../../outside in it is no file's name: rename it. Was it edited or merged by hand?");
  write_file(out() / ".github/ghboot-manifest.json", R"({"version": 7})");
  refused({"--check"}, 1, "is of version 7, and this ghboot knows 1 and 2");
}

TEST_F(HelperRender, TwoSetsLieInOneFolderAndEachPrunesItsOwn) {
  put("a", "1\n");
  put("b", "1\n");
  ASSERT_TRUE(done(render()));
  fs::remove(templates() / "a");
  fs::remove(templates() / "b");
  put("labels", "2\n");
  ASSERT_TRUE(done(render({"--set", "labels"})));
  EXPECT_EQ(file("a"), "1\n");
  ASSERT_TRUE(done(render({"--set", "labels", "--check"})));
  put("b", "3\n");
  refused({"--set", "labels"}, 1,
          "b is made by the templates of the set default, as .github/ghboot-manifest");
  EXPECT_EQ(file("b"), "1\n");
  fs::remove(templates() / "labels");
  ASSERT_TRUE(done(render()));
  EXPECT_FALSE(fs::exists(out() / "a"));
  EXPECT_EQ(file("labels"), "2\n");
  refused({"--set", "No Name"}, 2, "--set No Name: a name is 1 to 64 lower-case letters, digits");
}

// The step that commits, as the shipped workflow has it: in a clone, by bash and git.
class ShippedWorkflow : public HelperRender {
 protected:
  Outcome run(const std::vector<std::string>& argv, const fs::path& where, Environment more = {}) const {
    Environment environment{{"PATH", std::getenv("PATH")},
                            {"HOME", folder.path().string()},
                            {"GIT_CONFIG_NOSYSTEM", "1"},
                            {"GITHUB_REF", "refs/heads/main"}};
    environment.merge(more);
    return Process(Command{argv, where, environment}).wait();
  }
  std::string git(const std::vector<std::string>& words, const fs::path& where) const {
    std::vector<std::string> argv{"git", "-c", "user.name=t", "-c", "user.email=t@acme.example"};
    argv.insert(argv.end(), words.begin(), words.end());
    const Outcome outcome = run(argv, where);
    EXPECT_TRUE(done(outcome));
    return outcome.out;
  }
  // The lines of the step's `run: |`.
  std::string script_of(const std::string& step) const {
    std::istringstream lines(file(".github/workflows/regenerate-github-files.yml"));
    std::string script;
    int seen = 0;
    for (std::string line; std::getline(lines, line);) {
      if (seen == 0 && line == "      - name: " + step)
        seen = 1;
      else if (seen == 1 && line == "        run: |")
        seen = 2;
      else if (seen == 2 && line.starts_with("          "))
        script += line.substr(10) + "\n";
      else if (seen == 2)
        break;
    }
    return script;
  }
};

TEST_F(ShippedWorkflow, CommitsWhatChangedWithTheTokenAndPushesWithoutForce) {
  const std::string shipped = GHBOOT_TEMPLATES;
  ASSERT_TRUE(
      done(helper.run({"render", "--templates", shipped + "/github", "--variables", shipped + "/github.json",
                       "--variable", "github_org=acme", "--output", out().string()})));
  const std::string script = script_of("Commit and push");
  ASSERT_THAT(script, HasSubstr("git push"));
  const fs::path bare = folder.path() / "bare", clone = folder.path() / "clone";
  git({"init", "-q", "--bare", "-b", "main", bare.string()}, folder.path());
  git({"clone", "-q", bare.string(), clone.string()}, folder.path());
  git({"checkout", "-q", "-b", "main"}, clone);
  git({"commit", "-q", "--allow-empty", "-m", "first"}, clone);
  git({"push", "-q", "origin", "main"}, clone);
  const std::vector<std::string> step{"bash", "-e", "-c", script};
  const Outcome nothing = run(step, clone, {{"REASON", "r"}, {"TOKEN", "1.2"}});
  ASSERT_TRUE(done(nothing));
  EXPECT_THAT(nothing.out, HasSubstr("nothing has changed"));
  write_file(clone / "a", "1");
  ASSERT_TRUE(done(run(step, clone, {{"REASON", "why $(x)"}, {"TOKEN", "1.2"}})));
  EXPECT_EQ(git({"log", "-1", "--format=%B"}, bare),
            "Regenerate GitHub files [skip-regen]\n\nwhy $(x)\n\nGhboot-Token: 1.2\n\n");
  write_file(clone / "a", "2");
  ASSERT_TRUE(done(run(step, clone, {{"REASON", ""}, {"TOKEN", ""}})));
  EXPECT_EQ(git({"log", "-1", "--format=%B"}, bare), "Regenerate GitHub files [skip-regen]\n\n");
  git({"reset", "-q", "--hard", "HEAD~1"}, clone);
  write_file(clone / "a", "3");
  EXPECT_NE(run(step, clone, {{"REASON", ""}, {"TOKEN", ""}}).exit_code, 0)
      << "the branch has moved: no force";
}

}  // namespace
}  // namespace ghboot::acceptance
