// SPDX-License-Identifier: Apache-2.0
#include "regen/commit_run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "github/lower.h"
#include "render/path.h"

namespace ghboot::regen {

using nats::Wait;

namespace {

static_assert(render::file_size_max <= github::content_size_max);
// One request to make a tree takes so much: GitHub gives up on larger ones.
constexpr std::size_t tree_changes_max = 1'000, tree_bytes_max = std::size_t{4} << 20U;

struct TreeBatch {
  std::vector<github::TreeChange> changes{};
  std::size_t bytes = 0;
  bool is_full() const { return changes.size() >= tree_changes_max || bytes >= tree_bytes_max; }
};

// GitHub makes a blob of text in a tree itself, but of UTF-8 alone.
bool is_text(const std::string& bytes) {
  return bytes.size() < tree_bytes_max && bytes.find('\0') == std::string::npos && render::is_utf8(bytes);
}

std::string_view short_sha(std::string_view sha) { return sha.substr(0, 7); }

std::string changed_text(std::size_t count) {
  if (count == 0) return "no file changes";
  return count == 1 ? "1 file changes" : fmt::format("{} files change", count);
}

render::StoredFiles files_of(std::vector<github::TreeItem> items) {
  render::StoredFiles out;
  for (github::TreeItem& item : items)
    if (item.type != "tree")
      out.emplace(std::move(item.path), render::StoredFile{item.mode, item.sha, item.size});
  return out;
}

}  // namespace

CommitRun::CommitRun(const CommitParts& parts, CommitTerms terms)
    : git_(parts.client, terms.repository),
      pulls_(parts.client, terms.repository),
      clock_(parts.clock),
      say_(parts.say),
      terms_(std::move(terms)) {}

void CommitRun::say(const std::string& text) const {
  if (say_) say_(text);
}

std::string CommitRun::place(const std::string& branch) const {
  return fmt::format("{}/{} {}", github::lower(terms_.repository.owner),
                     github::lower(terms_.repository.name), branch);
}

Result<std::string> CommitRun::settle_branch(RunFence& fence) {
  auto branch = terms_.branch.empty() ? fence.ask([&](const Wait& wait) { return git_.default_branch(wait); })
                                      : Result<std::string>(terms_.branch);
  if (!branch) return branch;
  terms_.branch = *branch;
  if (terms_.pull_request && terms_.pull_request->head_branch == terms_.branch)
    return fail(ErrorKind::invalid,
                fmt::format("a pull request from {0} into {0} proposes nothing: name another "
                            "branch for it",
                            terms_.branch));
  return branch;
}

Result<CommitRun::Seen> CommitRun::look(RunFence& fence, const std::string& branch) {
  const auto head = fence.ask([&](const Wait& wait) { return git_.branch(branch, wait); });
  if (!head) return std::unexpected(head.error());
  auto commit = fence.ask([&](const Wait& wait) { return git_.commit(*head, wait); });
  if (!commit) return std::unexpected(commit.error());
  auto items = fence.ask([&](const Wait& wait) { return git_.tree(commit->tree, wait); });
  if (!items) return std::unexpected(items.error());
  return Seen{.head = *std::move(commit), .files = files_of(*std::move(items))};
}

Result<render::Manifest> CommitRun::manifest(RunFence& fence, const render::StoredFiles& stored) {
  const auto manifest = stored.find(render::manifest_path);
  if (manifest == stored.end()) return render::Manifest();
  const auto text = fence.ask([&](const Wait& wait) { return git_.blob(manifest->second.sha, wait); });
  if (!text) return std::unexpected(text.error());
  return render::read_manifest(*text);
}

CommitRun::Changes CommitRun::changes_for(const std::vector<render::RenderedFile>& files, RunFence& fence,
                                          const Seen& seen) {
  const render::SetTerms ours = terms_.set_terms();
  const auto known = render::needs_manifest(files, seen.files, ours) ? manifest(fence, seen.files)
                                                                     : Result<render::Manifest>();
  if (!known) return std::unexpected(known.error());
  return render::changes_of(files, seen.files, *known, ours);
}

CommitRun::Changes CommitRun::changes_without(const std::set<std::string>& paths, RunFence& fence,
                                              const Seen& seen) {
  const auto known = manifest(fence, seen.files);
  if (!known) return std::unexpected(known.error());
  return render::changes_without(paths, seen.files, *known, terms_.set_terms());
}

// Where the lock was made anew, its tokens have to begin above those of the branch.
Result<void> CommitRun::check_token(RunFence& fence, const github::GitCommit& head) {
  auto last = token_in(head.message);
  if (!last) {  // A person's commit is the newest.
    const auto earlier = fence.ask([&](const Wait& wait) { return git_.recent_commits(head.sha, wait); });
    if (!earlier) return std::unexpected(earlier.error());
    for (const github::GitCommit& commit : *earlier)
      if (!last) last = token_in(commit.message);
  }
  if (!last || *last <= fence.order().token) return {};  // The same: this very holder's.
  return fail(
      ErrorKind::refused,
      fmt::format("branch {} has a commit with the token {}, and the lock gives {}, which is below it: the "
                  "lock's stream was made anew. ghboot lock new-generation --above {} lets tokens rise again",
                  terms_.branch, last->text(), fence.order().token.text(), last->generation));
}

Result<std::string> CommitRun::make_tree(RunFence& fence, const std::string& base,
                                         const std::vector<render::Change>& changes) {
  std::string tree = base;
  TreeBatch batch;
  const auto flush = [&]() -> Result<void> {
    if (batch.changes.empty()) return {};
    auto made = fence.ask([&](const Wait& wait) { return git_.make_tree(tree, batch.changes, wait); });
    if (!made) return std::unexpected(made.error());
    tree = *std::move(made);
    batch = {};
    return {};
  };
  for (const render::Change& change : changes) {
    github::TreeChange item{.path = change.file.path, .mode = std::string(text_of(change.file.mode))};
    const std::string& bytes = change.file.bytes;
    if (change.kind != render::ChangeKind::removed && is_text(bytes)) {
      item.text = bytes;
      batch.bytes += bytes.size();
    } else if (change.kind != render::ChangeKind::removed) {
      auto blob = fence.ask([&](const Wait& wait) { return git_.make_blob(bytes, wait); });
      if (!blob) return std::unexpected(blob.error());
      item.sha = *std::move(blob);
    }
    batch.changes.push_back(std::move(item));
    if (!batch.is_full()) continue;
    if (auto flushed = flush(); !flushed) return std::unexpected(flushed.error());
  }
  if (auto flushed = flush(); !flushed) return std::unexpected(flushed.error());
  return tree;
}

Result<std::string> CommitRun::make_commit(RunFence& fence, const std::string& tree,
                                           std::vector<std::string> parents, const std::string& subject) {
  CommitText text = terms_.text;
  if (!subject.empty()) text = {.subject = subject, .body = {}, .signed_off_by = text.signed_off_by};
  const github::CommitInput input{.message = commit_message(text, fence.order().token),
                                  .tree = tree,
                                  .parents = std::move(parents),
                                  .author = terms_.author};
  return fence.ask([&](const Wait& wait) { return git_.make_commit(input, wait); });
}

// Without an answer it may have happened, or may happen yet: moving it to the same commit again does no harm.
Result<bool> CommitRun::move(RunFence& fence, const std::string& branch, const std::string& commit) {
  say(fmt::format("moves {} to {}", branch, short_sha(commit)));
  std::string unsettled;  // What was said of a move that may land yet.
  for (int tries = 0; tries < moves_max; ++tries) {
    const auto moved = fence.write([&](const Wait& wait) { return git_.move_branch(branch, commit, wait); });
    if (moved) return true;
    nats::Error error = moved.error();
    if (error.kind == ErrorKind::unknown) {
      unsettled = error.message;
      const auto head = fence.ask([&](const Wait& wait) { return git_.branch(branch, wait); });
      if (head && *head == commit) return true;
      const auto slept = fence.sleep(std::chrono::seconds(1 << tries));
      say(fmt::format("GitHub did not say whether it moved {}: asks again", branch));
      if (slept) continue;
      error = slept.error();
    }
    if (error.kind == ErrorKind::conflict && !fence.is_broken()) {
      say(fmt::format("somebody else has moved {} meanwhile", branch));
      return false;
    }
    if (unsettled.empty()) return std::unexpected(std::move(error));
    return fail(ErrorKind::unknown, fmt::format("{}; {}", error.message, unsettled));
  }
  return fail(ErrorKind::unknown, unsettled);
}

// A commit that changes nothing: what a lost run would move the branch to is no fast forward any more. A rule
// that refuses this refuses that too.
Result<bool> CommitRun::fence_off(RunFence& fence, const std::string& branch, const github::GitCommit& head) {
  if (const auto rises = check_token(fence, head); !rises) return std::unexpected(rises.error());
  say(fmt::format("fences off on {} what an earlier run that was cut off may yet write", branch));
  const auto commit = make_commit(fence, head.tree, {head.sha}, "Fence off a regeneration that was cut off");
  if (!commit) return std::unexpected(commit.error());
  auto moved = move(fence, branch, *commit);
  if (!moved && moved.error().kind == ErrorKind::refused) return true;
  return moved;
}

Result<std::optional<Committed>> CommitRun::commit_once(RunFence& fence, const Decide& decide,
                                                        bool& is_fenced) {
  static const std::optional<Committed> again;
  say(fmt::format("reads {}", place(terms_.branch)));
  const auto seen = look(fence, terms_.branch);
  if (!seen) return std::unexpected(seen.error());
  if (!is_fenced && !terms_.pull_request) {
    const auto moved = fence_off(fence, terms_.branch, seen->head);
    if (!moved) return std::unexpected(moved.error());
    is_fenced = *moved;
    return again;
  }
  auto changes = decide(fence, *seen);
  if (!changes) return std::unexpected(changes.error());
  say(changed_text(changes->size()));
  Committed out{.branch = terms_.branch, .commit = seen->head.sha, .changes = *std::move(changes)};
  if (terms_.pull_request) return propose_once(fence, *seen, std::move(out), is_fenced);
  if (out.changes.empty()) return std::optional(std::move(out));
  if (const auto rises = check_token(fence, seen->head); !rises) return std::unexpected(rises.error());
  const auto tree = make_tree(fence, seen->head.tree, out.changes);
  if (!tree) return std::unexpected(tree.error());
  auto commit = make_commit(fence, *tree, {seen->head.sha}, {});
  if (!commit) return std::unexpected(commit.error());
  const auto moved = move(fence, terms_.branch, *commit);
  if (!moved) return std::unexpected(moved.error());
  if (!*moved) return again;
  out.commit = *std::move(commit);
  out.is_new = true;
  return std::optional(std::move(out));
}

// On the pull request's branch, whose tree becomes that of the base with the changes: what was proposed
// before is replaced, and what the base got meanwhile is merged.
Result<std::optional<Committed>> CommitRun::propose_once(RunFence& fence, const Seen& base, Committed wanted,
                                                         bool& is_fenced) {
  static const std::optional<Committed> again;
  const std::string& branch = terms_.pull_request->head_branch;
  const auto sha = fence.ask([&](const Wait& wait) { return git_.branch(branch, wait); });
  if (!sha && sha.error().kind != ErrorKind::missing) return std::unexpected(sha.error());
  github::GitCommit head;
  if (sha) {
    auto read = fence.ask([&](const Wait& wait) { return git_.commit(*sha, wait); });
    if (!read) return std::unexpected(read.error());
    head = *std::move(read);
  }
  if (sha && !is_fenced) {
    const auto moved = fence_off(fence, branch, head);
    if (!moved) return std::unexpected(moved.error());
    is_fenced = *moved;
    return again;
  }
  if (wanted.changes.empty()) {  // What is proposed still is obsolete.
    const auto open =
        sha ? fence.ask([&](const Wait& wait) { return pulls_.open(branch, wanted.branch, wait); })
            : Result<std::optional<github::PullRequest>>();
    if (!open) return std::unexpected(open.error());
    if (!*open) return std::optional(std::move(wanted));
  }
  if (sha)
    if (const auto rises = check_token(fence, head); !rises) return std::unexpected(rises.error());
  const auto tree = make_tree(fence, base.head.tree, wanted.changes);
  if (!tree) return std::unexpected(tree.error());
  const bool is_there =
      sha && head.tree == *tree && std::ranges::find(head.parents, base.head.sha) != head.parents.end();
  wanted.commit = head.sha;
  if (!is_there) {
    auto commit = make_commit(fence, *tree,
                              sha ? std::vector{head.sha, base.head.sha} : std::vector{base.head.sha}, {});
    if (!commit) return std::unexpected(commit.error());
    const auto moved = sha ? move(fence, branch, *commit) : make_branch(fence, branch, *commit);
    if (!moved) return std::unexpected(moved.error());
    if (!*moved) return again;
    wanted.commit = *std::move(commit);
    wanted.is_new = true;
  }
  auto url = open_pull_request(fence, wanted.branch);
  if (!url) return std::unexpected(url.error());
  wanted.pull_request_url = *std::move(url);
  return std::optional(std::move(wanted));
}

Result<bool> CommitRun::make_branch(RunFence& fence, const std::string& branch, const std::string& commit) {
  say(fmt::format("makes the branch {} at {}", branch, short_sha(commit)));
  const auto made = fence.write([&](const Wait& wait) { return git_.make_branch(branch, commit, wait); });
  if (made) return true;
  // Of no answer too: what is there is looked at then.
  if (made.error().kind == ErrorKind::unknown) return false;
  if (made.error().kind == ErrorKind::conflict && !fence.is_broken()) return false;
  return std::unexpected(made.error());
}

Result<std::string> CommitRun::open_pull_request(RunFence& fence, const std::string& base) {
  const PullRequestTerms& terms = *terms_.pull_request;
  const github::PullRequestInput input{
      .head = terms.head_branch, .base = base, .title = terms.title, .body = terms.body};
  std::string unsettled;
  for (int tries = 0; tries < moves_max; ++tries) {
    const auto open = fence.ask([&](const Wait& wait) { return pulls_.open(terms.head_branch, base, wait); });
    if (!open) return std::unexpected(open.error());
    if (*open) {
      const github::PullRequest& there = **open;
      if (there.title == terms.title && there.body == terms.body) return there.html_url;
      const auto changed = fence.write(
          [&](const Wait& wait) { return pulls_.change(there.number, terms.title, terms.body, wait); });
      if (!changed && changed.error().kind != ErrorKind::unknown) return std::unexpected(changed.error());
      return there.html_url;
    }
    say(fmt::format("opens a pull request from {} into {}", terms.head_branch, base));
    auto made = fence.write([&](const Wait& wait) { return pulls_.make(input, wait); });
    if (made) return made->html_url;
    const bool may_be_there = !fence.is_broken() && (made.error().kind == ErrorKind::unknown ||
                                                     made.error().kind == ErrorKind::conflict);
    if (!may_be_there) return std::unexpected(made.error());
    unsettled = made.error().message;
    if (const auto slept = fence.sleep(std::chrono::seconds(1 << tries)); !slept)
      return std::unexpected(slept.error());
  }
  return fail(ErrorKind::unreachable, unsettled);
}

Result<Committed> CommitRun::run_with(const Decide& decide, RunFence& fence) {
  if (const auto branch = settle_branch(fence); !branch) return std::unexpected(branch.error());
  bool is_fenced = !fence.order().is_after_lost;
  for (int tries = 0; tries < moves_max; ++tries) {
    auto done = commit_once(fence, decide, is_fenced);
    if (!done) return std::unexpected(done.error());
    if (*done) return **std::move(done);
  }
  return fail(
      ErrorKind::conflict,
      fmt::format("branch {} of {}/{} was moved by others {} times while the files were made: try again "
                  "when it stands still",
                  terms_.branch, terms_.repository.owner, terms_.repository.name, moves_max));
}

Result<Committed> CommitRun::run(const Source& source, const RunOrder& order, const Wait& wait) {
  RunFence fence(order, clock_, wait);
  const auto files = source();
  if (!files) return std::unexpected(files.error());
  return run_with([&](RunFence& under, const Seen& seen) { return changes_for(*files, under, seen); }, fence);
}

Result<Committed> CommitRun::remove(const std::set<std::string>& paths, const RunOrder& order,
                                    const Wait& wait) {
  RunFence fence(order, clock_, wait);
  return run_with([&](RunFence& under, const Seen& seen) { return changes_without(paths, under, seen); },
                  fence);
}

}  // namespace ghboot::regen
