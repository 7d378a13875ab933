// SPDX-License-Identifier: Apache-2.0
#include "standin/hook_routes.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "standin/event.h"
#include "standin/hook_input.h"
#include "standin/page.h"
#include "standin/state.h"
#include "standin/view.h"

namespace ghboot::standin {

namespace {

constexpr Rule repository_rule(Level level, std::string_view scopes) {
  return {Subject::repository, "repository_hooks", level, Level::admin, scopes};
}
constexpr Rule organization_rule(Level level) {
  return {Subject::organization, "organization_hooks", level, Level::admin, "admin:org_hook"};
}
constexpr Rule repository_read =
    repository_rule(Level::read, "admin:repo_hook, read:repo_hook, repo, write:repo_hook");
constexpr Rule repository_write = repository_rule(Level::write, "admin:repo_hook, repo, write:repo_hook");
constexpr Rule repository_delete = repository_rule(Level::write, "admin:repo_hook, repo");
constexpr Rule organization_read = organization_rule(Level::read);
constexpr Rule organization_write = organization_rule(Level::write);

Id target_of(const Call& call) { return call.repository != nullptr ? call.repository->id : call.owner->id; }

// OAuth apps see the hooks of organisations that they made, and nobody else sees those.
bool visible(const Call& call, const Hook& hook) {
  if (hook.of_organization != (call.repository == nullptr) || hook.target_id != target_of(call)) return false;
  const std::string app = call.actor.token != nullptr ? call.actor.token->oauth_app : "";
  return !hook.of_organization || hook.oauth_app == app;
}

Json view_of(const Call& call, const Hook& hook) { return hook_view(call.state, hook, call.request.api()); }

Response list_hooks(Call& call) {
  std::vector<Json> views;
  for (const auto& [id, hook] : call.state.hooks) {
    if (visible(call, hook)) views.push_back(view_of(call, hook));
  }
  return page_response(call, views);
}

Response get_hook(Call& call) {
  const Hook* hook = hook_of(call);
  return hook == nullptr ? not_found() : json_response(200, view_of(call, *hook));
}

Response created(Call& call, Hook hook) {
  if (auto checked = check_hook(call.state, hook); !checked) return checked.error();
  hook.id = call.state.take_id();
  const Hook& kept = call.state.hooks.emplace(hook.id, std::move(hook)).first->second;
  call.changed = true;
  send_ping(call, kept);
  Json view = view_of(call, kept);
  Response response = json_response(201, view);
  response.set("Location", view["url"].get<std::string>());
  return response;
}

Response create_hook(Call& call) {
  auto input = read_hook(call.body);
  if (!input) return input.error();
  const bool of_organization = call.repository == nullptr;
  if (of_organization && !input->name) return invalid_request("\"name\" wasn't supplied.");
  if (of_organization && !input->config) return invalid_request("\"config\" wasn't supplied.");
  if (input->name.value_or("web") != "web")
    return validation_failed(Json::array({{{"resource", "Hook"}, {"field", "name"}, {"code", "invalid"}}}));
  Hook hook{.of_organization = of_organization, .target_id = target_of(call)};
  replace_config(hook, input->config.value_or(ConfigInput{}));
  set_events(hook, input->events.value_or(std::vector<std::string>{"push"}));
  hook.active = input->active.value_or(true);
  hook.oauth_app = call.actor.token != nullptr ? call.actor.token->oauth_app : "";
  hook.created_at = hook.updated_at = call.now;
  return created(call, std::move(hook));
}

void change_events(Hook& hook, const HookInput& input) {
  if (input.events) set_events(hook, *input.events);
  if (hook.of_organization) return;  // Which know neither of the two.
  std::vector<std::string> events = hook.events;
  for (const std::string& event : input.add_events.value_or(std::vector<std::string>{}))
    events.push_back(event);
  for (const std::string& event : input.remove_events.value_or(std::vector<std::string>{}))
    std::erase(events, event);
  set_events(hook, events);
}

Response replaced(Call& call, Hook& kept, Hook changed, bool as_config) {
  if (auto checked = check_hook(call.state, changed); !checked) return checked.error();
  changed.updated_at = call.now;
  kept = std::move(changed);
  call.changed = true;
  return json_response(200, as_config ? config_view(kept) : view_of(call, kept));
}

Response update_hook(Call& call) {
  Hook* hook = hook_of(call);
  if (hook == nullptr) return not_found();
  auto input = read_hook(call.body);
  if (!input) return input.error();
  Hook changed = *hook;
  if (input->config) {
    if (changed.of_organization && !input->config->url) return invalid_request("\"url\" wasn't supplied.");
    replace_config(changed, *input->config);
  }
  change_events(changed, *input);
  changed.active = input->active.value_or(changed.active);
  return replaced(call, *hook, std::move(changed), false);
}

Response delete_hook(Call& call) {
  const Hook* hook = hook_of(call);
  if (hook == nullptr) return not_found();
  const Hook gone = *hook;
  erase_hook(call.state, gone.id);
  send_deleted(call, gone);
  call.changed = true;
  return {.status = 204};
}

Response get_config(Call& call) {
  const Hook* hook = hook_of(call);
  return hook == nullptr ? not_found() : json_response(200, config_view(*hook));
}

Response update_config(Call& call) {
  Hook* hook = hook_of(call);
  if (hook == nullptr) return not_found();
  auto input = read_config(call.body);
  if (!input) return input.error();
  Hook changed = *hook;
  merge_config(changed, *input);
  return replaced(call, *hook, std::move(changed), true);
}

Response ping_hook(Call& call) {
  const Hook* hook = hook_of(call);
  if (hook == nullptr) return not_found();
  send_ping(call, *hook);
  return {.status = 204};
}

Response test_hook(Call& call) {
  const Hook* hook = hook_of(call);
  if (hook == nullptr) return not_found();
  send_test(call, *hook);
  return {.status = 204};
}

constexpr std::array routes{
    Route{"GET", "/repos/{owner}/{repo}/hooks", list_hooks, repository_read},
    Route{"POST", "/repos/{owner}/{repo}/hooks", create_hook, repository_write},
    Route{"GET", "/repos/{owner}/{repo}/hooks/{hook_id}", get_hook, repository_read},
    Route{"PATCH", "/repos/{owner}/{repo}/hooks/{hook_id}", update_hook, repository_write},
    Route{"DELETE", "/repos/{owner}/{repo}/hooks/{hook_id}", delete_hook, repository_delete},
    Route{"GET", "/repos/{owner}/{repo}/hooks/{hook_id}/config", get_config, repository_read},
    Route{"PATCH", "/repos/{owner}/{repo}/hooks/{hook_id}/config", update_config, repository_write},
    Route{"POST", "/repos/{owner}/{repo}/hooks/{hook_id}/pings", ping_hook, repository_read},
    Route{"POST", "/repos/{owner}/{repo}/hooks/{hook_id}/tests", test_hook, repository_read},
    Route{"POST", "/repos/{owner}/{repo}/hooks/{hook_id}/test", test_hook, repository_read},
    Route{"GET", "/orgs/{org}/hooks", list_hooks, organization_read},
    Route{"POST", "/orgs/{org}/hooks", create_hook, organization_write},
    Route{"GET", "/orgs/{org}/hooks/{hook_id}", get_hook, organization_read},
    Route{"PATCH", "/orgs/{org}/hooks/{hook_id}", update_hook, organization_write},
    Route{"DELETE", "/orgs/{org}/hooks/{hook_id}", delete_hook, organization_write},
    Route{"GET", "/orgs/{org}/hooks/{hook_id}/config", get_config, organization_read},
    Route{"PATCH", "/orgs/{org}/hooks/{hook_id}/config", update_config, organization_write},
    Route{"POST", "/orgs/{org}/hooks/{hook_id}/pings", ping_hook, organization_read}};

}  // namespace

std::span<const Route> hook_routes() { return routes; }

Hook* hook_of(Call& call) {
  const auto found = call.state.hooks.find(call.id_part("hook_id"));
  return found == call.state.hooks.end() || !visible(call, found->second) ? nullptr : &found->second;
}

}  // namespace ghboot::standin
