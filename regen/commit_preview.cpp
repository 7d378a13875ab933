// SPDX-License-Identifier: Apache-2.0
// What CommitRun does without the lock: it only reads.
#include "regen/commit_run.h"

namespace ghboot::regen {

using nats::Wait;

Result<std::optional<render::FileVersion>> CommitRun::before(RunFence& fence, const Seen& seen,
                                                             const render::Change& change) {
  using Version = std::optional<render::FileVersion>;
  const auto there = seen.files.find(change.file.path);
  if (there == seen.files.end()) return Version();
  const auto& [mode, sha, size] = there->second;
  if (mode == render::submodule_mode) return Version({.mode = mode, .bytes = sha});
  if (size > render::diff_size_max) return Version({.mode = mode, .sha = sha, .size = size});
  auto bytes = fence.ask([&](const Wait& wait) { return git_.blob(sha, wait); });
  if (!bytes) return std::unexpected(bytes.error());
  return Version({.mode = mode, .bytes = *std::move(bytes)});
}

Result<Previewed> CommitRun::preview(const std::vector<render::RenderedFile>& files, const Wait& wait) {
  RunFence fence(RunOrder::without_lock(), clock_, wait);
  const auto branch = settle_branch(fence);
  if (!branch) return std::unexpected(branch.error());
  const auto seen = look(fence, *branch);
  if (!seen) return std::unexpected(seen.error());
  auto changes = changes_for(files, fence, *seen);
  if (!changes) return std::unexpected(changes.error());
  Previewed out{.made = {.branch = *branch, .commit = seen->head.sha, .changes = *std::move(changes)}};
  for (const render::Change& change : out.made.changes) {
    auto version = before(fence, *seen, change);
    if (!version) return std::unexpected(version.error());
    out.before.push_back(*std::move(version));
  }
  return out;
}

Result<Stored> CommitRun::stored(const Wait& wait) {
  RunFence fence(RunOrder::without_lock(), clock_, wait);
  const auto branch = settle_branch(fence);
  if (!branch) return std::unexpected(branch.error());
  auto seen = look(fence, *branch);
  if (!seen) return std::unexpected(seen.error());
  return Stored{.branch = *branch, .commit = seen->head.sha, .files = std::move(seen->files)};
}

Result<std::string> CommitRun::target(const Wait& wait) {
  RunFence fence(RunOrder::without_lock(), clock_, wait);
  const auto branch = settle_branch(fence);
  if (!branch) return std::unexpected(branch.error());
  return place(terms_.pull_request ? terms_.pull_request->head_branch : *branch);
}

Result<std::string> CommitRun::open_request(const Wait& wait) {
  if (!terms_.pull_request) return std::string();
  RunFence fence(RunOrder::without_lock(), clock_, wait);
  const auto branch = settle_branch(fence);
  if (!branch) return std::unexpected(branch.error());
  const auto open =
      fence.ask([&](const Wait& one) { return pulls_.open(terms_.pull_request->head_branch, *branch, one); });
  if (!open) return std::unexpected(open.error());
  return *open ? (*open)->html_url : std::string();
}

Result<std::optional<Stored>> CommitRun::proposed(const Wait& wait) {
  if (!terms_.pull_request) return std::optional<Stored>();
  RunFence fence(RunOrder::without_lock(), clock_, wait);
  const std::string& branch = terms_.pull_request->head_branch;
  auto seen = look(fence, branch);
  if (!seen && seen.error().kind == ErrorKind::missing) return std::optional<Stored>();
  if (!seen) return std::unexpected(seen.error());
  return std::optional(Stored{.branch = branch, .commit = seen->head.sha, .files = std::move(seen->files)});
}

Result<render::Manifest> CommitRun::manifest(const Stored& stored, const Wait& wait) {
  RunFence fence(RunOrder::without_lock(), clock_, wait);
  return manifest(fence, stored.files);
}

}  // namespace ghboot::regen
