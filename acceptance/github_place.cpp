// SPDX-License-Identifier: Apache-2.0
#include "acceptance/github_place.h"

#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace ghboot::acceptance {
namespace {

constexpr standin::Id acme = 1, shop = 2, store = 3;

}  // namespace

std::unique_ptr<standin::Service> make_github() {
  const char* path = std::getenv("PATH");
  auto opened = standin::Service::open({.admin_token = "root-token", .search_path = path ? path : ""});
  if (!opened) throw std::runtime_error("no GitHub to work against: " + opened.error());
  (*opened)->standin().change([](standin::State& state) {
    state.owners[acme] = {.id = acme, .login = "acme"};
    state.repositories[shop] = {.id = shop, .owner_id = acme, .name = "shop", .is_private = true};
    state.repositories[store] = {.id = store, .owner_id = acme, .name = "store", .is_private = true};
  });
  return *std::move(opened);
}

void lead_to_github(Terraform& terraform, const standin::Service& github) {
  terraform.set("GITHUB_TOKEN", "root-token");
  terraform.set("GITHUB_BASE_URL", github.address());
  terraform.set("GITHUB_OWNER", "acme");
}

GithubPlace::GithubPlace() : github(make_github()) { lead_to_github(terraform, *github); }

void GithubPlace::webhook(std::string_view attributes, std::string_view home, std::string_view events) const {
  terraform.write("main.tf", fmt::format(R"(resource "ghboot_webhook" "w" {{
  {}
  url    = "https://hooks.example/a"
  events = {}
  {}
}}
)",
                                         home, events, attributes));
}

std::vector<standin::Hook> GithubPlace::hooks() const {
  std::vector<standin::Hook> out;
  for (const auto& [id, hook] : github->standin().state().hooks) out.push_back(hook);
  return out;
}

standin::Hook GithubPlace::hook() const {
  const auto all = hooks();
  if (all.size() != 1) throw std::runtime_error(fmt::format("GitHub has {} webhooks, not one", all.size()));
  return all.front();
}

void GithubPlace::change_hook(const std::function<void(standin::Hook&)>& edit) const {
  github->standin().change([&](standin::State& state) {
    for (auto& [id, hook] : state.hooks) edit(hook);
  });
}

standin::Id GithubPlace::add_hook(standin::Hook hook) const {
  standin::Id id = 0;
  github->standin().change([&](standin::State& state) {
    id = state.take_id();
    hook.id = id;
    hook.target_id = hook.of_organization ? acme : shop;
    state.hooks[id] = hook;
  });
  return id;
}

standin::Json GithubPlace::control(std::string method, std::string target, const standin::Json& body) const {
  const auto answer =
      github->standin().answer(standin::make_request({.method = std::move(method),
                                                      .target = std::move(target),
                                                      .origin = "http://127.0.0.1:1",
                                                      .headers = {{"Host", "127.0.0.1:1"}},
                                                      .body = body.is_null() ? "" : body.dump()}));
  if (answer.status >= 300) throw std::runtime_error("the control API refuses it: " + answer.body);
  return standin::Json::parse(answer.body, nullptr, false);
}

std::vector<std::string> GithubPlace::asked(bool counted) const {
  std::vector<std::string> out;
  for (const auto& one : control("GET", "/_standin/requests"))
    if (!counted || one["counted"].get<bool>())
      out.push_back(one["method"].get<std::string>() + " " + one["target"].get<std::string>());
  control("DELETE", "/_standin/requests");
  return out;
}

}  // namespace ghboot::acceptance
