// SPDX-License-Identifier: Apache-2.0
// Runs that make files anew, against the stand-in through real sockets: what is committed, with how many
// requests, and what becomes of it when others commit, answers get lost, or the lock is.
#include "regen/commit_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "github/standin_fixture.h"
#include "nats/base64.h"

namespace ghboot::regen {
namespace {

using github::Request;
using nats::LeaseError;
using render::ChangeKind;
using render::FileMode;
using render::RenderedFile;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CommitRuns : public github::StandinMeeting {
 protected:
  CommitRuns() {
    put("README.md", "# Acme\n");
    mark();
  }

  // As a person does, in the browser.
  void put(const std::string& path, const std::string& text, const std::string& branch = "main") {
    const Json body{{"message", "by hand"}, {"content", nats::encode_base64(text)}, {"branch", branch}};
    const auto there = send({.path = at("contents/" + path + "?ref=" + branch)});
    Json with_sha = body;
    if (there) with_sha["sha"] = (*there->json)["sha"];
    const auto put = send({.method = "PUT", .path = at("contents/" + path), .body = with_sha.dump()});
    EXPECT_TRUE(put) << put.error().message;
  }
  static std::string at(const std::string& rest) { return "/repos/Acme/Shop/" + rest; }
  github::Result<github::Response> send(const Request& request) { return client_->send(request, wait()); }

  RunOrder order(std::uint64_t sequence = 5) {
    return {.token = {.generation = 1, .sequence = sequence},
            .run = "nonce",
            .safe_point = [this]() -> nats::LeaseResult<void> {
              ++safe_points_;
              if (is_lost_) return nats::fail(LeaseError::lost, "another has it");
              return {};
            },
            .left = [this] { return is_lost_ ? std::chrono::seconds(0) : std::chrono::seconds(24); }};
  }
  Result<Committed> run(const std::vector<RenderedFile>& files, const RunOrder& order) {
    CommitRun run({.client = *client_,
                   .clock = clock_,
                   .say = [this](const std::string& text) { said_.push_back(text); }},
                  terms_);
    return run.run([&] { return files; }, order, wait());
  }
  Result<Committed> run(const std::vector<RenderedFile>& files) { return run(files, order(next_token_++)); }
  Committed done(const std::vector<RenderedFile>& files) {
    auto result = run(files);
    EXPECT_TRUE(result) << result.error().message;
    return result.value_or(Committed{});
  }
  std::string refused(const std::vector<RenderedFile>& files) {
    const auto result = run(files);
    return result ? "done" : result.error().message;
  }
  // "GET git/ref/heads/main" of each request since the last call.
  std::vector<std::string> asked() {
    std::vector<std::string> out;
    for (const Json& one : requests()) {
      std::string target = one["target"].get<std::string>();
      if (const auto found = target.find("/Shop/"); found != std::string::npos) target.erase(0, found + 6);
      out.push_back(one["method"].get<std::string>() + " " + target);
    }
    mark();
    return out;
  }
  std::string content(const std::string& path, const std::string& branch = "main") {
    const auto answer = send({.path = at("contents/" + path + "?ref=" + branch)});
    if (!answer) return fmt::format("{}", answer.error().status);
    return nats::decode_base64((*answer->json)["content"].get<std::string>()).value_or("?");
  }
  // The newest first, each with its first line.
  std::vector<std::string> history(const std::string& branch = "main") {
    std::vector<std::string> out;
    const auto answer = send({.path = at("commits?sha=" + branch)});
    EXPECT_TRUE(answer) << answer.error().message;
    if (!answer) return out;
    for (const auto& one : *answer->json) {
      const auto message = one["commit"]["message"].get<std::string>();
      out.push_back(message.substr(0, message.find('\n')));
    }
    return out;
  }
  std::string head_message() {
    const auto answer = send({.path = at("commits?sha=main&per_page=1")});
    return answer ? (*answer->json)[0]["commit"]["message"].get<std::string>() : answer.error().message;
  }

  CommitTerms terms_{.repository = {"Acme", "Shop"}, .branch = "main"};
  int safe_points_ = 0;
  bool is_lost_ = false;
  std::vector<std::string> said_;
  std::uint64_t next_token_ = 5;
  const std::vector<RenderedFile> files_{
      {.path = ".github/CODEOWNERS", .bytes = "* @acme/all\n"},
      {.path = "run.sh", .mode = FileMode::executable, .bytes = "#!/bin/sh\n"}};
};

TEST_F(CommitRuns, MakesOneCommitOfAllFiles) {
  const Committed made = done(files_);
  EXPECT_TRUE(made.is_new);
  EXPECT_THAT(asked(), ElementsAre("GET git/ref/heads/main", HasSubstr("GET git/commits/"),
                                   HasSubstr("GET git/trees/"), HasSubstr("GET commits?"), "POST git/trees",
                                   "POST git/commits", "PATCH git/refs/heads/main"));
  EXPECT_THAT(history(), ElementsAre("Regenerate files", "by hand"));
  EXPECT_EQ(content(".github/CODEOWNERS"), "* @acme/all\n");
  EXPECT_EQ(content("run.sh"), "#!/bin/sh\n");
  EXPECT_EQ(content("README.md"), "# Acme\n");
  EXPECT_THAT(content(".github/ghboot-manifest.json"), AllOf(HasSubstr("run.sh"), HasSubstr("CODEOWNERS")));
  EXPECT_EQ(head_message(), "Regenerate files\n\n[skip-regen]\n\nGhboot-Token: 1.5");
}

TEST_F(CommitRuns, SayWhatTheyDo) {
  const Committed first = done(files_);
  EXPECT_THAT(said_, ElementsAre("reads acme/shop main", "3 files change",
                                 "moves main to " + first.commit.substr(0, 7)));
  said_.clear();
  done(files_);
  EXPECT_THAT(said_, ElementsAre("reads acme/shop main", "no file changes"));
  said_.clear();
  auto files = files_;
  files[0].bytes = "* @acme/platform\n";
  done(files);
  EXPECT_EQ(said_[1], "1 file changes");
}

TEST_F(CommitRuns, OfUnchangedFilesTakesThreeRequestsAndMakesNoCommit) {
  const Committed first = done(files_);
  mark();
  const Committed second = done(files_);
  EXPECT_FALSE(second.is_new);
  EXPECT_EQ(second.commit, first.commit);
  EXPECT_THAT(second.changes, IsEmpty());
  EXPECT_EQ(asked().size(), 3U);
}

TEST_F(CommitRuns, OfOneChangedFileTakesTheLeastThatTheApiAllows) {
  done(files_);
  mark();
  auto files = files_;
  files[0].bytes = "* @acme/platform\n";
  const Committed made = done(files);
  ASSERT_EQ(made.changes.size(), 1U);
  EXPECT_EQ(made.changes[0].kind, ChangeKind::changed);
  EXPECT_EQ(asked().size(), 6U) << "three reads, the tree, the commit, the branch";
  EXPECT_EQ(content(".github/CODEOWNERS"), "* @acme/platform\n");
}

TEST_F(CommitRuns, RemovesWhatItMadeBeforeAndNothingElse) {
  done(files_);
  const Committed made = done({files_[0]});
  EXPECT_EQ(made.changes.size(), 2U);
  EXPECT_EQ(content("run.sh"), "404");
  EXPECT_EQ(content("README.md"), "# Acme\n");
}

TEST_F(CommitRuns, WithoutPruningLeavesIt) {
  done(files_);
  terms_.prune = false;
  EXPECT_FALSE(done({files_[0]}).is_new);
  EXPECT_EQ(content("run.sh"), "#!/bin/sh\n");
}

TEST_F(CommitRuns, WritesBytesThatAreNoTextToo) {
  const std::string bytes("\x89PNG\0\xff", 6);
  done({{.path = "logo.png", .bytes = bytes}});
  EXPECT_EQ(content("logo.png"), bytes);
  EXPECT_FALSE(done({{.path = "logo.png", .bytes = bytes}}).is_new);
}

TEST_F(CommitRuns, PutsBackWhatSomebodyChanged) {
  done(files_);
  put(".github/CODEOWNERS", "* @mallory\n");
  EXPECT_TRUE(done(files_).is_new);
  EXPECT_EQ(content(".github/CODEOWNERS"), "* @acme/all\n");
}

TEST_F(CommitRuns, OnABranchThatMovedMeanwhileIsBuiltOnWhatCame) {
  bool is_moved = false;
  RunOrder moved = order();
  moved.safe_point = [&]() -> nats::LeaseResult<void> {  // The last thing before the move.
    if (!std::exchange(is_moved, true)) put("by-hand.txt", "kept\n");
    return {};
  };
  const auto made = run(files_, moved);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(is_moved);
  EXPECT_THAT(said_, testing::Contains("somebody else has moved main meanwhile"));
  EXPECT_THAT(history(), ElementsAre("Regenerate files", "by hand", "by hand"));
  EXPECT_EQ(content("by-hand.txt"), "kept\n");
  EXPECT_EQ(content("run.sh"), "#!/bin/sh\n");
}

TEST_F(CommitRuns, OnABranchThatNeverStandsStillEndsWithWords) {
  int commits = 0;
  RunOrder moved = order();
  moved.safe_point = [&]() -> nats::LeaseResult<void> {
    put("by-hand.txt", fmt::format("{}\n", ++commits));
    return {};
  };
  const auto made = run(files_, moved);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::conflict);
  EXPECT_EQ(
      made.error().message,
      "branch main of Acme/Shop was moved by others 5 times while the files were made: try again when it "
      "stands still");
}

TEST_F(CommitRuns, WhoseMoveIsNotAnsweredIsLookedUp) {
  fault({{"method", "PATCH"},
         {"path_prefix", "/repos/acme/shop/git/refs/heads/main"},
         {"cut", "after"},
         {"times", 1}});
  const auto made = run(files_);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(history(), ElementsAre("Regenerate files", "by hand"));
}

TEST_F(CommitRuns, WithoutTheLockMovesNothing) {
  RunOrder lost = order();
  is_lost_ = true;
  const auto made = run(files_, lost);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::conflict);
  EXPECT_EQ(made.error().message, "the lock was lost: another has it");
  EXPECT_THAT(history(), ElementsAre("by hand"));
}

