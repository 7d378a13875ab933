// SPDX-License-Identifier: Apache-2.0
#include "faults/run_verdict.h"

#include <algorithm>
#include <map>

#include "regen/commit_token.h"

namespace ghboot::faults {
namespace {

nats::LockToken token_of(const std::string& text) {
  return regen::token_in("Ghboot-Token: " + text).value_or(nats::LockToken{});
}

std::size_t interleaved(const std::vector<std::string>& writers) {
  std::size_t count = 0;
  std::set<std::string> earlier;
  std::string last;
  for (const std::string& one : writers) {
    if (one == last) continue;
    if (earlier.contains(one)) ++count;
    earlier.insert(last);
    last = one;
  }
  return count;
}

// By run: what its commit made of the file.
using Made = std::map<std::size_t, std::string>;

Made follow_branch(const Seen& seen, Verdict& verdict) {
  // Token to run. A holder runs again, of the same version, when something was asked for meanwhile.
  std::map<std::string, std::size_t> order;
  for (std::size_t i = 0; i < seen.runs.size(); ++i) order.emplace(seen.runs[i].token, i);
  Made made;
  std::string version, last;
  std::size_t newest = 0;
  for (const SeenCommit& commit : seen.commits) {
    const bool has_changed = commit.version != version;
    version = commit.version;
    if (commit.token.empty()) continue;
    ++verdict.commits;
    if (!last.empty() && token_of(commit.token) < token_of(last)) ++verdict.falls;
    last = commit.token;
    const auto run = order.find(commit.token);
    if (run == order.end() || (commit.is_fence && has_changed)) {
      ++verdict.strange;
      continue;
    }
    if (run->second < newest) ++verdict.older;
    newest = std::max(newest, run->second);
    if (commit.is_fence) {
      ++verdict.fences;
      continue;
    }
    if (!has_changed || made.contains(run->second)) ++verdict.doubled;
    if (seen.runs[run->second].version != commit.version) ++verdict.strange;
    made[run->second] = commit.version;
  }
  return made;
}

}  // namespace

Verdict& Verdict::operator+=(const Verdict& more) {
  overlaps += more.overlaps;
  falls += more.falls;
  older += more.older;
  lost += more.lost;
  doubled += more.doubled;
  strange += more.strange;
  runs += more.runs;
  commits += more.commits;
  fences += more.fences;
  refused += more.refused;
  return *this;
}

Verdict judge(const Seen& seen) {
  Verdict verdict{.overlaps = interleaved(seen.writers), .runs = seen.runs.size(), .refused = seen.refused};
  if (seen.pull_requests > seen.proposed) verdict.doubled += seen.pull_requests - seen.proposed;
  const Made made = follow_branch(seen, verdict);
  std::string version;
  std::set<std::string> completed;
  for (std::size_t i = 0; i < seen.runs.size(); ++i) {
    const SeenRun& run = seen.runs[i];
    if (run.status == "running" && i + 1 < seen.runs.size()) ++verdict.overlaps;
    if (made.contains(i)) version = made.at(i);
    if (run.status != "completed") continue;
    completed.insert(run.version);
    if (version != run.version) ++verdict.lost;
  }
  for (const std::string& one : seen.done)
    if (!completed.contains(one)) ++verdict.lost;
  if (!seen.runs.empty() && !seen.commits.empty() && seen.runs.back().status == "completed" &&
      seen.commits.back().version != seen.runs.back().version)
    ++verdict.lost;
  return verdict;
}

}  // namespace ghboot::faults
