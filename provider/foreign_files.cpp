// SPDX-License-Identifier: Apache-2.0
#include "provider/foreign_files.h"

#include <fmt/format.h>

#include "provider/quiet_call.h"

namespace ghboot::provider {

using tfplugin::Call;
using tfplugin::Path;

namespace {

constexpr std::chrono::seconds patience{20};
constexpr std::size_t named_max = 20;

}  // namespace

void warn_of_foreign_files(const RegenerationModel& planned, Session& session, Call& call) {
  const bool is_known = planned.files.is_known() && planned.owner.is_known() &&
                        planned.repository.is_known() && session.github_is_known();
  if (!is_known) return;
  QuietCall quiet(call);
  auto* client = session.github(*quiet);
  if (!client) return;
  const auto wait = wait_of(call).at_most(session.clock().now(), patience);
  regen::CommitRun commits({.client = *client, .clock = session.clock()}, commit_terms(planned));
  const auto stored = commits.stored(wait);
  if (!stored) return;
  auto there = hashes_of(stored->files, *planned.files);
  std::erase_if(there, [&](const auto& one) { return planned.files->at(one.first) == one.second; });
  const auto made = there.empty() ? nats::Result<std::set<std::string>>() : commits.listed(*stored, wait);
  if (!made) return;
  std::erase_if(there, [&](const auto& one) { return made->contains(one.first); });
  if (there.empty()) return;
  std::string paths;
  std::size_t named = 0;
  for (const auto& [path, hash] : there)
    if (++named <= named_max) paths += "\n  " + path;
  if (named > named_max) paths += fmt::format("\n  and {} more", named - named_max);
  call.diagnostics.warning(
      Path({"render", "source"}), "Files that somebody else made",
      fmt::format("{}/{}, branch {} has these, and the apply replaces them by what the templates make:{}",
                  planned.owner->text, planned.repository->text, stored->branch, paths));
}

}  // namespace ghboot::provider
