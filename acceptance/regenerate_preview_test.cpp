// SPDX-License-Identifier: Apache-2.0
// `ghboot regenerate --dry-run`: what it shows is what git takes, and what a terminal may have.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/regenerate_place.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class RegeneratePreview : public RegeneratePlace {
 protected:
  Outcome dry(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"--dry-run"};
    all.insert(all.end(), more.begin(), more.end());
    return helper.run(words(all));
  }
  Outcome git(std::vector<std::string> words) const {
    words.insert(words.begin(), "git");
    Process process({std::move(words),
                     clones.path(),
                     {{"HOME", clones.path().string()}, {"PATH", "/usr/local/bin:/usr/bin:/bin"}}});
    return process.wait();
  }
  void clone() const {
    std::string url = repository.github->address() + "/acme/.github.git";
    url.insert(url.find("//") + 2, "x:root-token@");
    ASSERT_TRUE(done(git({"clone", "-q", url, "clone"})));
  }

  TempFolder clones;
};

TEST_F(RegeneratePreview, IsWhatGitApplyMakesOfAClone) {
  for (const char* name : {"a name.txt", "ends.txt", "goes.txt", "run.sh", "becomes-a-link"})
    template_file(name, "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
  fs::create_symlink("CODEOWNERS", templates.path() / "link");
  ASSERT_TRUE(done(helper.run(words())));
  template_file("a name.txt", "0\n1\n2\n3\n4\n5\n6\n7\n8\nnine\n");
  template_file("ends.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\r\nno end");
  template_file("new/ä.txt", "new\n");
  template_file("new/empty.txt", "");
  fs::remove(templates.path() / "goes.txt");
  fs::permissions(templates.path() / "run.sh", fs::perms::owner_exec, fs::perm_options::add);
  for (const char* name : {"becomes-a-link", "link"}) fs::remove(templates.path() / name);
  for (const char* name : {"becomes-a-link", "link"}) fs::create_symlink("ends.txt", templates.path() / name);

  const Outcome shown = dry();
  ASSERT_TRUE(done(shown));
  EXPECT_THAT(shown.out,
              testing::StartsWith("~ .github/ghboot-manifest.json\n~ a name.txt\n~ becomes-a-link\n"
                                  "~ ends.txt\n- goes.txt\n~ link\n+ new/empty.txt\n+ new/ä.txt\n"
                                  "~ run.sh\ndiff --git a/.github/ghboot-manifest.json "));
  EXPECT_THAT(shown.out, AllOf(HasSubstr("old mode 100644\nnew mode 100755\n"),
                               HasSubstr("-CODEOWNERS\n\\ No newline at end of file\n+ends.txt\n"),
                               HasSubstr("--- a/goes.txt\n+++ /dev/null\n")));
  clone();
  write_file(clones.path() / "patch", shown.out);
  ASSERT_TRUE(done(git({"-C", "clone", "apply", "--check", "../patch"})));
  ASSERT_TRUE(done(git({"-C", "clone", "apply", "--index", "../patch"})));
  ASSERT_TRUE(done(helper.run(words())));
  // The patch has made the very tree that the run has.
  ASSERT_TRUE(done(git({"-C", "clone", "fetch", "-q"})));
  const Outcome same = git({"-C", "clone", "diff", "--cached", "--exit-code", "origin/main"});
  EXPECT_TRUE(done(same));
}

TEST_F(RegeneratePreview, OnATerminalHasNothingThatMovesItsCursorAndAPipeHasTheBytes) {
  repository.put("CODEOWNERS", "* @\x1b[2Jmallory\n");
  EXPECT_THAT(dry().out, HasSubstr("-* @\x1b[2Jmallory\n"));
  const Outcome shown = helper.run_on_terminal(words({"--dry-run"}));
  ASSERT_TRUE(done(shown));
  EXPECT_THAT(shown.out, AllOf(HasSubstr("-* @\\x1B[2Jmallory"), Not(HasSubstr("\x1b"))));
}

TEST_F(RegeneratePreview, AsJsonHasTheDiffOfEachChange) {
  repository.put("CODEOWNERS", "* @mallory\n");
  template_file("picture.png", std::string("\x89PNG\0", 5));
  const Outcome told = dry({"--json"});
  ASSERT_TRUE(done(told));
  const json changes = json::parse(told.out)["changes"];
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_THAT(changes[1]["diff"].get<std::string>(), HasSubstr("@@ -1 +1 @@\n-* @mallory\n+* @acme/all\n"));
  EXPECT_EQ(changes[2]["path"], "picture.png");
  EXPECT_TRUE(changes[2].contains("diff"));
  EXPECT_TRUE(changes[2]["diff"].is_null());
  EXPECT_THAT(dry().out, HasSubstr("Binary files /dev/null and b/picture.png differ\n"));
}

TEST_F(RegeneratePreview, OfALargeFileSaysThatItIsTooLargeToShowAndGitDoesNotTakeItForNothing) {
  repository.put("CODEOWNERS", std::string((std::size_t{1} << 20U) + 1, 'x'));
  const Outcome shown = dry();
  ASSERT_TRUE(done(shown));
  EXPECT_THAT(shown.out, HasSubstr("Files a/CODEOWNERS and b/CODEOWNERS (too large to show: 1048577 bytes; "
                                   "1048576 are the most) differ\n"));
  clone();
  write_file(clones.path() / "patch", shown.out);
  const Outcome refused = git({"-C", "clone", "apply", "--check", "../patch"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("CODEOWNERS"));
}

}  // namespace
}  // namespace ghboot::acceptance
