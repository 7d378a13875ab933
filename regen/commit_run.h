// SPDX-License-Identifier: Apache-2.0
// The run that makes a repository's generated files anew: one commit on the branch, or on the branch of one
// pull request; nothing at all where nothing has changed. Always holds: the branch moves forward only, from
// what was read under the lock; a holder that comes after a lost one moves it first, so that the lost one's
// move is refused. It cannot see a move of the lost one that landed before that: it is read then, as
// anybody's commit. Threads: one. What CommitParts borrows outlives it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "github/git_data.h"
#include "github/pull_requests.h"
#include "regen/commit_token.h"
#include "regen/run_fence.h"
#include "render/changes.h"
#include "render/diff.h"

namespace ghboot::regen {

struct PullRequestTerms {
  std::string head_branch{"ghboot/regenerate"};
  std::string title{}, body{};
};

struct CommitTerms {
  github::RepositoryName repository{};
  std::string branch{};  // Empty: the repository's default branch.
  bool prune = true;     // Remove what ghboot made before and makes no more.
  // Whose files they are: of another set nothing is touched. `sets_before`: what else it was called until
  // now.
  std::string set{render::default_set};
  std::set<std::string> sets_before{};
  CommitText text{.subject = "Regenerate files"};
  std::optional<github::GitPerson> author{};
  std::optional<PullRequestTerms> pull_request{};
  // Made before, by what the caller remembers: pruned as what the manifest lists.
  std::set<std::string> made_before{};

  render::SetTerms set_terms() const {
    return {.name = set, .names_before = sets_before, .made_before = made_before, .prune = prune};
  }
};

// What the run makes; it is called once the run has begun.
using Source = std::function<Result<std::vector<render::RenderedFile>>()>;

struct Committed {
  std::string branch{};
  std::string commit{};  // The head of the branch, or of the pull request's, which has the files now.
  bool is_new = false;   // This run made it. False: nothing had to change.
  std::vector<render::Change> changes{};
  std::string pull_request_url{};  // Empty: there is none.
};

struct Stored {  // What the branch has.
  std::string branch{}, commit{};
  render::StoredFiles files{};
};

struct Previewed {
  Committed made{};                                          // As it would be.
  std::vector<std::optional<render::FileVersion>> before{};  // Of each change; nothing of what is added.
};

struct CommitParts {
  github::Client& client;
  nats::Clock& clock;
  std::function<void(const std::string&)> say{};  // What it does, for people.
};

class CommitRun {
 public:
  static constexpr int moves_max = 5;  // Of a branch that others move all the time.

  CommitRun(const CommitParts& parts, CommitTerms terms);

  // Under the lock. `wait` bounds all of it. ErrorKind::unknown: a write may land yet; conflict: the lock was
  // lost, or the branch never stood still; refused: a rule or a right is missing; invalid: what the source,
  // the manifest or the names say.
  Result<Committed> run(const Source& source, const RunOrder& order, const nats::Wait& wait);
  // What run() would change, without a lock, and what is there now: one request a file that is. Nothing is
  // written.
  Result<Previewed> preview(const std::vector<render::RenderedFile>& files, const nats::Wait& wait);
  Result<Stored> stored(const nats::Wait& wait);
  // What it writes to, as the log has it: "acme/.github main". The branch is settled by it.
  Result<std::string> target(const nats::Wait& wait);
  const std::string& branch() const { return terms_.branch; }
  // Of the open pull request; empty: there is none.
  Result<std::string> open_request(const nats::Wait& wait);
  // What the branch of the pull request has; nothing: there is no such branch.
  Result<std::optional<Stored>> proposed(const nats::Wait& wait);
  // Of what is stored; empty where there is none.
  Result<render::Manifest> manifest(const Stored& stored, const nats::Wait& wait);
  // As run(), for what is to go: these paths, as far as they are there and no other set has them, and they
  // are not listed any more.
  Result<Committed> remove(const std::set<std::string>& paths, const RunOrder& order, const nats::Wait& wait);

 private:
  struct Seen {  // The branch as it was read.
    github::GitCommit head{};
    render::StoredFiles files{};
  };
  using Changes = Result<std::vector<render::Change>>;
  using Decide = std::function<Changes(RunFence&, const Seen&)>;
  void say(const std::string& text) const;
  std::string place(const std::string& branch) const;  // "acme/.github main".
  Result<std::string> settle_branch(RunFence& fence);
  Result<Seen> look(RunFence& fence, const std::string& branch);
  Changes changes_for(const std::vector<render::RenderedFile>& files, RunFence& fence, const Seen& seen);
  Result<std::optional<render::FileVersion>> before(RunFence& fence, const Seen& seen,
                                                    const render::Change& change);
  Changes changes_without(const std::set<std::string>& paths, RunFence& fence, const Seen& seen);
  Result<render::Manifest> manifest(RunFence& fence, const render::StoredFiles& stored);
  Result<void> check_token(RunFence& fence, const github::GitCommit& head);
  Result<std::string> make_tree(RunFence& fence, const std::string& base,
                                const std::vector<render::Change>& changes);
  Result<std::string> make_commit(RunFence& fence, const std::string& tree, std::vector<std::string> parents,
                                  const std::string& subject);
  // False: somebody else moved it meanwhile. ErrorKind::unknown: it may be moved yet.
  Result<bool> move(RunFence& fence, const std::string& branch, const std::string& commit);
  Result<bool> make_branch(RunFence& fence, const std::string& branch, const std::string& commit);
  // By a commit that changes nothing.
  Result<bool> fence_off(RunFence& fence, const std::string& branch, const github::GitCommit& head);
  Result<Committed> run_with(const Decide& decide, RunFence& fence);
  // Nothing: the branch has moved; look again.
  Result<std::optional<Committed>> commit_once(RunFence& fence, const Decide& decide, bool& is_fenced);
  Result<std::optional<Committed>> propose_once(RunFence& fence, const Seen& base, Committed wanted,
                                                bool& is_fenced);
  Result<std::string> open_pull_request(RunFence& fence, const std::string& base);

  github::GitData git_;
  github::PullRequests pulls_;
  nats::Clock& clock_;
  const std::function<void(const std::string&)> say_;
  CommitTerms terms_;
};

}  // namespace ghboot::regen
