// SPDX-License-Identifier: Apache-2.0
// Whether regenerations under faults did what docs/regeneration.md promises, by what is left of them: their
// log, the branch with the version of its file at each commit, and who wrote to GitHub in what order. It
// reads nothing itself. Threads: any.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace ghboot::faults {

struct SeenRun {
  std::string token, version,
      status;  // As `ghboot history --json` has them; "version": what its files are of.
};

struct SeenCommit {
  std::string token;  // Empty: a person's.
  bool is_fence = false;
  std::string version;  // Of the file, with this commit.
};

struct Seen {  // The oldest first.
  std::vector<SeenRun> runs{};
  std::vector<SeenCommit> commits{};
  std::vector<std::string> writers{};           // One process each: of each write that reached GitHub.
  std::set<std::string> done{};                 // Versions whose program ended well.
  std::size_t pull_requests = 0, proposed = 0;  // Those that are there, and that ought to be.
  std::size_t refused = 0;                      // Moves of the branch that GitHub refused.
};

struct Verdict {
  std::size_t overlaps =
      0;                  // One wrote again after another had begun; a run without an end under a later one.
  std::size_t falls = 0;  // Tokens along the branch.
  std::size_t older = 0;  // Commits of a run behind one of a later run.
  std::size_t lost = 0;   // Runs that completed, programs that ended well, without their change.
  std::size_t doubled = 0;  // Commits beyond one of a run, or without a change; pull requests beyond one.
  std::size_t strange = 0;  // Commits of no run, or with another run's files.
  std::size_t runs = 0, commits = 0, fences = 0, refused = 0;  // For people.

  bool is_good() const { return overlaps + falls + older + lost + doubled + strange == 0; }
  Verdict& operator+=(const Verdict& more);
};

Verdict judge(const Seen& seen);

}  // namespace ghboot::faults