TEST_F(CommitRuns, AfterALostRunMovesTheBranchFirstThoughNothingHasToChange) {
  const Committed before = done(files_);
  RunOrder after = order(next_token_++);
  after.is_after_lost = true;
  const auto made = run(files_, after);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_NE(made->commit, before.commit);
  EXPECT_THAT(history(),
              ElementsAre("Fence off a regeneration that was cut off", "Regenerate files", "by hand"));
  EXPECT_THAT(said_,
              testing::Contains("fences off on main what an earlier run that was cut off may yet write"));
  // What the lost run would have moved the branch to is refused now.
  github::GitData git(*client_, {"Acme", "Shop"});
  const auto stale = git.move_branch("main", before.commit, wait());
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::conflict);
}

TEST_F(CommitRuns, WithATokenBelowTheBranchsSaysHowItRisesAgain) {
  done(files_);
  put("README.md", "# Acme, edited\n");  // The newest commit has no token any more.
  next_token_ = 4;
  auto files = files_;
  files[0].bytes = "* @acme/platform\n";
  EXPECT_THAT(
      refused(files),
      AllOf(
          HasSubstr("branch main has a commit with the token 1.5, and the lock gives 1.4, which is below it"),
          HasSubstr("ghboot lock new-generation --above 1 ")));
  EXPECT_EQ(content(".github/CODEOWNERS"), "* @acme/all\n");
}

