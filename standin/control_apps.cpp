// SPDX-License-Identifier: Apache-2.0
// The part of the control API that makes Apps and installs them.
#include <array>

#include <fmt/format.h>

#include "standin/app_routes.h"
#include "standin/crypto.h"
#include "standin/json_member.h"
#include "standin/state.h"

namespace ghboot::standin {

namespace {

Response wrong(std::string_view what) { return error_response(422, what, "standin/control_routes.h"); }

Response make_app(Call& call) {
  App app{.slug = text_member(call.body, "slug")};
  if (app.slug.empty()) return wrong("slug is missing");
  app.id = call.state.take_id();
  app.name = text_member(call.body, "name", app.slug);
  app.client_id = "Iv23" + random_word(call.random, 16);
  app.owner = text_member(call.body, "owner");
  app.public_key = text_member(call.body, "public_key");
  take(call.body, "permissions", app.permissions);
  Json view{{"id", app.id}, {"slug", app.slug}, {"client_id", app.client_id}};
  if (app.public_key.empty()) {
    KeyPair keys = make_rsa_key();
    if (keys.public_pem.empty()) return error_response(500, "OpenSSL made no key");
    app.public_key = keys.public_pem;
    view["private_key"] = keys.private_pem;
  }
  call.state.apps[app.id] = std::move(app);
  call.changed = true;
  return json_response(201, view);
}

Response install(Call& call) {
  Id app_id = 0;
  take(call.body, "app_id", app_id);
  const auto app = call.state.apps.find(app_id);
  const Owner* owner = find_owner(call.state, text_member(call.body, "owner"));
  if (app == call.state.apps.end() || owner == nullptr)
    return wrong("there is no such app_id, or no such owner: make it first");
  Installation made{.app_id = app_id,
                    .owner_id = owner->id,
                    .permissions = app->second.permissions,
                    .created_at = call.now};
  take(call.body, "permissions", made.permissions);
  take(call.body, "suspended", made.suspended);
  std::vector<std::string> names;
  take(call.body, "repositories", names);
  made.all_repositories = names.empty();
  for (const std::string& name : names) {
    const Repository* repository = find_repository(call.state, owner->login, name);
    if (repository == nullptr) return wrong(fmt::format("there is no repository {}/{}", owner->login, name));
    made.repositories.push_back(repository->id);
  }
  // One App is installed once with an owner: a second time changes it.
  for (const auto& [id, other] : call.state.installations) {
    if (other.app_id == app_id && other.owner_id == owner->id) made.id = id;
  }
  const unsigned status = made.id == 0 ? 201 : 200;
  if (made.id == 0) made.id = call.state.take_id();
  const Id id = made.id;
  call.state.installations[id] = std::move(made);
  call.changed = true;
  return json_response(status, {{"id", id}});
}

Response uninstall(Call& call) {
  const Id id = call.id_part("id");
  if (call.state.installations.erase(id) == 0) return not_found();
  std::erase_if(call.state.tokens, [id](const auto& entry) { return entry.second.installation_id == id; });
  call.changed = true;
  return {.status = 204};
}

constexpr std::array routes{Route{"POST", "/_standin/apps", make_app},
                            Route{"POST", "/_standin/installations", install},
                            Route{"DELETE", "/_standin/installations/{id}", uninstall}};

}  // namespace

std::span<const Route> control_app_routes() { return routes; }

}  // namespace ghboot::standin
