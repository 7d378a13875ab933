// SPDX-License-Identifier: Apache-2.0
// Every kind of file that may lie in a folder of templates.
#include "render/templates.h"

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "render/path.h"
#include "render/test_templates.h"

namespace ghboot::render {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class TemplatesTest : public TestTemplates {};

TEST_F(TemplatesTest, FilesAreMadeInTheOrderOfTheirPaths) {
  put("b.mustache", "<% x %>");
  put(".github/workflows/run.yml", "on: ${{ x }}\n");
  put("a.mustache.txt", "");
  const auto files = render_folder(root_, {{"x", "1"}});
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_THAT(*files,
              ElementsAre(RenderedFile{.path = ".github/workflows/run.yml", .bytes = "on: ${{ x }}\n"},
                          RenderedFile{.path = "a.mustache.txt"}, RenderedFile{.path = "b", .bytes = "1"}));
}

TEST_F(TemplatesTest, ModesAndSymbolicLinksAreKept) {
  put("run.sh.mustache", "#!/bin/sh\n");
  allow("run.sh.mustache", 0700);
  put("group", "");
  allow("group", 0670);
  link("docs/README.md.mustache", "../<% x %>");
  link("docs/here", ".//x");
  link("folder", "docs");
  const auto files = made();
  EXPECT_EQ(files.at("run.sh").mode, FileMode::executable);
  EXPECT_EQ(files.at("group").mode, FileMode::regular) << "git asks for the owner's bit alone";
  EXPECT_EQ(files.at("docs/README.md"),
            (RenderedFile{.path = "docs/README.md", .mode = FileMode::symlink, .bytes = "../<% x %>"}));
  EXPECT_EQ(files.at("docs/here").bytes, ".//x");
  EXPECT_EQ(files.at("folder").mode, FileMode::symlink) << "a link to a folder is not gone into";
  EXPECT_EQ(text_of(FileMode::regular), "100644");
  EXPECT_EQ(text_of(FileMode::executable), "100755");
  EXPECT_EQ(text_of(FileMode::symlink), "120000");
}

TEST_F(TemplatesTest, WhatIsNoTextPassesAsItIs) {
  using namespace std::string_literals;
  put("nul", "<% x %>\0"s);
  put("latin1.mustache", "<% x %>\xE4");
  put("surrogate", "\xED\xA0\x80<% x %>");
  put("empty", "");
  const auto files = made();
  EXPECT_EQ(files.at("nul").bytes, "<% x %>\0"s);
  EXPECT_EQ(files.at("latin1").bytes, "<% x %>\xE4");
  EXPECT_EQ(files.at("surrogate").bytes, "\xED\xA0\x80<% x %>");
  EXPECT_EQ(files.at("empty").bytes, "");
}

TEST_F(TemplatesTest, AFolderThatIsNotThereIsMissing) {
  const auto missing = render_folder(root_ / "none", {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::missing);
  EXPECT_THAT(missing.error().message, HasSubstr("/none: there is no such folder: name the folder that has"));
  put("file", "");
  const auto file = render_folder(root_ / "file", {});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, ErrorKind::invalid);
  EXPECT_THAT(file.error().message, HasSubstr("/file: is no folder"));
}

TEST_F(TemplatesTest, AnEmptyFolderIsAMistake) {
  EXPECT_THAT(error(),
              HasSubstr("no file is in it: nothing would be made; name the folder that has the templates"));
}

TEST_F(TemplatesTest, TwoTemplatesOfOneFileAreTold) {
  put("A", "");
  put("A.mustache", "");
  EXPECT_EQ(error(), "A.mustache: makes A, as A does: remove one of the two");
}

TEST_F(TemplatesTest, NamesThatCannotLieBesideOneAnotherAreTold) {
  put("readme.md", "");
  put("README.md", "");
  put("Docs/a", "");
  put("docs/b", "");
  put("x.mustache", "");
  put("x/y", "");
  EXPECT_THAT(error(),
              AllOf(HasSubstr("README.md and readme.md differ by upper and lower case only: rename one"),
                    HasSubstr("Docs and docs differ by upper and lower case only"),
                    HasSubstr("x is a file, and x/y needs a folder there: rename or remove one")));
}

TEST_F(TemplatesTest, NamesThatNoRepositoryTakesAreTold) {
  put(".git/config", "");
  put("a/.GIT", "");
  put("b/git~1", "");
  put("c/.g\u200cit. ", "");
  put("tab\there", "");
  put("csi\u0085", "");
  put("back\\slash", "");
  put("latin\xE4", "");
  put("d/.mustache", "");
  put("d/...mustache", "");
  put(".github/ghboot-manifest.json.mustache", "");
  put("fine/.gitignore", "");
  const std::string told = error();
  EXPECT_THAT(told, AllOf(HasSubstr(".git: is git's own folder, where nothing is written: templates lie in a "
                                    "folder of their own, beside it"),
                          HasSubstr("a/.GIT: is git's own"), HasSubstr("b/git~1: is git's own"),
                          HasSubstr("c/.g\u200cit. : is git's own"),
                          HasSubstr("tab\\x09here: has a control character in its name: rename it"),
                          HasSubstr("csi\\xC2\\x85: has a control character"),
                          HasSubstr("back\\slash: has a backslash, which is no name on Windows: rename it"),
                          HasSubstr("latin\\xE4: is no UTF-8, which a name in a repository has to be")));
  EXPECT_THAT(
      told, AllOf(HasSubstr("d/.mustache: is no file's name: rename it"),
                  HasSubstr("d/...mustache: is no file's name"),
                  HasSubstr("ghboot-manifest.json.mustache: is where ghboot lists the files that it made")));
  EXPECT_EQ(std::ranges::count(told, '\n') + 1, 11) << told;
}

TEST_F(TemplatesTest, LinksThatLeadOutOfTheFolderAreTold) {
  link("a", "/etc/passwd");
  link("b", "../x");
  link("c/d", "../../x");
  link("c/e", "../a/../../..");
  link("c/f", "../.git/config");
  link("c/fine", "../x");
  EXPECT_THAT(
      error(),
      AllOf(HasSubstr("a: is a symbolic link to /etc/passwd, which is another file on each machine: use a "
                      "relative one within the folder"),
            HasSubstr("b: is a symbolic link to ../x, out of the folder: let it lead to a file in it"),
            HasSubstr("c/d: is a symbolic link to ../../x, out of"),
            HasSubstr("c/e: is a symbolic link to ../a/../../.., with .. behind a name: write the "
                      "shortest path to it"),
            HasSubstr("c/f: is a symbolic link to ../.git/config, git's own folder")));
  EXPECT_EQ(link_problem("a", ""), "is a symbolic link to , which is no path: mend the link");
}

TEST_F(TemplatesTest, SocketsAndPipesAreToldAndNotWaitedFor) {
  ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(error(), "pipe: is neither file, folder nor symbolic link: remove it");
}

TEST_F(TemplatesTest, AFileThatCannotBeReadIsTold) {
  const bool is_root = ::geteuid() == 0;  // Who may read all.
  put("secret", "");
  allow("secret", 0);
  std::filesystem::permissions(root_, static_cast<std::filesystem::perms>(0755));
  constexpr uid_t nobody = 65534;
  if (is_root) {
    ASSERT_EQ(::seteuid(nobody), 0);
  }
  const std::string told = error();
  if (is_root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_EQ(told, "secret: cannot be read: Permission denied: let who renders read it");
}

TEST_F(TemplatesTest, AFileThatGitHubDoesNotTakeIsToldAndNotRead) {
  put("large", "");
  std::filesystem::resize_file(root_ / "large", file_size_max + 1);
  EXPECT_EQ(error(), "large: is larger than the 40 MiB that are sent to GitHub at once: keep it elsewhere");
}

TEST_F(TemplatesTest, ATemplateIsSmallerThanAFileMayBe) {
  std::string text(template_size_max, 'x');
  put("a", text);
  put("b", text + "<% x %>");
  EXPECT_EQ(error({{"x", ""}}), "b: is a template of more than 1 MiB: write less, or no <% in it");
}

TEST_F(TemplatesTest, TooManyFilesAreTold) {
  for (std::size_t i = 0; i <= files_max; ++i) std::ofstream(root_ / std::to_string(i));
  EXPECT_THAT(error(), HasSubstr("more than 10000 files, or 1024 MiB in all: name the folder that has the "
                                 "templates alone"));
}

TEST_F(TemplatesTest, VariablesAreCheckedThemselves) {
  put("a", "");
  EXPECT_EQ(error({{"1a", ""}, {"b\n", ""}, {"c", "\xFF"}}),
            "variable 1a: is no name: letters, digits, _ and -, no digit first\n"
            "variable b\\x0A: is no name: letters, digits, _ and -, no digit first\n"
            "variable c: its value is no UTF-8");
}

}  // namespace
}  // namespace ghboot::render
