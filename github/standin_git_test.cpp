// SPDX-License-Identifier: Apache-2.0
// Branches, commits and trees of Acme/Shop: a commit of many files, who was first, what a token may not and a
// rule forbids, and answers that were lost.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "github/git_data.h"
#include "github/standin_fixture.h"

namespace ghboot::github {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* nowhere = "0123456789012345678901234567890123456789";

class StandinGit : public StandinMeeting {
 protected:
  GitData git() { return {*client_, {"Acme", "Shop"}}; }
  GitData git_of(const Client& client) { return {const_cast<Client&>(client), {"Acme", "Shop"}}; }

  template <class T>
  T good(Result<T> result) {
    EXPECT_TRUE(result) << result.error().message;
    return result ? *std::move(result) : T{};
  }
  template <class T>
  Error bad(const Result<T>& result, ErrorKind kind) {
    EXPECT_FALSE(result);
    if (result) return {};
    EXPECT_EQ(result.error().kind, kind) << result.error().message;
    return result.error();
  }

  // The first commit, which the API for trees cannot make.
  std::string seed() {
    EXPECT_TRUE(client_->send({.method = "PUT",
                               .path = "/repos/Acme/Shop/contents/README.md",
                               .body = R"({"message": "first", "content": "aGVsbG8K"})"},
                              wait()));
    return good(git().branch("main", wait()));
  }
  // On top of `parent`; no branch is at it.
  std::string commit(const std::string& parent, const std::vector<TreeChange>& changes,
                     const std::string& message = "change") {
    const GitCommit base = good(git().commit(parent, wait()));
    const std::string tree = good(git().make_tree(base.tree, changes, wait()));
    return good(git().make_commit({.message = message, .tree = tree, .parents = {parent}}, wait()));
  }
  std::unique_ptr<Client> limited(const Json& permissions) {
    return client(
        token({{"login", "ada"}, {"kind", "fine_grained"}, {"owner", "Acme"}, {"permissions", permissions}}));
  }
  std::int64_t asked(const std::string& method) {
    std::int64_t count = 0;
    for (const Json& one : requests()) count += one["method"] == method ? 1 : 0;
    return count;
  }
};

TEST_F(StandinGit, OneCommitChangesManyFiles) {
  const std::string first = seed();
  const std::string raw("\xff\x00\n", 3);
  const std::string blob = good(git().make_blob(raw, wait()));
  const std::string second = commit(first, {{.path = "a/ä.txt", .mode = "100644", .text = "größe\n"},
                                            {.path = "run.sh", .mode = "100755", .sha = blob},
                                            {.path = "README.md", .mode = "100644"}});
  ASSERT_TRUE(git().move_branch("main", second, wait()));
  EXPECT_EQ(good(git().branch("main", wait())), second);
  const GitCommit made = good(git().commit(second, wait()));
  EXPECT_EQ(made.message, "change");
  EXPECT_THAT(made.parents, ::testing::ElementsAre(first));
  const auto items = good(git().tree(made.tree, wait()));
  ASSERT_THAT(items, SizeIs(3));
  EXPECT_EQ(items[0].path, "a");
  EXPECT_EQ(items[0].type, "tree");
  EXPECT_EQ(items[1].path, "a/ä.txt");
  EXPECT_EQ(good(git().blob(items[1].sha, wait())), "größe\n");
  EXPECT_EQ(items[2].mode, "100755");
  EXPECT_EQ(good(git().blob(items[2].sha, wait())), raw);
}

TEST_F(StandinGit, AnAuthorIsNamedOrLeftToGitHub) {
  const std::string first = seed(), tree = good(git().commit(first, wait())).tree;
  const auto author_of = [&](std::optional<GitPerson> author) {
    const std::string sha = good(git().make_commit(
        {.message = "m", .tree = tree, .parents = {first}, .author = std::move(author)}, wait()));
    const auto answer = client_->send({.path = "/repos/Acme/Shop/git/commits/" + sha}, wait());
    return text_in((*answer->json)["author"], "name");
  };
  EXPECT_EQ(author_of(GitPerson{"Bot", "bot@example.com"}), "Bot");
  EXPECT_EQ(author_of(std::nullopt), "ghboot");
}

TEST_F(StandinGit, AnEmptyRepositoryIsAConflictThatSaysSo) {
  const Error error = bad(git().branch("main", wait()), ErrorKind::conflict);
  EXPECT_THAT(error.message, HasSubstr("Acme/Shop is empty: make its first commit"));
  EXPECT_THAT(error.message, HasSubstr("Git Repository is empty."));
  EXPECT_THAT(bad(git().make_blob("x", wait()), ErrorKind::conflict).message,
              HasSubstr("No blob was made in Acme/Shop: the repository is empty."));
  bad(git().recent_commits("main", wait()), ErrorKind::conflict);
}

TEST_F(StandinGit, ABranchThatIsNotThereIsMissing) {
  seed();
  EXPECT_THAT(bad(git().branch("other", wait()), ErrorKind::missing).message,
              AllOf(HasSubstr("There is no branch other in Acme/Shop."), HasSubstr("must not see")));
  bad(GitData(*client_, {"Acme", "None"}).branch("main", wait()), ErrorKind::missing);
  const std::string next = commit(good(git().branch("main", wait())), {{.path = "a", .text = "1"}});
  EXPECT_THAT(bad(git().move_branch("other", next, wait()), ErrorKind::missing).message,
              HasSubstr("The branch other of Acme/Shop was not moved."));
  bad(git().commit(nowhere, wait()), ErrorKind::missing);
}

TEST_F(StandinGit, ABranchsNameMayHaveSlashesAndOddLetters) {
  const std::string first = seed();
  for (const char* name : {"feature/one", "feature/ä#1%2F&b+c=d", "a/b/c@d!'()\""}) {
    ASSERT_TRUE(git().make_branch(name, first, wait())) << name;
    EXPECT_EQ(good(git().branch(name, wait())), first);
    const std::string next = commit(first, {{.path = "a", .text = name}});
    ASSERT_TRUE(git().move_branch(name, next, wait())) << name;
    EXPECT_EQ(good(git().branch(name, wait())), next);
    EXPECT_EQ(good(git().recent_commits(name, wait())).at(0).sha, next);
  }
  mark();
  for (const char* name : {"", "a..b", "a/../../x", "/a", "a/", "a b", "a?b", ".a", "a.lock", "a\\b"})
    EXPECT_THAT(bad(git().branch(name, wait()), ErrorKind::invalid).message,
                HasSubstr("is no name that a branch can have"));
  EXPECT_EQ(counted(), 0);
}

TEST_F(StandinGit, WhoIsSecondHasAConflict) {
  const std::string first = seed();
  const std::string one = commit(first, {{.path = "a", .text = "1"}}, "one"),
                    two = commit(first, {{.path = "a", .text = "2"}}, "two");
  ASSERT_TRUE(git().move_branch("main", one, wait()));
  const Error error = bad(git().move_branch("main", two, wait()), ErrorKind::conflict);
  EXPECT_THAT(error.message, AllOf(HasSubstr("The branch main of Acme/Shop was not moved."),
                                   HasSubstr("Update is not a fast forward")));
  EXPECT_EQ(good(git().branch("main", wait())), one);
  ASSERT_TRUE(git().make_branch("new", one, wait()));
  EXPECT_THAT(bad(git().make_branch("new", one, wait()), ErrorKind::conflict).message,
              HasSubstr("The branch new was not made in Acme/Shop."));
  EXPECT_THAT(bad(git().make_branch("newer", nowhere, wait()), ErrorKind::invalid).message,
              HasSubstr("Object does not exist"));
}

TEST_F(StandinGit, ARuleThatForbidsAMoveIsToldInGitHubsWords) {
  const std::string next = commit(seed(), {{.path = "a", .text = "1"}});
  control("PATCH", "/repositories/Acme/Shop", {{"protected_branches", {"main"}}});
  const Error error = bad(git().move_branch("main", next, wait()), ErrorKind::refused);
  EXPECT_THAT(error.message,
              HasSubstr("The branch main of Acme/Shop was not moved: a rule of the repository, or "
                        "a protection of the branch, forbids it."));
  EXPECT_THAT(error.message, HasSubstr("Changes must be made through a pull request."));
  // As branch protections say it.
  control("PATCH", "/repositories/Acme/Shop", {{"protected_branches", Json::array()}});
  fault({{"method", "PATCH"},
         {"status", 409},
         {"times", 1},
         {"body",
          R"({"message":"Protected branch update failed for refs/heads/main.","documentation_url":"d"})"}});
  bad(git().move_branch("main", next, wait()), ErrorKind::refused);
  EXPECT_TRUE(git().move_branch("main", next, wait()));
}

TEST_F(StandinGit, ATokenThatMayReadAloneIsRefusedEveryWrite) {
  const std::string first = seed();
  const auto fine = limited({{"contents", "read"}});
  const auto classic = client(token({{"login", "ben"}, {"scopes", {"repo"}}}));  // Who may read there.
  for (const Client* one : {fine.get(), classic.get()}) {
    EXPECT_EQ(good(git_of(*one).branch("main", wait())), first);
    for (const Error& error :
         {bad(git_of(*one).make_blob("x", wait()), ErrorKind::refused),
          bad(git_of(*one).make_tree("", {{.path = "a", .text = "x"}}, wait()), ErrorKind::refused),
          bad(git_of(*one).make_commit({.message = "m", .tree = first}, wait()), ErrorKind::refused),
          bad(git_of(*one).move_branch("main", first, wait()), ErrorKind::refused),
          bad(git_of(*one).make_branch("b", first, wait()), ErrorKind::refused)})
      EXPECT_THAT(error.message, HasSubstr("akes the permission Contents: write, or the scope `repo`"));
  }
}

TEST_F(StandinGit, AFileOfAWorkflowTakesARightOfItsOwn) {
  const std::string tree = good(git().commit(seed(), wait())).tree;
  const std::vector<TreeChange> change{{.path = ".github/workflows/a.yml", .text = "on: push\n"}};
  const auto fine = limited({{"contents", "write"}});
  const auto classic = client(token({{"login", "ada"}, {"scopes", {"repo"}}}));
  for (const Client* one : {fine.get(), classic.get()}) {
    const Error error = bad(git_of(*one).make_tree(tree, change, wait()), ErrorKind::refused);
    EXPECT_THAT(error.message,
                HasSubstr("takes for the files below .github/workflows the permission Workflows: "
                          "write, or the scope `workflow` of a classic token"));
    EXPECT_TRUE(git_of(*one).make_tree(tree, {{.path = "a.yml", .text = "on: push\n"}}, wait()));
  }
  const auto enough = limited({{"contents", "write"}, {"workflows", "write"}});
  EXPECT_TRUE(git_of(*enough).make_tree(tree, change, wait()));
  // Where GitHub says it at the branch.
  fault(
      {{"method", "PATCH"},
       {"status", 422},
       {"times", 1},
       {"body", R"({"message":"refusing to allow a GitHub App to create or update workflow `a.yml` without )"
                R"(`workflows` permission","documentation_url":"d"})"}});
  EXPECT_THAT(bad(git().move_branch("main", nowhere, wait()), ErrorKind::refused).message,
              HasSubstr("files of workflows take the permission Workflows: write"));
}

TEST_F(StandinGit, AnObjectWhoseAnswerWasLostIsMadeAgain) {
  const std::string first = seed(), tree = good(git().commit(first, wait())).tree;
  for (const char* cut : {"before", "after"}) {
    for (const char* kind : {"blobs", "trees", "commits"})
      fault({{"method", "POST"},
             {"path_prefix", std::string("/repos/Acme/Shop/git/") + kind},
             {"cut", cut},
             {"times", 1}});
    mark();
    good(git().make_blob("x", wait()));
    const std::string made = good(git().make_tree(tree, {{.path = "a", .text = "1"}}, wait()));
    good(git().make_commit({.message = "m", .tree = made, .parents = {first}}, wait()));
    EXPECT_EQ(asked("POST"), 6);
  }
  // With no answer at all it is not open: nothing refers to it.
  pace_.tries_max = 2;
  client_ = client("ghp_admin");
  fault({{"method", "POST"}, {"cut", "after"}});
  EXPECT_THAT(bad(git().make_blob("x", wait()), ErrorKind::unreachable).message,
              AllOf(HasSubstr("No blob was made in Acme/Shop."), HasSubstr("Nothing was changed.")));
  control("DELETE", "/faults");
  fault({{"method", "POST"}, {"status", 502}, {"body", "html"}});
  EXPECT_THAT(bad(git().make_blob("x", wait()), ErrorKind::unreachable).message,
              HasSubstr("Nothing was changed: try again later."));
}

TEST_F(StandinGit, AMoveThatWasNotAnsweredIsOpenUntilTheBranchTells) {
  std::string head = seed();
  for (const char* cut : {"before", "after"}) {
    const std::string next = commit(head, {{.path = "a", .text = cut}});
    fault({{"method", "PATCH"}, {"cut", cut}, {"times", 1}});
    mark();
    EXPECT_THAT(bad(git().move_branch("main", next, wait()), ErrorKind::unknown).message,
                HasSubstr("It may have happened: look it up"));
    EXPECT_EQ(asked("PATCH"), 1);
    EXPECT_EQ(good(git().branch("main", wait())), std::string(cut) == "before" ? head : next);
    head = good(git().branch("main", wait()));
  }
  fault({{"method", "POST"}, {"cut", "after"}, {"times", 1}});
  bad(git().make_branch("b", head, wait()), ErrorKind::unknown);
  EXPECT_EQ(good(git().branch("b", wait())), head);
}

TEST_F(StandinGit, WhatCannotBeSentAsItIsIsNotSent) {
  seed();
  mark();
  const auto refused = [&](const std::vector<TreeChange>& changes) {
    return bad(git().make_tree("", changes, wait()), ErrorKind::invalid).message;
  };
  EXPECT_THAT(refused({{.path = "a", .text = "\xff"}}), HasSubstr("its text is no UTF-8: make a blob of it"));
  EXPECT_THAT(refused({{.path = "\xff", .text = "x"}}), HasSubstr("its path is empty, or no UTF-8"));
  EXPECT_THAT(refused({{.path = "a", .sha = nowhere, .text = "x"}}), HasSubstr("give one of them"));
  EXPECT_THAT(refused({{.path = "a", .sha = "main"}}), HasSubstr("none of git's"));
  EXPECT_THAT(refused({}), HasSubstr("without a change"));
  EXPECT_THAT(
      refused({{.path = "a", .text = std::string(content_size_max, 'x')}, {.path = "b", .text = "y"}}),
      HasSubstr("41943041 bytes together, and 41943040 at most: make blobs"));
  EXPECT_THAT(
      bad(git().make_blob(std::string(content_size_max + 1, 'x'), wait()), ErrorKind::invalid).message,
      HasSubstr("A blob of 41943041 bytes is larger than 41943040"));
  EXPECT_THAT(bad(git().commit("main", wait()), ErrorKind::invalid).message, HasSubstr("no SHA of git's"));
  bad(git().tree("../../x", wait()), ErrorKind::invalid);
  bad(git().blob("", wait()), ErrorKind::invalid);
  EXPECT_EQ(counted(), 0);
}

TEST_F(StandinGit, ALargeBlobGoesThereAndBack) {
  seed();
  const std::string bytes((std::size_t{1} << 20U) + 1, '\xfe');
  EXPECT_TRUE(good(git().blob(good(git().make_blob(bytes, wait())), wait())) == bytes);
}

TEST_F(StandinGit, AFileThatIsRemovedAndNotThereIsSaidSo) {
  const std::string tree = good(git().commit(seed(), wait())).tree;
  EXPECT_THAT(bad(git().make_tree(tree, {{.path = "none"}}, wait()), ErrorKind::invalid).message,
              HasSubstr("A file that is to be removed is not in the tree"));
}

TEST_F(StandinGit, ATreeThatGitHubCutsOffIsNoTree) {
  fault({{"method", "GET"},
         {"status", 200},
         {"times", 1},
         {"body", R"({"sha":"0123","tree":[],"truncated":true})"}});
  EXPECT_THAT(bad(git().tree(nowhere, wait()), ErrorKind::refused).message,
              HasSubstr("GitHub cut the tree 0123 off after 0 items: it gives at most 100,000, or 7 MB."));
}

TEST_F(StandinGit, AModeOfGitsFirstYearsIsToldAsWhatItMeans) {
  fault({{"method", "GET"},
         {"status", 200},
         {"times", 1},
         {"body",
          R"({"tree":[{"path":"a","mode":"100664","type":"blob","sha":")" + std::string(nowhere) + "\"}]}"}});
  const auto items = good(git().tree(nowhere, wait()));
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].mode, "100644");
}

