// SPDX-License-Identifier: Apache-2.0
#include "standin/graphql_routes.h"

#include <array>

#include <fmt/format.h>

#include "standin/json_member.h"
#include "standin/rights.h"
#include "standin/shape.h"
#include "standin/state.h"

namespace ghboot::standin {

namespace {

Response failed(std::string_view type, const std::string& message) {
  return json_response(200, {{"data", {{"repository", nullptr}}},
                             {"errors", Json::array({{{"type", type}, {"message", message}}})}});
}

std::string_view permission_of(Level level) {
  return level == Level::admin ? "ADMIN" : level == Level::write ? "WRITE" : "READ";
}

// More than was asked for: clients take what they know.
Json repository_node(const Call& call, const Repository& repository) {
  const Owner& owner = owner_of(call.state, repository);
  return {{"id", node_id("R", repository.id)},
          {"name", repository.name},
          {"nameWithOwner", full_name(call.state, repository)},
          {"owner", {{"login", owner.login}}},
          {"description", ""},
          {"url", fmt::format("{}/{}", call.request.origin, full_name(call.state, repository))},
          {"isPrivate", repository.is_private},
          {"isArchived", repository.archived},
          {"hasIssuesEnabled", true},
          {"hasWikiEnabled", true},
          {"viewerPermission", permission_of(role_in(call.state, call.actor, repository))},
          {"defaultBranchRef", {{"name", repository.default_branch}}},
          {"parent", nullptr},
          {"mergeCommitAllowed", true},
          {"rebaseMergeAllowed", true},
          {"squashMergeAllowed", true}};
}

Response ask(Call& call) {
  if (call.actor.kind == Actor::Kind::anonymous) return error_response(401, "Requires authentication");
  const Json variables = call.body.value("variables", Json::object());
  const std::string owner = text_member(variables, "owner"), name = text_member(variables, "name");
  if (!text_member(call.body, "query").contains("repository(") || owner.empty() || name.empty())
    return failed("NOT_IMPLEMENTED",
                  "This stand-in answers GraphQL's repository(owner:, name:) alone: use the REST API");
  const Repository* repository = find_repository(call.state, owner, name);
  if (repository == nullptr || !sees(call.state, call.actor, *repository))
    return failed("NOT_FOUND",
                  fmt::format("Could not resolve to a Repository with the name '{}/{}'.", owner, name));
  return json_response(200, {{"data", {{"repository", repository_node(call, *repository)}}}});
}

constexpr std::array routes{Route{"POST", "/graphql", ask}};

}  // namespace

std::span<const Route> graphql_routes() { return routes; }

}  // namespace ghboot::standin