TEST_F(CommitRuns, WithATokenBelowThatOfACommitThatChangedContentsAloneSaysSoToo) {
  next_token_ = 3;
  done(files_);
  next_token_ = 100;
  auto files = files_;
  files[0].bytes = "* @acme/platform\n";
  done(files);
  put("README.md", "# Acme, edited\n");
  next_token_ = 5;
  files[0].bytes = "* @acme/older\n";
  EXPECT_THAT(refused(files), HasSubstr("has a commit with the token 1.100, and the lock gives 1.5"));
}

TEST_F(CommitRuns, WhoseMoveMayLandYetSaySo) {
  fault(
      {{"method", "PATCH"}, {"path_prefix", "/repos/acme/shop/git/refs"}, {"cut", "before"}, {"times", -1}});
  CommitRun run({.client = *client_,
                 .clock = clock_,
                 .say = [this](const std::string& text) { said_.push_back(text); }},
                terms_);
  const auto made = run.run([&] { return files_; }, order(), wait(std::chrono::seconds(4)));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::unknown) << made.error().message;
  EXPECT_THAT(made.error().message, HasSubstr("PATCH"));
  EXPECT_THAT(history(), ElementsAre("by hand"));
  EXPECT_THAT(said_, testing::Contains("GitHub did not say whether it moved main: asks again"));
}

