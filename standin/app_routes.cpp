// SPDX-License-Identifier: Apache-2.0
#include "standin/app_routes.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "nats/base64.h"
#include "standin/crypto.h"
#include "standin/json_member.h"
#include "standin/page.h"
#include "standin/shape.h"
#include "standin/state.h"
#include "standin/text.h"
#include "standin/view.h"

namespace ghboot::standin {

namespace {

constexpr std::int64_t token_seconds = 3600;

Response needs_jwt() { return error_response(401, "A JSON web token could not be decoded"); }
bool is_app(const Call& call) { return call.actor.kind == Actor::Kind::app; }

Json app_view(const Call& call, const App& app) {
  Json view{{"id", app.id}, {"slug", app.slug}, {"client_id", app.client_id}, {"name", app.name}};
  const Owner* owner = find_owner(call.state, app.owner);
  view["owner"] = owner != nullptr ? owner_view(*owner, call.request.api())
                                   : login_view(call.state, "ghost", call.request.api());
  view["permissions"] = app.permissions;
  view["events"] = Json::array();
  view["html_url"] = fmt::format("https://github.com/apps/{}", app.slug);
  view["node_id"] = node_id("A", app.id);
  view["description"] = nullptr;
  view["external_url"] = "https://example.com";
  view["created_at"] = view["updated_at"] = iso_time(call.now);
  return view;
}

Json installation_view(const Call& call, const Installation& installation) {
  const std::string api = call.request.api();
  const App& app = call.state.apps.at(installation.app_id);
  const Owner& owner = call.state.owners.at(installation.owner_id);
  return {{"id", installation.id},
          {"account", owner_view(owner, api)},
          {"repository_selection", installation.all_repositories ? "all" : "selected"},
          {"access_tokens_url", fmt::format("{}/app/installations/{}/access_tokens", api, installation.id)},
          {"repositories_url", api + "/installation/repositories"},
          {"app_id", app.id},
          {"client_id", app.client_id},
          {"app_slug", app.slug},
          {"target_id", owner.id},
          {"target_type", owner.is_organization ? "Organization" : "User"},
          {"permissions", installation.permissions},
          {"events", Json::array()},
          {"created_at", iso_time(installation.created_at)},
          {"updated_at", iso_time(installation.created_at)},
          {"html_url", fmt::format("https://github.com/organizations/{}/settings/installations/{}",
                                   owner.login, installation.id)},
          {"single_file_name", nullptr},
          {"suspended_by", nullptr},
          {"suspended_at", installation.suspended ? Json(iso_time(installation.created_at)) : Json(nullptr)}};
}

Response get_app(Call& call) {
  return is_app(call) ? json_response(200, app_view(call, *call.actor.app)) : needs_jwt();
}

Response list_installations(Call& call) {
  if (!is_app(call)) return needs_jwt();
  std::vector<Json> views;
  for (const auto& [id, installation] : call.state.installations) {
    if (installation.app_id == call.actor.app->id) views.push_back(installation_view(call, installation));
  }
  return page_response(call, views);
}

const Installation* own_installation(const Call& call) {
  const auto found = call.state.installations.find(call.id_part("installation_id"));
  const bool own = found != call.state.installations.end() && found->second.app_id == call.actor.app->id;
  return own ? &found->second : nullptr;
}

Response get_installation(Call& call) {
  if (!is_app(call)) return needs_jwt();
  const Installation* installation = own_installation(call);
  return installation == nullptr ? not_found() : json_response(200, installation_view(call, *installation));
}

bool covers(const Installation& installation, const Repository& repository) {
  return repository.owner_id == installation.owner_id &&
         (installation.all_repositories ||
          std::ranges::find(installation.repositories, repository.id) != installation.repositories.end());
}

Response repository_installation(Call& call) {
  if (!is_app(call)) return needs_jwt();
  const Repository* repository = find_repository(call.state, call.part("owner"), call.part("repo"));
  for (const auto& [id, installation] : call.state.installations) {
    if (repository != nullptr && installation.app_id == call.actor.app->id &&
        covers(installation, *repository))
      return json_response(200, installation_view(call, installation));
  }
  return not_found();
}

Response owner_installation(Call& call, bool of_organization) {
  if (!is_app(call)) return needs_jwt();
  const Owner* owner = find_owner(call.state, call.part("login"));
  if (owner != nullptr && owner->is_organization != of_organization) return not_found();
  for (const auto& [id, installation] : call.state.installations) {
    if (owner != nullptr && installation.app_id == call.actor.app->id && installation.owner_id == owner->id)
      return json_response(200, installation_view(call, installation));
  }
  return not_found();
}

Response organization_installation(Call& call) { return owner_installation(call, true); }
Response user_installation(Call& call) { return owner_installation(call, false); }

bool within(const Permissions& granted, const std::string& name, const std::string& level) {
  const auto found = granted.find(name);
  if (found == granted.end()) return false;
  return found->second == level || found->second == "admin" || (found->second == "write" && level == "read");
}

Response refuse_text(std::string_view message) { return error_response(422, message); }

// What the body asks for, of what the installation has.
std::expected<Token, Response> wanted_token(const Call& call, const Installation& installation) {
  Token token{.kind = "installation",
              .permissions = installation.permissions,
              .owner_id = installation.owner_id,
              .all_repositories = installation.all_repositories,
              .repositories = installation.repositories,
              .installation_id = installation.id,
              .expires_at = call.now + token_seconds};
  take(call.body, "permissions", token.permissions);
  for (const auto& [name, level] : token.permissions) {
    if (!within(installation.permissions, name, level))
      return std::unexpected(refuse_text("The permissions requested are not granted to this installation."));
  }
  std::vector<std::string> names;
  take(call.body, "repositories", names);
  std::vector<Id> ids;
  if (call.body.contains("repository_ids") && call.body["repository_ids"].is_array()) {
    for (const Json& id : call.body["repository_ids"])
      ids.push_back(id.is_number_integer() ? id.get<Id>() : -1);
  }
  const std::string& login = call.state.owners.at(installation.owner_id).login;
  for (const std::string& name : names) {
    const Repository* repository = find_repository(call.state, login, name);
    ids.push_back(repository == nullptr ? -1 : repository->id);
  }
  for (const Id id : ids) {
    const auto repository = call.state.repositories.find(id);
    if (repository == call.state.repositories.end() || !covers(installation, repository->second))
      return std::unexpected(
          refuse_text("There is at least one repository that does not exist or is not accessible "
                      "to the parent installation."));
  }
  if (!ids.empty()) {
    token.all_repositories = false;
    token.repositories = std::move(ids);
  }
  return token;
}

// Both forms that GitHub gives out; nothing in the long one is meant to be read.
std::string token_text(Call& call, const Installation& installation) {
  if (!call.state.long_installation_tokens) return "ghs_" + random_word(call.random, 36);
  const std::string header = nats::encode_base64url(R"({"alg":"RS256","typ":"JWT"})");
  const std::string claims = nats::encode_base64url(
      fmt::format(R"({{"iss":"github","sub":"{}","jti":"{}"}})", installation.id, random_guid(call.random)));
  return fmt::format("ghs_{}_{}.{}.{}", installation.app_id, header, claims, random_word(call.random, 342));
}

Response make_access_token(Call& call) {
  if (!is_app(call)) return needs_jwt();
  const Installation* installation = own_installation(call);
  if (installation == nullptr) return not_found();
  if (installation->suspended) return error_response(403, "This installation has been suspended");
  auto token = wanted_token(call, *installation);
  if (!token) return token.error();
  const std::string text = token_text(call, *installation);
  token->fingerprint = sha256_hex(text);
  std::erase_if(call.state.tokens, [&](const auto& entry) {
    return entry.second.expires_at != 0 && entry.second.expires_at <= call.now;
  });
  Json view{{"token", text},
            {"expires_at", iso_time(token->expires_at)},
            {"permissions", token->permissions},
            {"repository_selection", token->all_repositories ? "all" : "selected"}};
  if (!token->all_repositories) {
    view["repositories"] = Json::array();
    for (const Id id : token->repositories)
      view["repositories"].push_back(
          repository_view(call.state, call.state.repositories.at(id), call.request.api()));
  }
  call.state.tokens[token->fingerprint] = *std::move(token);
  call.changed = true;
  return json_response(201, view);
}

Response installation_repositories(Call& call) {
  if (call.actor.installation == nullptr)
    return error_response(403, "You must authenticate with an installation access token");
  std::vector<Json> views;
  for (const auto& [id, repository] : call.state.repositories) {
    const Token& token = *call.actor.token;
    if (covers(*call.actor.installation, repository) &&
        (token.all_repositories || std::ranges::find(token.repositories, id) != token.repositories.end()))
      views.push_back(repository_view(call.state, repository, call.request.api()));
  }
  return counted_page(call, "repositories", views);
}

Response revoke_own_token(Call& call) {
  if (call.actor.installation == nullptr)
    return error_response(403, "You must authenticate with an installation access token");
  call.revoked = call.actor.token->fingerprint;
  return {.status = 204};
}

constexpr std::array routes{
    Route{"GET", "/app", get_app},
    Route{"GET", "/app/installations", list_installations},
    Route{"GET", "/app/installations/{installation_id}", get_installation},
    Route{"POST", "/app/installations/{installation_id}/access_tokens", make_access_token},
    Route{"GET", "/repos/{owner}/{repo}/installation", repository_installation},
    Route{"GET", "/orgs/{login}/installation", organization_installation},
    Route{"GET", "/users/{login}/installation", user_installation},
    Route{"GET", "/installation/repositories", installation_repositories},
    Route{"DELETE", "/installation/token", revoke_own_token}};

}  // namespace

std::span<const Route> app_routes() { return routes; }

}  // namespace ghboot::standin
