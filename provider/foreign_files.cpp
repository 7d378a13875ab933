// SPDX-License-Identifier: Apache-2.0
#include "provider/foreign_files.h"

#include <map>
#include <ranges>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "provider/quiet_call.h"

namespace ghboot::provider {

using tfplugin::Call;
using tfplugin::Path;

namespace {

constexpr std::chrono::seconds patience{20};
constexpr std::size_t named_max = 20;

using Hashes = std::map<std::string, std::string>;

Hashes without_made(Hashes files, const RegenerationModel* prior) {
  if (!prior || !prior->files.is_known()) return files;
  std::erase_if(files, [&](const auto& one) { return prior->files->contains(one.first); });
  return files;
}

std::string lines_of(const std::vector<std::string>& all) {
  std::string out;
  for (const std::string& one : all | std::views::take(named_max)) out += "\n  " + one;
  if (all.size() > named_max) out += fmt::format("\n  and {} more", all.size() - named_max);
  return out;
}

void tell_taken(const std::vector<render::Taken>& taken, const RegenerationModel& planned, Call& call) {
  if (taken.empty()) return;
  std::vector<std::string> problems;
  for (const render::Taken& one : taken) problems.push_back(one.problem());
  call.diagnostics.error(
      Path({"render", "source"}), "Files of another set",
      fmt::format("{}/{}:{}", planned.owner->text, planned.repository->text, lines_of(problems)));
}

// What the plan's own lists do not show: it is in the manifest alone.
std::vector<std::string> pruned_of(const render::Manifest& manifest, const regen::Stored& stored,
                                   const render::SetTerms& ours, const Hashes& planned,
                                   const RegenerationModel* prior) {
  std::vector<std::string> out;
  if (!ours.prune) return out;
  for (const std::string& path : render::ours_of(manifest, ours)) {
    const bool is_shown = prior && prior->files.is_known() && prior->files->contains(path);
    if (!is_shown && stored.files.contains(path) && !planned.contains(path)) out.push_back(path);
  }
  return out;
}

void tell_pruned(const std::vector<std::string>& pruned, std::string_view branch,
                 const RegenerationModel& planned, Call& call) {
  if (pruned.empty()) return;
  call.diagnostics.warning(
      Path({"render", "source"}), "Files that will be removed",
      fmt::format("{}/{}, branch {} has these of the set {}, and the templates do not make them:{}",
                  planned.owner->text, planned.repository->text, branch, *set_of(planned.render),
                  lines_of(pruned)));
}

void tell_replaced(const Hashes& replaced, std::string_view branch, const RegenerationModel& planned,
                   Call& call) {
  if (replaced.empty()) return;
  std::vector<std::string> paths;
  for (const auto& [path, hash] : replaced) paths.push_back(path);
  call.diagnostics.warning(
      Path({"render", "source"}), "Files that somebody else made",
      fmt::format("{}/{}, branch {} has these, and the apply replaces them by what the templates make:{}",
                  planned.owner->text, planned.repository->text, branch, lines_of(paths)));
}

}  // namespace

void tell_foreign_files(const RegenerationModel& planned, const RegenerationModel* prior, Session& session,
                        Call& call) {
  const bool is_known = planned.files.is_known() && planned.owner.is_known() &&
                        planned.repository.is_known() && set_of(planned.render).is_known() &&
                        session.github_is_known();
  if (!is_known) return;
  const Hashes added = without_made(*planned.files, prior);
  const bool is_same_set = prior && set_of(prior->render) == set_of(planned.render);
  if (added.empty() && is_same_set) return;
  QuietCall quiet(call);
  auto* client = session.github(*quiet);
  if (!client) return;
  const auto wait = wait_of(call).at_most(session.clock().now(), patience);
  const regen::CommitTerms terms = commit_terms(planned, prior, sets_before(prior, call.private_state));
  regen::CommitRun commits({.client = *client, .clock = session.clock()}, terms);
  const auto stored = commits.stored(wait);
  const auto manifest = stored ? commits.manifest(*stored, wait)
                               : nats::Result<render::Manifest>(std::unexpected(stored.error()));
  if (!manifest) return;
  render::Paths wanted;
  for (const auto& [path, hash] : is_same_set ? added : *planned.files) wanted.insert(path);
  const render::SetTerms ours = terms.set_terms();
  auto taken = render::taken_of(wanted, render::others_of(*manifest, ours));
  std::erase_if(taken,
                [&](const render::Taken& one) { return render::is_left_over(one, stored->files, ours); });
  tell_taken(taken, planned, call);
  tell_pruned(pruned_of(*manifest, *stored, ours, *planned.files, prior), stored->branch, planned, call);
  Hashes replaced = hashes_of(stored->files, added);
  std::erase_if(replaced, [&](const auto& one) { return planned.files->at(one.first) == one.second; });
  for (const auto& [set, paths] : *manifest)
    for (const std::string& path : paths) replaced.erase(path);
  tell_replaced(replaced, stored->branch, planned, call);
}

}  // namespace ghboot::provider