TEST_F(CommitRuns, RemoveWhatTheCallerRemembersThoughTheManifestIsGone) {
  done(files_);
  CommitTerms terms = terms_;
  terms.made_before = {"run.sh", ".github/CODEOWNERS"};
  CommitRun forget({.client = *client_, .clock = clock_}, terms_);
  ASSERT_TRUE(forget.remove({".github/ghboot-manifest.json"}, order(next_token_++), wait()));
  CommitRun run({.client = *client_, .clock = clock_}, terms);
  const auto made = run.run([&] { return std::vector{files_[0]}; }, order(next_token_++), wait());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(content("run.sh"), "404");
  EXPECT_EQ(content(".github/CODEOWNERS"), "* @acme/all\n");
}

TEST_F(CommitRuns, AsAnAuthorWhoSignsOffSaysSo) {
  terms_.author = {"Acme Bot", "bot@acme.example"};
  terms_.text = {.subject = "Files", .signed_off_by = "Acme Bot <bot@acme.example>"};
  done(files_);
  EXPECT_EQ(head_message(),
            "Files\n\n[skip-regen]\n\nSigned-off-by: Acme Bot <bot@acme.example>\nGhboot-Token: 1.5");
  const auto head = send({.path = at("commits?sha=main&per_page=1")});
  ASSERT_TRUE(head);
  EXPECT_EQ((*head->json)[0]["commit"]["author"]["email"], "bot@acme.example");
}

TEST_F(CommitRuns, NamesABranchThatIsNotThere) {
  terms_.branch = "no-such";
  EXPECT_THAT(refused(files_), HasSubstr("no-such"));
}

TEST_F(CommitRuns, FindsTheDefaultBranchItself) {
  terms_.branch.clear();
  EXPECT_EQ(done(files_).branch, "main");
}

TEST_F(CommitRuns, RefusesAManifestThatSomebodyBroke) {
  done(files_);
  put(".github/ghboot-manifest.json", "{");
  EXPECT_THAT(refused(files_),
              HasSubstr(".github/ghboot-manifest.json is not as ghboot writes it: it is no JSON"));
}

TEST_F(CommitRuns, RemovesFilesByTheirNamesAndForgetsThem) {
  done(files_);
  CommitRun run({.client = *client_, .clock = clock_}, terms_);
  const auto removed = run.remove({"run.sh", "no-such.txt"}, order(next_token_++), wait());
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_EQ(content("run.sh"), "404");
  EXPECT_EQ(content(".github/CODEOWNERS"), "* @acme/all\n");
  EXPECT_THAT(content(".github/ghboot-manifest.json"), testing::Not(HasSubstr("run.sh")));
  CommitRun rest({.client = *client_, .clock = clock_}, terms_);
  ASSERT_TRUE(rest.remove({".github/CODEOWNERS"}, order(next_token_++), wait()));
  EXPECT_EQ(content(".github/ghboot-manifest.json"), "404");
}

