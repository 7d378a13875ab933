// SPDX-License-Identifier: Apache-2.0
#include "standin/control_routes.h"

#include <array>

#include <fmt/format.h>

#include "standin/crypto.h"
#include "standin/event.h"
#include "standin/git.h"
#include "standin/json_member.h"
#include "standin/state.h"
#include "standin/text.h"
#include "standin/view.h"

namespace ghboot::standin {

namespace {

Response wrong(std::string_view what) { return error_response(422, what, "standin/control_routes.h"); }
Response missing(std::string_view what, std::string_view name) {
  return error_response(404, fmt::format("There is no {} {}", what, name), "standin/control_routes.h");
}

std::pair<std::string_view, std::string_view> split_name(std::string_view full_name) {
  const std::size_t slash = full_name.find('/');
  if (slash == std::string_view::npos) return {full_name, {}};
  return {full_name.substr(0, slash), full_name.substr(slash + 1)};
}

Repository* named_repository(Call& call, std::string_view full_name) {
  const auto [owner, name] = split_name(full_name);
  return find_repository(call.state, owner, name);
}

Response there_it_is(Call&) { return json_response(200, {{"version", GHBOOT_VERSION}}); }

Response put_owner(Call& call) {
  const std::string login = text_member(call.body, "login");
  if (login.empty() || login.contains('/')) return wrong("login is missing or no name");
  Owner* owner = find_owner(call.state, login);
  const unsigned status = owner == nullptr ? 201 : 200;
  if (owner == nullptr) {
    const Id id = call.state.take_id();
    owner = &call.state.owners[id];
    *owner = {.id = id, .login = login, .created_at = call.now};
  }
  owner->is_organization =
      text_member(call.body, "type", owner->is_organization ? "Organization" : "User") != "User";
  take(call.body, "admins", owner->admins);
  take(call.body, "members", owner->members);
  take(call.body, "site_admin", owner->is_site_admin);
  call.changed = true;
  return json_response(status, {{"id", owner->id}, {"login", owner->login}});
}

Response delete_owner(Call& call) {
  const Owner* owner = find_owner(call.state, call.part("login"));
  if (owner == nullptr) return missing("owner", call.part("login"));
  erase_owner(call.state, owner->id);
  call.changed = true;
  return {.status = 204};
}

void fill(const Json& body, Repository& repository) {
  take(body, "private", repository.is_private);
  take(body, "archived", repository.archived);
  take(body, "default_branch", repository.default_branch);
  take(body, "admins", repository.admins);
  take(body, "writers", repository.writers);
  take(body, "readers", repository.readers);
  take(body, "protected_branches", repository.protected_branches);
}

Response put_repository(Call& call) {
  const std::string full = text_member(call.body, "full_name");
  const auto [login, name] = split_name(full);
  const Owner* owner = find_owner(call.state, login);
  if (owner == nullptr || name.empty() || name.contains('/'))
    return wrong("full_name is no owner/name, or there is no such owner: make it first");
  Repository* repository = named_repository(call, full);
  const unsigned status = repository == nullptr ? 201 : 200;
  if (repository == nullptr) {
    const Id id = call.state.take_id();
    repository = &call.state.repositories[id];
    *repository = {.id = id, .owner_id = owner->id, .name = std::string(name), .created_at = call.now};
    call.state.moved.erase(lower(full));
  }
  fill(call.body, *repository);
  repository->updated_at = call.now;
  call.changed = true;
  return json_response(status, repository_view(call.state, *repository, call.request.api()));
}

Response change_repository(Call& call) {
  Repository* repository = find_repository(call.state, call.part("owner"), call.part("repo"));
  if (repository == nullptr) return missing("repository", call.part("repo"));
  const std::string name = text_member(call.body, "name", repository->name);
  const std::string login = text_member(call.body, "owner", owner_of(call.state, *repository).login);
  const Owner* owner = find_owner(call.state, login);
  if (owner == nullptr) return wrong("there is no such owner: make it first");
  const Repository* other = find_repository(call.state, login, name);
  if (other != nullptr && other != repository) return wrong("another repository has that name");
  if (name != repository->name || owner->id != repository->owner_id)
    rename_repository(call.state, *repository, owner->id, name);
  fill(call.body, *repository);
  repository->updated_at = call.now;
  call.changed = true;
  return json_response(200, repository_view(call.state, *repository, call.request.api()));
}

Response delete_repository(Call& call) {
  const Repository* repository = find_repository(call.state, call.part("owner"), call.part("repo"));
  if (repository == nullptr) return missing("repository", call.part("repo"));
  call.git.erase(repository->id);
  erase_repository(call.state, repository->id);
  call.changed = true;
  return {.status = 204};
}

Response make_token(Call& call) {
  Token token{.login = text_member(call.body, "login")};
  take(call.body, "kind", token.kind);
  if (token.kind != "classic" && token.kind != "fine_grained")
    return wrong("kind is classic or fine_grained");
  if (find_owner(call.state, token.login) == nullptr)
    return wrong("there is no such login: make its owner first");
  take(call.body, "scopes", token.scopes);
  take(call.body, "permissions", token.permissions);
  take(call.body, "oauth_app", token.oauth_app);
  if (const Owner* owner = find_owner(call.state, text_member(call.body, "owner")))
    token.owner_id = owner->id;
  std::vector<std::string> names;
  take(call.body, "repositories", names);
  token.all_repositories = names.empty();
  for (const std::string& name : names) {
    const Repository* repository = named_repository(call, name);
    if (repository == nullptr) return missing("repository", name);
    token.repositories.push_back(repository->id);
  }
  std::int64_t expires_in = 0;
  take(call.body, "expires_in", expires_in);
  token.expires_at = expires_in == 0 ? 0 : call.now + expires_in;
  const std::string prefix = token.kind == "classic" ? "ghp_" : "github_pat_";
  const std::string text =
      text_member(call.body, "token", prefix + random_word(call.random, token.kind == "classic" ? 36 : 82));
  token.fingerprint = sha256_hex(text);
  call.state.tokens[token.fingerprint] = token;
  call.changed = true;
  return json_response(201, {{"token", text}});
}

Response revoke_token(Call& call) {
  if (call.state.tokens.erase(sha256_hex(text_member(call.body, "token"))) == 0)
    return error_response(404, "There is no such token");
  call.changed = true;
  return {.status = 204};
}

Response emit_event(Call& call) {
  Event event{.name = text_member(call.body, "event"),
              .action = text_member(call.body, "action"),
              .payload = Json::object()};
  if (event.name.empty()) return wrong("event is missing");
  if (call.body.contains("payload") && call.body["payload"].is_object()) event.payload = call.body["payload"];
  const std::string full = text_member(call.body, "repository"),
                    login = text_member(call.body, "organization");
  const Repository* repository = named_repository(call, full);
  if (repository == nullptr && !full.empty()) return missing("repository", full);
  const Owner* owner =
      repository != nullptr ? &owner_of(call.state, *repository) : find_owner(call.state, login);
  if (owner == nullptr) return missing("organization", login);
  const std::string guid = emit(call, owner, repository, event);
  return json_response(202, {{"guid", guid}, {"deliveries", call.sent.size()}});
}

Response change_settings(Call& call) {
  take(call.body, "refuses_local_urls", call.state.refuses_local_urls);
  take(call.body, "hooks_per_event_max", call.state.hooks_per_event_max);
  take(call.body, "long_installation_tokens", call.state.long_installation_tokens);
  RunSettings& runs = call.state.run_settings;
  take(call.body, "run_queued_seconds", runs.queued_seconds);
  take(call.body, "run_seconds", runs.run_seconds);
  take(call.body, "run_conclusion", runs.conclusion);
  take(call.body, "run_details", runs.returns_details);
  call.changed = true;
  return json_response(200, {{"refuses_local_urls", call.state.refuses_local_urls},
                             {"hooks_per_event_max", call.state.hooks_per_event_max},
                             {"long_installation_tokens", call.state.long_installation_tokens}});
}

constexpr std::array routes{Route{"GET", "/_standin", there_it_is},
                            Route{"POST", "/_standin/owners", put_owner},
                            Route{"DELETE", "/_standin/owners/{login}", delete_owner},
                            Route{"POST", "/_standin/repositories", put_repository},
                            Route{"PATCH", "/_standin/repositories/{owner}/{repo}", change_repository},
                            Route{"DELETE", "/_standin/repositories/{owner}/{repo}", delete_repository},
                            Route{"POST", "/_standin/tokens", make_token},
                            Route{"POST", "/_standin/tokens/revoke", revoke_token},
                            Route{"POST", "/_standin/events", emit_event},
                            Route{"PATCH", "/_standin/settings", change_settings}};

}  // namespace

std::span<const Route> control_routes() { return routes; }

std::optional<Response> refuse_control(const Request& request) {
  std::string_view host = request.origin;
  host.remove_prefix(host.find("://") + 3);
  host = host.substr(0, host.rfind(':'));
  if (!request.header("origin").empty() || (host != "127.0.0.1" && host != "localhost"))
    return error_response(403, "The control API is for programs on this machine alone");
  return std::nullopt;
}

}  // namespace ghboot::standin
