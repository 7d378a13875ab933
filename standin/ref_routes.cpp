// SPDX-License-Identifier: Apache-2.0
// Branches and tags. Moving one is a compare-and-swap: what is no fast forward is refused, unless it is
// forced.
#include <array>

#include <fmt/format.h>

#include "nats/base64.h"
#include "standin/commit_input.h"
#include "standin/git_routes.h"
#include "standin/json_member.h"
#include "standin/page.h"
#include "standin/shape.h"
#include "standin/text.h"

namespace ghboot::standin {

namespace {

Json ref_view(const Call& call, std::string_view name, std::string_view sha) {
  return {{"ref", fmt::format("refs/{}", name)},
          {"node_id", fmt::format("REF_{}", nats::encode_base64url(name))},
          {"url", fmt::format("{}/git/refs/{}", repository_url(call), name)},
          {"object",
           {{"sha", sha},
            {"type", "commit"},
            {"url", fmt::format("{}/git/commits/{}", repository_url(call), sha)}}}};
}

// Of a ref's name without "refs/"; empty: it is a tag.
std::string_view branch_of(std::string_view name) {
  return name.starts_with("heads/") ? name.substr(6) : std::string_view();
}

void tell(Call& call, std::string_view name, std::string_view before, std::string_view after) {
  if (!branch_of(name).empty()) tell_push(call, branch_of(name), before, after);
  call.changed = true;
}

Response get_ref(Call& call) {
  if (call.git.is_empty(call.repository->id)) return conflict_of_empty();
  const auto sha = call.git.ref(call.repository->id, call.part("ref"));
  return sha ? json_response(200, ref_view(call, call.part("ref"), *sha)) : not_found();
}

Response matching_refs(Call& call) {
  std::vector<Json> views;
  for (const auto& [name, sha] : call.git.refs(call.repository->id, call.part("ref")))
    views.push_back(ref_view(call, std::string_view(name).substr(5), sha));
  return page_response(call, views);
}

Response make_ref(Call& call) {
  const Id id = call.repository->id;
  if (call.git.is_empty(id)) return conflict_of_empty();
  const std::string full = text_member(call.body, "ref"), sha = text_member(call.body, "sha");
  if (!full.starts_with("refs/") || segments(full).size() < 3)
    return error_response(422, "Reference name must start with 'refs/' and have at least two slashes.");
  const std::string name = full.substr(5);
  if (call.git.type_of(id, sha) != "commit") return error_response(422, "Object does not exist");
  if (call.git.ref(id, name)) return error_response(422, "Reference already exists");
  if (!call.git.move_ref(id, name, sha, "")) return error_response(422, "Reference name is not valid");
  tell(call, name, "", sha);
  Response response = json_response(201, ref_view(call, name, sha));
  response.set("Location", fmt::format("{}/git/refs/{}", repository_url(call), name));
  return response;
}

Response move(Call& call) {
  const Id id = call.repository->id;
  const std::string_view name = call.part("ref");
  const std::string sha = text_member(call.body, "sha");
  const auto before = call.git.ref(id, name);
  if (!before) return error_response(422, "Reference does not exist");
  if (call.git.type_of(id, sha) != "commit") return error_response(422, "Object does not exist");
  bool force = false;
  take(call.body, "force", force);
  if (!force && !call.git.is_ancestor(id, *before, sha))
    return error_response(422, "Update is not a fast forward");
  if (*before != sha) {
    if (auto refused = refuse_protected(call, branch_of(name), 422)) return *refused;
  }
  if (!call.git.move_ref(id, name, sha, *before)) return error_response(409, "Reference cannot be updated");
  if (*before != sha) tell(call, name, *before, sha);
  return json_response(200, ref_view(call, name, sha));
}

Response remove(Call& call) {
  const Id id = call.repository->id;
  const std::string_view name = call.part("ref");
  const auto before = call.git.ref(id, name);
  if (!before) return error_response(422, "Reference does not exist");
  if (auto refused = refuse_protected(call, branch_of(name), 422)) return *refused;
  if (!call.git.move_ref(id, name, "", *before)) return error_response(409, "Reference cannot be deleted");
  tell(call, name, *before, "");
  return {.status = 204};
}

Response get_branch(Call& call) {
  const auto sha = call.git.ref(call.repository->id, fmt::format("heads/{}", call.part("branch")));
  if (!sha) return error_response(404, "Branch not found");
  const std::string url = fmt::format("{}/branches/{}", repository_url(call), call.part("branch"));
  const Json commit = commit_view(call, *sha, *call.git.commit(call.repository->id, *sha));
  return json_response(200, {{"name", call.part("branch")},
                             {"commit", listed_commit_view(commit)},
                             {"_links", {{"self", url}, {"html", url}}},
                             {"protected", is_protected(*call.repository, call.part("branch"))},
                             {"protection", {{"enabled", false}}},
                             {"protection_url", url + "/protection"}});
}

constexpr std::array routes{
    Route{"GET", "/repos/{owner}/{repo}/git/ref/{ref*}", get_ref, contents_read},
    Route{"GET", "/repos/{owner}/{repo}/git/matching-refs/{ref*}", matching_refs, contents_read},
    Route{"POST", "/repos/{owner}/{repo}/git/refs", make_ref, contents_write},
    Route{"PATCH", "/repos/{owner}/{repo}/git/refs/{ref*}", move, contents_write},
    Route{"DELETE", "/repos/{owner}/{repo}/git/refs/{ref*}", remove, contents_write},
    Route{"GET", "/repos/{owner}/{repo}/branches/{branch*}", get_branch, contents_read}};

}  // namespace

std::span<const Route> ref_routes() { return routes; }

}  // namespace ghboot::standin