TEST_F(CommitRuns, OfTwoSetsLeaveEachOthersFilesAndReadTheManifest) {
  done(files_);
  terms_.set = "labels";
  const std::vector<RenderedFile> labels{{.path = "labels.yml", .bytes = "- bug\n"}};
  EXPECT_EQ(done(labels).changes.size(), 2U);
  EXPECT_EQ(content("run.sh"), "#!/bin/sh\n");
  mark();
  EXPECT_FALSE(done(labels).is_new);
  EXPECT_EQ(asked().size(), 4U) << "what it has for the others is known by reading it alone";
  terms_.set = "default";
  EXPECT_FALSE(done(files_).is_new);
  done({files_[0]});
  EXPECT_EQ(content("run.sh"), "404");
  EXPECT_EQ(content("labels.yml"), "- bug\n");
}

TEST_F(CommitRuns, OfWhatAnotherSetMakesAreRefusedBeforeAnythingIsWritten) {
  done(files_);
  terms_.set = "labels";
  EXPECT_THAT(refused({{.path = "run.sh", .bytes = "echo\n"}}),
              HasSubstr("run.sh is made by the templates of the set default"));
  EXPECT_THAT(history(), ElementsAre("Regenerate files", "by hand"));
}

TEST_F(CommitRuns, UnderAnotherNameOfTheSetTakeItsFilesWithThem) {
  done(files_);
  terms_.sets_before = {"default"};
  terms_.set = "owners";
  terms_.made_before = {"run.sh", ".github/CODEOWNERS"};
  EXPECT_EQ(done(files_).changes.size(), 1U) << "the manifest";
  EXPECT_THAT(content(".github/ghboot-manifest.json"),
              AllOf(HasSubstr("owners"), testing::Not(HasSubstr("default"))));
}

TEST_F(CommitRuns, AfterAManifestThatKnewNoSetsGoOnWithTheDefaultOne) {
  done(files_);
  put(".github/ghboot-manifest.json",
      R"({"version": 1, "files": [".github/CODEOWNERS", "old.md", "run.sh"]})");
  put("old.md", "old\n");
  EXPECT_TRUE(done(files_).is_new);
  EXPECT_EQ(content("old.md"), "404");
  EXPECT_THAT(content(".github/ghboot-manifest.json"), HasSubstr("\"version\": 2"));
}

TEST_F(CommitRuns, RemoveNoFilesOfAnotherSetByTheirNames) {
  done(files_);
  terms_.set = "labels";
  done({{.path = "labels.yml", .bytes = "- bug\n"}});
  CommitRun run({.client = *client_, .clock = clock_}, terms_);
  ASSERT_TRUE(run.remove({"labels.yml", "run.sh"}, order(next_token_++), wait()));
  EXPECT_EQ(content("labels.yml"), "404");
  EXPECT_EQ(content("run.sh"), "#!/bin/sh\n");
  EXPECT_THAT(content(".github/ghboot-manifest.json"),
              AllOf(HasSubstr("run.sh"), testing::Not(HasSubstr("labels"))));
}

TEST_F(CommitRuns, PreviewsWithoutWriting) {
  CommitRun run({.client = *client_, .clock = clock_}, terms_);
  const auto seen = run.preview(files_, wait());
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->made.changes.size(), 3U);
  EXPECT_EQ(asked().size(), 3U) << "of added files there is nothing to read";
}

