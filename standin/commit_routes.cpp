// SPDX-License-Identifier: Apache-2.0
// The history of a branch, or of what lies at a path.
#include <array>

#include <fmt/format.h>

#include "standin/commit_input.h"
#include "standin/git_routes.h"
#include "standin/page.h"
#include "standin/shape.h"

namespace ghboot::standin {

namespace {

Response list_commits(Call& call) {
  const Id id = call.repository->id;
  if (call.git.is_empty(id)) return conflict_of_empty();
  const std::string_view from = call.request.parameter("sha"), path = call.request.parameter("path");
  const auto start = call.git.commit_of(id, from.empty() ? call.repository->default_branch : from);
  if (!start) return not_found();
  std::vector<std::string> arguments{"rev-list", *start, "--"};
  if (!path.empty()) arguments.push_back(fmt::format(":(literal){}", path));
  const std::string out = call.git.run(id, std::move(arguments)).out;
  std::vector<Json> views;
  for (std::string_view rest = out; rest.size() > 40; rest.remove_prefix(41)) {
    const std::string sha(rest.substr(0, 40));
    views.push_back(listed_commit_view(commit_view(call, sha, *call.git.commit(id, sha))));
  }
  return page_response(call, views);
}

constexpr std::array routes{Route{"GET", "/repos/{owner}/{repo}/commits", list_commits, contents_read}};

}  // namespace

std::span<const Route> commit_routes() { return routes; }

}  // namespace ghboot::standin
