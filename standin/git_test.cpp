// SPDX-License-Identifier: Apache-2.0
// Git's data over the API, on real repositories of the real git.
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>

#include "nats/base64.h"
#include "nats/program.h"
#include "standin/test_standin.h"

namespace ghboot::standin {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace fs = std::filesystem;

class GitTest : public StandinTest {
 protected:
  GitTest() {
    std::string name = (fs::temp_directory_path() / "ghboot-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    const char* path = std::getenv("PATH");
    const auto program = nats::find_program("git", path == nullptr ? "" : path, {"/usr/bin/git"});
    EXPECT_TRUE(program);
    git_ = Git(program->string(), folder_ + "/git");
    const State state = standin_->state();
    standin_ = open();
    standin_->change([&](State& empty) { empty = state; });
  }
  ~GitTest() override { fs::remove_all(folder_); }

  Response put(const std::string& path, const std::string& text, const std::string& sha = "",
               const std::string& branch = "") {
    Json body{{"message", "change " + path}, {"content", nats::encode_base64(text)}};
    if (!sha.empty()) body["sha"] = sha;
    if (!branch.empty()) body["branch"] = branch;
    return ask("PUT", repo_ + "/contents/" + path, body);
  }
  std::string head(const std::string& branch = "main") {
    return json(ask("GET", repo_ + "/git/ref/heads/" + branch))["object"]["sha"].get<std::string>();
  }
  std::string text_of(const std::string& path) {
    return nats::decode_base64(json(ask("GET", repo_ + "/contents/" + path))["content"].get<std::string>())
        .value_or("?");
  }
  std::string message(const Response& response) { return json(response).value("message", ""); }
  // A commit of these files on top of main, with no branch at it.
  std::string commit(const Json& tree) {
    const std::string base = head();
    const Json made = json(ask("POST", repo_ + "/git/trees", {{"base_tree", base}, {"tree", tree}}));
    const Response response = ask("POST", repo_ + "/git/commits",
                                  {{"message", "many"}, {"tree", made["sha"]}, {"parents", {base}}});
    EXPECT_EQ(response.status, 201U) << response.body << made;
    return json(response)["sha"].get<std::string>();
  }
  static Json file(const std::string& path, const std::string& text) {
    return {{"path", path}, {"mode", "100644"}, {"type", "blob"}, {"content", text}};
  }

  std::string folder_;
  const std::string repo_ = "/repos/acme/shop";
};

TEST_F(GitTest, AnEmptyRepositoryTakesAFileAndNothingElse) {
  EXPECT_EQ(ask("GET", repo_ + "/git/ref/heads/main").status, 409U);
  EXPECT_EQ(ask("POST", repo_ + "/git/blobs", {{"content", "x"}}).status, 409U);
  EXPECT_EQ(ask("POST", repo_ + "/git/refs", {{"ref", "refs/heads/x"}, {"sha", std::string(40, 'a')}}).status,
            409U);
  EXPECT_EQ(put("README.md", "hello").status, 201U);
  EXPECT_EQ(text_of("README.md"), "hello");
}

TEST_F(GitTest, ContentIsInLinesOfBase64) {
  put("long.txt", std::string(100, 'x'));
  EXPECT_THAT(json(ask("GET", repo_ + "/contents/long.txt"))["content"].get<std::string>(), HasSubstr("\n"));
  const Response raw =
      ask("GET", repo_ + "/contents/long.txt", nullptr, {{"Accept", "application/vnd.github.raw+json"}});
  EXPECT_EQ(raw.body, std::string(100, 'x'));
}

TEST_F(GitTest, AFileOverAMegabyteIsGivenRawAlone) {
  put("big.bin", std::string((1U << 20U) + 1, 'x'));
  const Json view = json(ask("GET", repo_ + "/contents/big.bin"));
  EXPECT_EQ(view["encoding"], "none");
  EXPECT_EQ(view["content"], "");
  EXPECT_EQ(view["size"], (1U << 20U) + 1);
}

TEST_F(GitTest, ChangingAFileNeedsTheShaThatItHas) {
  const Json made = json(put("a.txt", "one"));
  const std::string sha = made["content"]["sha"];
  EXPECT_EQ(put("a.txt", "two").status, 422U);
  EXPECT_EQ(put("a.txt", "two", std::string(40, 'a')).status, 409U);
  EXPECT_EQ(put("a.txt", "two", sha).status, 200U);
  EXPECT_EQ(put("a.txt", "three", sha).status, 409U);  // Another was faster.
  EXPECT_EQ(put("b.txt", "x", "", "no-such-branch").status, 404U);
}

TEST_F(GitTest, AFileIsDeletedByBodyOrByQuery) {
  const Json made = json(put("dir/a.txt", "one"));
  put("dir/b.txt", "two");
  EXPECT_THAT(json(ask("GET", repo_ + "/contents/dir")), SizeIs(2));
  EXPECT_EQ(ask("DELETE", repo_ + "/contents/dir/a.txt", {{"message", "gone"}}).status, 422U);
  const std::string sha = made["content"]["sha"];
  EXPECT_EQ(ask("DELETE", repo_ + "/contents/dir/a.txt?message=gone&sha=" + sha).status, 200U);
  EXPECT_EQ(ask("GET", repo_ + "/contents/dir/a.txt").status, 404U);
  EXPECT_EQ(text_of("dir/b.txt"), "two");
}

TEST_F(GitTest, ManyFilesAreOneCommitAndTheBranchMovesOnlyForward) {
  put("a.txt", "one");
  const std::string before = head();
  const std::string made = commit(
      {file("b.txt", "b"), file("c/d.txt", "d"), {{"path", "a.txt"}, {"mode", "100644"}, {"sha", nullptr}}});
  EXPECT_EQ(ask("PATCH", repo_ + "/git/refs/heads/main", {{"sha", made}}).status, 200U);
  EXPECT_EQ(text_of("c/d.txt"), "d");
  EXPECT_EQ(ask("GET", repo_ + "/contents/a.txt").status, 404U);
  const Response back = ask("PATCH", repo_ + "/git/refs/heads/main", {{"sha", before}});
  EXPECT_EQ(back.status, 422U);
  EXPECT_EQ(message(back), "Update is not a fast forward");
  EXPECT_EQ(ask("PATCH", repo_ + "/git/refs/heads/main", {{"sha", before}, {"force", true}}).status, 200U);
  EXPECT_EQ(text_of("a.txt"), "one");
}

TEST_F(GitTest, ATreeDoesNotLoseAFileThatIsNotThere) {
  put("a.txt", "one");
  const Json tree = Json::array({{{"path", "b.txt"}, {"mode", "100644"}, {"sha", nullptr}}});
  EXPECT_EQ(ask("POST", repo_ + "/git/trees", {{"base_tree", head()}, {"tree", tree}}).status, 422U);
}

TEST_F(GitTest, ATreeIsListedWithAllThatIsBelow) {
  put("c/d.txt", "d");
  EXPECT_THAT(json(ask("GET", repo_ + "/git/trees/main"))["tree"], SizeIs(1));
  const Json whole = json(ask("GET", repo_ + "/git/trees/" + head() + "?recursive=1"));
  ASSERT_THAT(whole["tree"], SizeIs(2));
  EXPECT_EQ(whole["tree"][1]["path"], "c/d.txt");
  EXPECT_EQ(whole["truncated"], false);
  // "blob <length>\0" and the bytes, in SHA-1: whoever computes it needs no request.
  EXPECT_EQ(whole["tree"][1]["sha"], "c59d9b6344f1af00e504ba698129f07a34bbed8d");
}

TEST_F(GitTest, WhatLooksLikeAnOptionIsNoName) {
  put("a.txt", "one");
  EXPECT_EQ(ask("GET", repo_ + "/git/trees/--help").status, 404U);
  EXPECT_EQ(ask("GET", repo_ + "/git/blobs/" + std::string(40, '-')).status, 404U);
  EXPECT_EQ(ask("GET", repo_ + "/contents/a.txt?ref=--all").status, 404U);
}

TEST_F(GitTest, ABlobComesBackAsItWas) {
  put("a.txt", "one");
  const std::string bytes("\x00\xff\n", 3);
  const Json made = json(
      ask("POST", repo_ + "/git/blobs", {{"content", nats::encode_base64(bytes)}, {"encoding", "base64"}}));
  const Json blob = json(ask("GET", repo_ + "/git/blobs/" + made["sha"].get<std::string>()));
  EXPECT_EQ(nats::decode_base64(blob["content"].get<std::string>()), bytes);
  EXPECT_EQ(blob["size"], 3);
}

TEST_F(GitTest, ABranchIsMadeOnce) {
  put("a.txt", "one");
  const Json body{{"ref", "refs/heads/feature/x"}, {"sha", head()}};
  EXPECT_EQ(ask("POST", repo_ + "/git/refs", body).status, 201U);
  const Response again = ask("POST", repo_ + "/git/refs", body);
  EXPECT_EQ(again.status, 422U);
  EXPECT_EQ(message(again), "Reference already exists");
  EXPECT_EQ(head("feature/x"), head());
  EXPECT_EQ(ask("DELETE", repo_ + "/git/refs/heads/feature/x").status, 204U);
  EXPECT_EQ(ask("GET", repo_ + "/git/ref/heads/feature/x").status, 404U);
}

TEST_F(GitTest, ACommitIsAPushThatHooksHearOf) {
  make_hook("https://a.example");
  sent_.clear();
  put("a.txt", "one");
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(header(sent_[0], "X-GitHub-Event"), "push");
  EXPECT_EQ(Json::parse(sent_[0].body)["after"], head());
}

TEST_F(GitTest, WorkflowsNeedARightOfTheirOwn) {
  put("a.txt", "one");
  standin_->change([](State& state) {
    add_token(state, "plain", {.login = "ada", .scopes = {"repo"}});
    add_token(
        state, "fine",
        {.kind = "fine_grained", .login = "ada", .permissions = {{"contents", "write"}}, .owner_id = acme});
  });
  token_ = "plain";
  EXPECT_EQ(put(".github/workflows/ci.yml", "on: push").status, 404U);
  token_ = "fine";
  EXPECT_EQ(put("b.txt", "two").status, 201U);
  EXPECT_EQ(put(".github/workflows/ci.yml", "on: push").status, 403U);
  token_ = "ada-token";
  EXPECT_EQ(put(".github/workflows/ci.yml", "on: push").status, 201U);
}

TEST_F(GitTest, TwoCommitsAreCompared) {
  put("a.txt", "one");
  const std::string base = head();
  put("b.txt", "two");
  const Json compared = json(ask("GET", repo_ + "/compare/" + base + "...main"));
  EXPECT_EQ(compared["status"], "ahead");
  EXPECT_EQ(compared["ahead_by"], 1);
  ASSERT_THAT(compared["files"], SizeIs(1));
  EXPECT_EQ(compared["files"][0]["filename"], "b.txt");
  EXPECT_EQ(compared["files"][0]["status"], "added");
  EXPECT_EQ(json(ask("GET", repo_ + "/compare/main...main"))["status"], "identical");
}

TEST_F(GitTest, TheHistoryOfAPathLeavesOutOtherCommits) {
  EXPECT_EQ(ask("GET", repo_ + "/commits").status, 409U);
  put("a.txt", "one");
  const std::string first = head();
  put("b/c.txt", "two");
  EXPECT_THAT(json(ask("GET", repo_ + "/commits?sha=main")), SizeIs(2));
  const Json of_a = json(ask("GET", repo_ + "/commits?path=a.txt"));
  ASSERT_THAT(of_a, SizeIs(1));
  EXPECT_EQ(of_a[0]["sha"], first);
  EXPECT_EQ(of_a[0]["commit"]["message"], "change a.txt");
  EXPECT_EQ(json(ask("GET", repo_ + "/commits?path=b&per_page=1"))[0]["sha"], head());
  EXPECT_THAT(json(ask("GET", repo_ + "/commits?path=c")), IsEmpty());
  EXPECT_EQ(ask("GET", repo_ + "/commits?sha=none").status, 404U);
}

TEST_F(GitTest, AProtectedBranchIsMovedForNobody) {
  put("a.txt", "one");
  const std::string before = head(), next = commit({{{"path", "b"}, {"mode", "100644"}, {"content", "x"}}});
  standin_->change([](State& state) { state.repositories[shop].protected_branches = {"main"}; });
  const Response moved = ask("PATCH", repo_ + "/git/refs/heads/main", {{"sha", next}});
  EXPECT_EQ(moved.status, 422U);
  EXPECT_THAT(message(moved), HasSubstr("Repository rule violations found"));
  EXPECT_EQ(put("c.txt", "x").status, 409U);
  EXPECT_EQ(ask("DELETE", repo_ + "/git/refs/heads/main").status, 422U);
  EXPECT_EQ(head(), before);
  EXPECT_EQ(json(ask("GET", repo_ + "/branches/main"))["protected"], true);
  EXPECT_EQ(ask("POST", repo_ + "/git/refs", {{"ref", "refs/heads/work"}, {"sha", next}}).status, 201U);
  EXPECT_EQ(put("c.txt", "x", "", "work").status, 201U);
}

class PullTest : public GitTest {
 protected:
  PullTest() {
    put("a.txt", "one");
    ask("POST", repo_ + "/git/refs", {{"ref", "refs/heads/work"}, {"sha", head()}});
  }
  Response make(const std::string& head_branch = "work") {
    return ask("POST", repo_ + "/pulls", {{"title", "t"}, {"head", head_branch}, {"base", "main"}});
  }
  std::string why(const Response& response) { return json(response)["errors"][0].value("message", ""); }
};

TEST_F(PullTest, IsMadeOnceAndOnlyWhereThereIsSomethingToMerge) {
  EXPECT_EQ(why(make()), "No commits between main and work");
  put("b.txt", "two", "", "work");
  EXPECT_EQ(make("acme:work").status, 201U);
  const Response again = make();
  EXPECT_EQ(again.status, 422U);
  EXPECT_EQ(why(again), "A pull request already exists for Acme:work.");
  EXPECT_EQ(make("no-such").status, 422U);
}

TEST_F(PullTest, IsFoundByItsHeadAndChanged) {
  put("b.txt", "two", "", "work");
  const Json made = json(make());
  EXPECT_THAT(json(ask("GET", repo_ + "/pulls?head=Acme:work&base=main&state=open")), SizeIs(1));
  EXPECT_THAT(json(ask("GET", repo_ + "/pulls?head=Acme:other")), IsEmpty());
  const std::string place = repo_ + "/pulls/" + made["number"].dump();
  EXPECT_EQ(json(ask("PATCH", place, {{"title", "new"}, {"state", "closed"}}))["state"], "closed");
  EXPECT_THAT(json(ask("GET", repo_ + "/pulls")), IsEmpty());
  EXPECT_EQ(json(ask("GET", place))["title"], "new");
  EXPECT_TRUE(json(ask("GET", place)).contains("merge_commit_sha"));
  EXPECT_FALSE(json(ask("GET", place, nullptr, {{"X-GitHub-Api-Version", "2026-03-10"}}))
                   .contains("merge_commit_sha"));
}

}  // namespace
}  // namespace ghboot::standin
