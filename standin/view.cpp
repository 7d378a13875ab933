// SPDX-License-Identifier: Apache-2.0
#include "standin/view.h"

#include <fmt/format.h>

#include "standin/shape.h"
#include "standin/state.h"
#include "standin/text.h"

namespace ghboot::standin {

namespace {

std::string_view kind_of(const Owner& owner) { return owner.is_organization ? "Organization" : "User"; }

std::string hook_url(const State& state, const Hook& hook, std::string_view api) {
  if (hook.of_organization) return fmt::format("{}/orgs/{}/hooks/{}", api, login_of(state, hook), hook.id);
  const auto repository = state.repositories.find(hook.target_id);
  return fmt::format("{}/repos/{}/hooks/{}", api,
                     repository == state.repositories.end() ? "" : full_name(state, repository->second),
                     hook.id);
}

Json parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(text) : json;
}

Json headers_view(const std::vector<std::pair<std::string, std::string>>& headers) {
  Json object = Json::object();
  for (const auto& [name, value] : headers) object[name] = value;
  return object;
}

template <class T>
Json or_null(const T& value) {
  return value == T{} ? Json(nullptr) : Json(value);
}

}  // namespace

Json owner_view(const Owner& owner, std::string_view api) {
  Json view{{"login", owner.login},
            {"id", owner.id},
            {"node_id", node_id(owner.is_organization ? "O" : "U", owner.id)},
            {"url", fmt::format("{}/users/{}", api, owner.login)},
            {"html_url", fmt::format("https://github.com/{}", owner.login)},
            {"type", kind_of(owner)},
            {"site_admin", owner.is_site_admin}};
  add_user_members(view, fmt::format("{}/users/{}", api, owner.login));
  return view;
}

Json login_view(const State& state, const std::string& login, std::string_view api) {
  for (const auto& [id, owner] : state.owners) {
    if (owner.login == login) return owner_view(owner, api);
  }
  Json view = owner_view({.id = 1, .login = login, .is_organization = false}, api);
  view["type"] = "Bot";
  return view;
}

Json account_view(const Owner& owner, std::string_view api) {
  Json view = owner_view(owner, api);
  add_account_members(view, fmt::format("{}/orgs/{}", api, owner.login));
  if (owner.is_organization) {
    view["url"] = fmt::format("{}/orgs/{}", api, owner.login);
    view["repos_url"] = fmt::format("{}/orgs/{}/repos", api, owner.login);
    view["hooks_url"] = fmt::format("{}/orgs/{}/hooks", api, owner.login);
  }
  view["name"] = owner.login;
  view["created_at"] = iso_time(owner.created_at);
  view["updated_at"] = iso_time(owner.created_at);
  return view;
}

Json repository_view(const State& state, const Repository& repository, std::string_view api) {
  const std::string name = full_name(state, repository);
  const std::string url = fmt::format("{}/repos/{}", api, name);
  Json view{{"id", repository.id},
            {"node_id", node_id("R", repository.id)},
            {"name", repository.name},
            {"full_name", name},
            {"private", repository.is_private},
            {"owner", owner_view(owner_of(state, repository), api)},
            {"html_url", fmt::format("https://github.com/{}", name)},
            {"description", nullptr},
            {"fork", false},
            {"url", url},
            {"hooks_url", url + "/hooks"},
            {"contents_url", url + "/contents/{+path}"},
            {"created_at", iso_time(repository.created_at)},
            {"updated_at", iso_time(repository.updated_at)},
            {"pushed_at", iso_time(repository.updated_at)},
            {"archived", repository.archived},
            {"disabled", false},
            {"visibility", repository.is_private ? "private" : "public"},
            {"default_branch", repository.default_branch}};
  add_repository_members(view, url);
  return view;
}

Json config_view(const Hook& hook) {
  Json view{{"content_type", hook.content_type}, {"insecure_ssl", hook.insecure_ssl}};
  if (!hook.secret.empty()) view["secret"] = "********";
  view["url"] = hook.url;
  return view;
}

Json hook_view(const State& state, const Hook& hook, std::string_view api) {
  const std::string url = hook_url(state, hook, api);
  Json view{{"type", hook.of_organization ? "Organization" : "Repository"},
            {"id", hook.id},
            {"name", "web"},
            {"active", hook.active},
            {"events", hook.events},
            {"config", config_view(hook)},
            {"updated_at", iso_time(hook.updated_at)},
            {"created_at", iso_time(hook.created_at)},
            {"url", url}};
  if (!hook.of_organization) view["test_url"] = url + "/test";
  view["ping_url"] = url + "/pings";
  view["deliveries_url"] = url + "/deliveries";
  if (!hook.of_organization)
    view["last_response"] = {{"code", or_null(hook.last_code)},
                             {"status", hook.last_status},
                             {"message", or_null(hook.last_message)}};
  return view;
}

Json delivery_view(const Delivery& delivery) {
  return {{"id", delivery.id},
          {"guid", delivery.guid},
          {"delivered_at", iso_time(delivery.delivered_at)},
          {"redelivery", delivery.redelivery},
          {"duration", delivery.duration},
          {"status", delivery.status},
          {"status_code", delivery.status_code},
          {"event", delivery.event},
          {"action", or_null(delivery.action)},
          {"installation_id", nullptr},
          {"repository_id", or_null(delivery.repository_id)},
          {"throttled_at", nullptr}};
}

Json whole_delivery_view(const Delivery& delivery) {
  Json view = delivery_view(delivery);
  view["url"] = delivery.url;
  view["request"] = {{"headers", headers_view(delivery.request_headers)},
                     {"payload", parsed(delivery.payload)}};
  view["response"] = {{"headers", headers_view(delivery.response_headers)},
                      {"payload", delivery.response_body}};
  return view;
}

}  // namespace ghboot::standin
