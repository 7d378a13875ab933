// SPDX-License-Identifier: Apache-2.0
// For tests: a GitHub of one's own with the organisation acme and its private repository acme/shop, and a
// webhook in its state, led by the provider over its real service. Threads: one.
#pragma once

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "nats/file_system.h"
#include "provider/ghboot_provider.h"
#include "standin/crypto.h"
#include "standin/service.h"
#include "standin/standin.h"
#include "standin/state.h"
#include "tfplugin/core/life.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/identity.h"

namespace ghboot::provider {

inline constexpr auto with_secret = R"({"secret_wo":"s1","secret_wo_version":1})";

class WebhookPlace : public testing::Test {
 protected:
  static constexpr standin::Id acme = 1, shop = 2;

  WebhookPlace() : service_(open()) {
    github().change([](standin::State& state) {
      state.owners[acme] = {.id = acme, .login = "acme"};
      state.repositories[shop] = {.id = shop, .owner_id = acme, .name = "shop", .is_private = true};
    });
    variables = {
        {"GITHUB_TOKEN", "root"}, {"GITHUB_BASE_URL", service_->address()}, {"GITHUB_OWNER", "acme"}};
    begin_command();
  }

  static std::unique_ptr<standin::Service> open() {
    const char* path = std::getenv("PATH");
    auto opened = standin::Service::open({.admin_token = "root", .search_path = path ? path : ""});
    EXPECT_TRUE(opened) << opened.error();
    return *std::move(opened);
  }
  standin::Standin& github() { return service_->standin(); }

  // As each command of terraform: what was listed before is asked again.
  void begin_command() {
    core_.configure(*tfplugin::cty::decode_json(tfplugin::make_schema<ProviderModel>("").type(), "{}"));
  }

  // A configuration with what is required, and `more` of it.
  tfplugin::cty::Value webhook(std::string_view more = "{}") const {
    const tfplugin::cty::Type type = provider_.resources.at("ghboot_webhook")->schema().type();
    auto out = *tfplugin::cty::decode_json(
        type, R"({"repository":"shop","url":"https://hooks.example/a","events":["push"]})");
    const auto given = *tfplugin::cty::decode_json(type, more);
    for (const auto& [name, value] : *given.get<tfplugin::cty::Value::Map>())
      if (!value.is_null()) out.get<tfplugin::cty::Value::Map>()->insert_or_assign(name, value);
    return out;
  }
  tfplugin::core::Action plan(std::string_view more = "{}") { return life_.plan(webhook(more)); }
  void apply(std::string_view more = "{}") {
    plan(more);
    life_.apply(webhook(more));
  }
  // All that was said since, each with what it says in one line.
  std::string said() {
    std::string out;
    for (const std::string& one : core_.said()) out += one + "\n";
    return out;
  }
  const tfplugin::cty::Value& state() const { return life_.state(); }

  std::vector<standin::Hook> hooks() {
    std::vector<standin::Hook> out;
    for (const auto& [id, hook] : github().state().hooks) out.push_back(hook);
    return out;
  }
  // The only one.
  standin::Hook hook() {
    const auto all = hooks();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? standin::Hook{} : all.front();
  }
  void change_hook(const std::function<void(standin::Hook&)>& edit) {
    github().change([&](standin::State& state) {
      for (auto& [id, hook] : state.hooks) edit(hook);
    });
  }
  standin::Id add_hook(standin::Hook hook) {
    standin::Id id = 0;
    github().change([&](standin::State& state) {
      hook.id = id = state.take_id();
      hook.target_id = hook.of_organization ? acme : shop;
      state.hooks[id] = std::move(hook);
    });
    return id;
  }
  standin::Json control(std::string method, std::string target, const standin::Json& body = nullptr) {
    const auto answer = github().answer(standin::make_request({.method = std::move(method),
                                                               .target = std::move(target),
                                                               .origin = "http://127.0.0.1:1",
                                                               .headers = {{"Host", "127.0.0.1:1"}},
                                                               .body = body.is_null() ? "" : body.dump()}));
    EXPECT_LT(answer.status, 300U) << answer.body;
    return standin::Json::parse(answer.body, nullptr, false);
  }
  void fault(const standin::Json& what) { control("POST", "/_standin/faults", what); }
  // "GET /repos/acme/shop/hooks?per_page=100 200" of each since the last call; `counted` ones alone if so.
  std::vector<std::string> asked(bool counted = false) {
    std::vector<std::string> out;
    for (const auto& one : control("GET", "/_standin/requests"))
      if (!counted || one["counted"].get<bool>())
        out.push_back(one["method"].get<std::string>() + " " + one["target"].get<std::string>() + " " +
                      std::to_string(one["status"].get<int>()));
    control("DELETE", "/_standin/requests");
    return out;
  }

  std::map<std::string, std::string> variables;
  std::unique_ptr<standin::Service> service_;
  GhbootProvider provider_{Surroundings{nats::system_clock(), nats::system_random(), nats::system_files()},
                           [this](const std::string& name) -> std::optional<std::string> {
                             const auto found = variables.find(name);
                             return found == variables.end() ? std::nullopt : std::optional(found->second);
                           }};
  tfplugin::core::Core core_{provider_};
  tfplugin::core::Life life_{core_, "ghboot_webhook"};
};

}  // namespace ghboot::provider