TEST_F(CommitRuns, PreviewsWithWhatIsThereByOneRequestAFile) {
  done(files_);
  put("run.sh", std::string(render::diff_size_max + 1, 'x'));
  mark();
  CommitRun run({.client = *client_, .clock = clock_}, terms_);
  const auto seen = run.preview({{.path = ".github/CODEOWNERS", .bytes = "* @acme/some\n"},
                                 {.path = "run.sh", .bytes = "x"},
                                 {.path = "new.txt", .bytes = "x"}},
                                wait());
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(seen->before.size(), 4U);
  EXPECT_EQ(seen->before[0]->bytes, "* @acme/all\n");
  EXPECT_THAT(seen->before[1]->bytes, HasSubstr("run.sh")) << "the manifest";
  EXPECT_FALSE(seen->before[2]);
  EXPECT_EQ(seen->before[3]->bytes, "") << "too large to show";
  EXPECT_EQ(seen->before[3]->size, render::diff_size_max + 1);
  EXPECT_EQ(asked().size(), 6U) << "three, the manifest as such, it again to be shown, and one file";
}

class ProposedRuns : public CommitRuns {
 protected:
  ProposedRuns() { terms_.pull_request = PullRequestTerms{.title = "Regenerate", .body = "By ghboot."}; }
  nlohmann::json pulls() {
    const auto answer = send({.path = at("pulls?state=open")});
    return answer ? *answer->json : nlohmann::json();
  }
};

TEST_F(ProposedRuns, MakeOnePullRequestAndUpdateItFromThenOn) {
  const Committed first = done(files_);
  EXPECT_TRUE(first.is_new);
  EXPECT_THAT(history(), ElementsAre("by hand"));
  EXPECT_EQ(content("run.sh", "ghboot/regenerate"), "#!/bin/sh\n");
  EXPECT_THAT(said_,
              testing::IsSupersetOf({"makes the branch ghboot/regenerate at " + first.commit.substr(0, 7),
                                     std::string("opens a pull request from ghboot/regenerate into main")}));
  auto files = files_;
  files[1].bytes = "#!/bin/bash\n";
  const Committed second = done(files);
  EXPECT_EQ(second.pull_request_url, first.pull_request_url);
  EXPECT_EQ(content("run.sh", "ghboot/regenerate"), "#!/bin/bash\n");
  const nlohmann::json open = pulls();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0]["title"], "Regenerate");
  EXPECT_EQ(open[0]["html_url"], first.pull_request_url);
}

TEST_F(ProposedRuns, OfWhatIsProposedAlreadyMakeNoCommit) {
  const Committed first = done(files_);
  const Committed second = done(files_);
  EXPECT_FALSE(second.is_new);
  EXPECT_EQ(second.commit, first.commit);
}

TEST_F(ProposedRuns, TakeInWhatTheBaseGotMeanwhile) {
  done(files_);
  put("README.md", "# Acme, edited\n");
  done(files_);
  EXPECT_EQ(content("README.md", "ghboot/regenerate"), "# Acme, edited\n");
  EXPECT_EQ(pulls().size(), 1U);
}

TEST_F(ProposedRuns, TakeBackWhatIsProposedWhenTheTemplatesGoBack) {
  terms_.pull_request.reset();
  done(files_);
  terms_.pull_request = PullRequestTerms{.title = "Regenerate"};
  auto files = files_;
  files[1].bytes = "#!/bin/bash\n";
  done(files);
  EXPECT_EQ(content("run.sh", "ghboot/regenerate"), "#!/bin/bash\n");
  done(files_);
  EXPECT_EQ(content("run.sh", "ghboot/regenerate"), "#!/bin/sh\n");
}

TEST_F(ProposedRuns, FromABranchIntoItselfAreRefusedBeforeAnythingIsWritten) {
  terms_.pull_request = PullRequestTerms{.head_branch = "main"};
  terms_.branch.clear();
  EXPECT_THAT(refused(files_), HasSubstr("a pull request from main into main proposes nothing"));
  EXPECT_THAT(history(), ElementsAre("by hand"));
}

TEST_F(ProposedRuns, OfNothingNewProposeNothing) {
  terms_.pull_request.reset();
  done(files_);
  terms_.pull_request = PullRequestTerms{.title = "Regenerate"};
  const Committed made = done(files_);
  EXPECT_FALSE(made.is_new);
  EXPECT_EQ(made.pull_request_url, "");
  EXPECT_THAT(pulls(), IsEmpty());
}

}  // namespace
}  // namespace ghboot::regen
