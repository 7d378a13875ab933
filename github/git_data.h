// SPDX-License-Identifier: Apache-2.0
// Branches, commits and trees of one repository (docs.github.com, REST API, "Git database"). Always holds: a
// branch is moved without force, so that GitHub refuses to lose a commit; what goes as JSON's text is UTF-8
// or is not sent. It cannot tell whether a move that was not answered happened: read the branch. Threads:
// those of the Client.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "github/client.h"

namespace ghboot::github {

// Of a blob that is made, and of the texts of one tree: what can be read back, as base64 in one answer of
// Transport::body_max. GitHub's own limits are 100 MB of a blob, and 100,000 items or 7 MB of a tree.
constexpr std::size_t content_size_max = std::size_t{40} << 20U;

struct RepositoryName {
  std::string owner, name;
};

struct GitPerson {
  std::string name, email;
};

struct GitCommit {
  std::string sha{}, tree{}, message{};
  std::vector<std::string> parents{};
};

struct TreeItem {
  std::string path{}, mode{};  // "100664" of git's first years is told as what it means, "100644".
  std::string type{};          // "blob", "tree", "commit" (a submodule).
  std::string sha{};
  std::size_t size = 0;  // Of a blob.
};

struct TreeChange {
  std::string path{}, mode{};  // Of a file or symlink; empty: "100644".
  // What it becomes: a blob that is there, text that GitHub makes a blob of (UTF-8 alone), or nothing: it is
  // removed.
  std::optional<std::string> sha{}, text{};
};

struct CommitInput {
  std::string message{}, tree{};
  std::vector<std::string> parents{};
  // None: GitHub names the token's owner, and signs what an App commits.
  std::optional<GitPerson> author{};
};

class GitData {  // A write's errors too: ErrorKind::refused: the token may not; conflict: an empty
                 // repository.
 public:
  GitData(Client& client, RepositoryName repository);

  // ErrorKind::missing: there is no such repository for this token.
  Result<std::string> default_branch(const Wait& wait);
  // The SHA of its head. ErrorKind::missing: there is no such branch, or no such repository for this token.
  // ErrorKind::conflict: the repository is empty: it has no commit yet.
  Result<std::string> branch(std::string_view name, const Wait& wait);
  Result<GitCommit> commit(std::string_view sha, const Wait& wait);
  // All below, folders too. ErrorKind::refused: GitHub cut it off.
  Result<std::vector<TreeItem>> tree(std::string_view sha, const Wait& wait);
  Result<std::string> blob(std::string_view sha, const Wait& wait);  // Its bytes.
  // The newest first, a hundred at most, of a branch or up to a commit.
  Result<std::vector<GitCommit>> recent_commits(std::string_view branch, const Wait& wait);

  // Each gives the new object's SHA. Done twice, the objects are the same; nothing refers to them yet.
  Result<std::string> make_blob(std::string_view bytes, const Wait& wait);
  Result<std::string> make_tree(std::string_view base_tree, const std::vector<TreeChange>& changes,
                                const Wait& wait);
  Result<std::string> make_commit(const CommitInput& input, const Wait& wait);

  // ErrorKind::conflict: it has moved meanwhile, and this is no fast forward of it. ErrorKind::refused: a
  // rule of the repository forbids it, or the token may not. ErrorKind::unknown: no answer; read the branch.
  Result<void> move_branch(std::string_view name, std::string_view sha, const Wait& wait);
  // ErrorKind::conflict: there is one of the name.
  Result<void> make_branch(std::string_view name, std::string_view sha, const Wait& wait);

 private:
  std::string at(std::string_view rest) const;
  std::string name() const;
  Result<std::string> make_object(std::string_view kind, const std::string& body,
                                  const std::string& permission, const Wait& wait);
  Client& client_;
  RepositoryName repository_;
};

}  // namespace ghboot::github
