// SPDX-License-Identifier: Apache-2.0
// Bare git repositories, one a repository of the stand-in, by the real git program: what is committed through
// the API is what a clone shows. Always holds: no shell, none of the user's own git configuration, no
// question on a terminal. A repository's folder is made when it is first written to or read. Threads: one at
// a time.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "standin/model.h"

namespace ghboot::standin {

struct GitOutcome {
  int exit_code = -1;
  std::string out, err;
  bool good() const { return exit_code == 0; }
};

struct TreeEntry {
  std::string mode, type, sha, path;
  std::optional<std::int64_t> size;  // Of blobs.
};

struct Person {
  std::string name, email;
  std::int64_t at = 0;
};

struct CommitText {
  std::string tree, message;
  std::vector<std::string> parents;
  Person author, committer;
};

class Git {
 public:
  Git() = default;  // Cannot: every call fails.
  Git(std::string program, std::string folder) : program_(std::move(program)), folder_(std::move(folder)) {}

  GitOutcome run(Id repository, std::vector<std::string> arguments, std::string_view input = {},
                 const std::map<std::string, std::string>& variables = {}) const;
  void erase(Id repository) const;
  std::string folder(Id repository) const;

  // Nothing where there is none. `name` as "heads/main".
  std::optional<std::string> ref(Id repository, std::string_view name) const;
  std::vector<std::pair<std::string, std::string>> refs(Id repository,
                                                        std::string_view below) const;  // Name, SHA.
  bool is_empty(Id repository) const;                                                   // It has no branch.
  // What a branch, a tag or a SHA names, as a commit.
  std::optional<std::string> commit_of(Id repository, std::string_view name) const;
  std::optional<std::string> type_of(Id repository, std::string_view sha) const;
  std::optional<std::string> content(Id repository, std::string_view sha) const;  // Of a blob.
  std::optional<CommitText> commit(Id repository, std::string_view sha) const;
  std::optional<std::vector<TreeEntry>> tree(Id repository, std::string_view sha, bool recursive) const;
  // The entry at a path of a commit.
  std::optional<TreeEntry> entry(Id repository, std::string_view commit, std::string_view path) const;

  // The SHA; nothing: git refused it.
  std::optional<std::string> write_blob(Id repository, std::string_view bytes) const;
  // `base` may be empty; an entry with an empty sha is removed. The error is git's own.
  std::expected<std::string, std::string> write_tree(Id repository, std::string_view base,
                                                     const std::vector<TreeEntry>& entries) const;
  std::optional<std::string> write_commit(Id repository, const CommitText& text) const;
  // Only when it still is at `before` ("" : it is not there). False: it is not, or git refused it.
  bool move_ref(Id repository, std::string_view name, std::string_view after, std::string_view before) const;
  bool is_ancestor(Id repository, std::string_view one, std::string_view of) const;

 private:
  bool ensure(Id repository) const;

  std::string program_, folder_;
};

}  // namespace ghboot::standin