TEST_F(StandinGit, WhatIsNoneOfGitHubsAnswersIsAnError) {
  fault({{"method", "GET"}, {"status", 200}, {"body", R"([1])"}});
  EXPECT_THAT(bad(git().branch("main", wait()), ErrorKind::unreachable).message, HasSubstr("is no branch"));
  EXPECT_THAT(bad(git().commit(nowhere, wait()), ErrorKind::unreachable).message, HasSubstr("is no commit"));
  EXPECT_THAT(bad(git().tree(nowhere, wait()), ErrorKind::unreachable).message, HasSubstr("is no tree"));
  EXPECT_THAT(bad(git().blob(nowhere, wait()), ErrorKind::unreachable).message, HasSubstr("is no blob"));
  bad(git().recent_commits("main", wait()), ErrorKind::unreachable);
  control("DELETE", "/faults");
  fault({{"method", "GET"}, {"status", 200}, {"body", R"({"content":"?","encoding":"base64"})"}});
  EXPECT_THAT(bad(git().blob(nowhere, wait()), ErrorKind::unreachable).message, HasSubstr("blob in base64"));
}

TEST_F(StandinGit, ABranchsCommitsAreGivenTheNewestFirst) {
  const std::string first = seed();
  const std::string second = commit(first, {{.path = "a/b.txt", .text = "1"}}, "second");
  ASSERT_TRUE(git().move_branch("main", second, wait()));
  const auto found = good(git().recent_commits("main", wait()));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].sha, second);
  EXPECT_EQ(found[0].message, "second");
  EXPECT_EQ(found[0].tree, good(git().commit(second, wait())).tree);
  EXPECT_THAT(found[0].parents, ::testing::ElementsAre(first));
  EXPECT_EQ(found[1].sha, first);
  bad(git().recent_commits("other", wait()), ErrorKind::missing);
}

}  // namespace
}  // namespace ghboot::github
