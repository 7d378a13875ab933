// SPDX-License-Identifier: Apache-2.0
#include "standin/meta_routes.h"

#include <array>

#include <fmt/format.h>

#include "standin/answer_headers.h"
#include "standin/memory.h"
#include "standin/page.h"
#include "standin/rights.h"
#include "standin/state.h"
#include "standin/view.h"

namespace ghboot::standin {

namespace {

constexpr Rule public_repository{.subject = Subject::repository, .scopes = "repo", .scopes_if_private = true};
constexpr Rule public_organization{.subject = Subject::organization};
constexpr Rule own_membership{
    .subject = Subject::organization, .permission = "members", .scopes = "read:org"};

Response rate_limit(Call& call) {
  const Json core = usage_view(call.memory.limits.usage(call.actor, call.now), "");
  const Json search = usage_view({.limit = 30, .used = 0, .reset = call.now + 60}, "");
  Json body{{"resources", {{"core", core}, {"search", search}}}};
  if (api_version(call.request) == default_version) body["rate"] = core;  // Gone in the newer one.
  return json_response(200, body);
}

Response meta(Call&) {
  const Json loopback{"127.0.0.1/32", "::1/128"};
  return json_response(200, {{"verifiable_password_authentication", false},
                             {"hooks", loopback},
                             {"web", loopback},
                             {"api", loopback},
                             {"git", loopback}});
}

Response versions(Call&) { return json_response(200, {default_version, newer_version}); }

// Names and addresses; clients such as gh ask for them to see which scopes their token has.
constexpr std::array<std::pair<const char*, std::string_view>, 33> addresses{
    {{"current_user_url", "/user"},
     {"current_user_authorizations_html_url", "/settings/connections/applications{/client_id}"},
     {"authorizations_url", "/authorizations"},
     {"code_search_url", "/search/code?q={query}{&page,per_page,sort,order}"},
     {"commit_search_url", "/search/commits?q={query}{&page,per_page,sort,order}"},
     {"emails_url", "/user/emails"},
     {"emojis_url", "/emojis"},
     {"events_url", "/events"},
     {"feeds_url", "/feeds"},
     {"followers_url", "/user/followers"},
     {"following_url", "/user/following{/target}"},
     {"gists_url", "/gists{/gist_id}"},
     {"hub_url", "/hub"},
     {"issue_search_url", "/search/issues?q={query}{&page,per_page,sort,order}"},
     {"issues_url", "/issues"},
     {"keys_url", "/user/keys"},
     {"label_search_url", "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}"},
     {"notifications_url", "/notifications"},
     {"organization_url", "/orgs/{org}"},
     {"organization_repositories_url", "/orgs/{org}/repos{?type,page,per_page,sort}"},
     {"organization_teams_url", "/orgs/{org}/teams"},
     {"public_gists_url", "/gists/public"},
     {"rate_limit_url", "/rate_limit"},
     {"repository_url", "/repos/{owner}/{repo}"},
     {"repository_search_url", "/search/repositories?q={query}{&page,per_page,sort,order}"},
     {"current_user_repositories_url", "/user/repos{?type,page,per_page,sort}"},
     {"starred_url", "/user/starred{/owner}{/repo}"},
     {"starred_gists_url", "/gists/starred"},
     {"topic_search_url", "/search/topics?q={query}{&page,per_page}"},
     {"user_url", "/users/{user}"},
     {"user_organizations_url", "/user/orgs"},
     {"user_repositories_url", "/users/{user}/repos{?type,page,per_page,sort}"},
     {"user_search_url", "/search/users?q={query}{&page,per_page,sort,order}"}}};

Response root(Call& call) {
  Json view = Json::object();
  for (const auto& [name, address] : addresses) view[name] = fmt::format("{}{}", call.request.api(), address);
  return json_response(200, view);
}

Response current_user(Call& call) {
  if (call.actor.kind == Actor::Kind::anonymous) return error_response(401, "Requires authentication");
  if (call.actor.user == nullptr) return not_accessible(call.actor, "");
  return json_response(200, account_view(*call.actor.user, call.request.api()));
}

Response user(Call& call) {
  const Owner* owner = find_owner(call.state, call.part("login"));
  if (owner == nullptr) return not_found();
  Json view = account_view(*owner, call.request.api());
  for (const char* nothing : {"company", "location", "email", "hireable", "bio"}) view[nothing] = nullptr;
  return json_response(200, view);
}

Response organization(Call& call) {
  return json_response(200, account_view(*call.owner, call.request.api()));
}

// Of who asks, which no App is.
Response membership(Call& call) {
  if (call.actor.user == nullptr) return not_accessible(call.actor, "members=read");
  const Level role = role_in(call.actor, *call.owner);
  if (role == Level::none) return not_found();
  return json_response(
      200, {{"url", fmt::format("{}/orgs/{}/memberships/{}", call.request.api(), call.owner->login,
                                call.actor.user->login)},
            {"state", "active"},
            {"role", role == Level::admin ? "admin" : "member"},
            {"organization_url", fmt::format("{}/orgs/{}", call.request.api(), call.owner->login)},
            {"organization", account_view(*call.owner, call.request.api())},
            {"user", account_view(*call.actor.user, call.request.api())}});
}

Json seen_view(const Call& call, const Repository& repository) {
  Json view = repository_view(call.state, repository, call.request.api());
  if (call.actor.token == nullptr) return view;
  const Level role = role_in(call.state, call.actor, repository);
  view["permissions"] = {{"admin", role >= Level::admin},
                         {"maintain", role >= Level::admin},
                         {"push", role >= Level::write},
                         {"triage", role >= Level::write},
                         {"pull", role >= Level::read}};
  return view;
}

Response repository(Call& call) { return json_response(200, seen_view(call, *call.repository)); }

Response organization_repositories(Call& call) {
  std::vector<Json> views;
  for (const auto& [id, one] : call.state.repositories) {
    if (one.owner_id == call.owner->id && sees(call.state, call.actor, one))
      views.push_back(seen_view(call, one));
  }
  return page_response(call, views);
}

constexpr std::array routes{Route{"GET", "/", root},
                            Route{"GET", "/rate_limit", rate_limit},
                            Route{"GET", "/meta", meta},
                            Route{"GET", "/versions", versions},
                            Route{"GET", "/user", current_user},
                            Route{"GET", "/user/memberships/orgs/{org}", membership, own_membership},
                            Route{"GET", "/users/{login}", user},
                            Route{"GET", "/orgs/{org}", organization, public_organization},
                            Route{"GET", "/orgs/{org}/repos", organization_repositories, public_organization},
                            Route{"GET", "/repos/{owner}/{repo}", repository, public_repository}};

}  // namespace

std::span<const Route> meta_routes() { return routes; }

}  // namespace ghboot::standin
