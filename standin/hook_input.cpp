// SPDX-License-Identifier: Apache-2.0
#include "standin/hook_input.h"

#include <algorithm>

#include <fmt/format.h>

#include "github/event_names.h"

namespace ghboot::standin {

namespace {

std::unexpected<Response> wrong_type(std::string_view property, const Json& value, std::string_view wanted) {
  return std::unexpected(
      invalid_request(fmt::format("For 'properties/{}', {} is not {}.", property, value.dump(), wanted)));
}

// Nothing when the member is not there; the 422 when it is of another type.
using Text = std::expected<std::optional<std::string>, Response>;

Text read_text(const Json& object, const char* name, std::string_view property) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return std::nullopt;
  if (!found->is_string()) return wrong_type(property, *found, "a string");
  return found->get<std::string>();
}

// Text or a number, kept as text.
Text read_insecure_ssl(const Json& config) {
  const auto found = config.find("insecure_ssl");
  if (found == config.end() || found->is_null()) return std::nullopt;
  const std::string text = found->is_string() ? found->get<std::string>() : found->dump();
  if (!found->is_string() && !found->is_number())
    return wrong_type("config/insecure_ssl", *found, "a string");
  return text == "1" ? "1" : "0";
}

std::expected<std::optional<std::vector<std::string>>, Response> read_list(const Json& body,
                                                                           const char* name) {
  const auto found = body.find(name);
  if (found == body.end()) return std::nullopt;
  if (!found->is_array()) return wrong_type(name, *found, "an array");
  std::vector<std::string> list;
  for (const Json& item : *found) {
    if (!item.is_string()) return wrong_type(fmt::format("{}/items", name), item, "a string");
    list.push_back(item.get<std::string>());
  }
  return list;
}

std::unexpected<Response> refuse(const Json& error) {
  return std::unexpected(validation_failed(Json::array({error})));
}

std::unexpected<Response> refuse_text(std::string_view message) {
  return refuse({{"resource", "Hook"}, {"code", "custom"}, {"message", message}});
}

std::string_view host_of(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const std::size_t at = url.rfind('@');
  if (at != std::string_view::npos) url.remove_prefix(at + 1);
  return url.starts_with('[') ? url.substr(0, url.find(']') + 1) : url.substr(0, url.find(':'));
}

bool plausible_url(std::string_view url) {
  const bool printable =
      std::ranges::all_of(url, [](char letter) { return letter > ' ' && letter != '"' && letter < 127; });
  return printable && (url.starts_with("http://") || url.starts_with("https://")) && !host_of(url).empty();
}

bool is_local(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]" ||
         host == "0.0.0.0";
}

std::expected<void, Response> check_url(const State& state, const Hook& hook) {
  if (hook.url.empty()) return refuse_text("Config must contain URL for webhooks");
  if (!plausible_url(hook.url))
    return refuse_text(
        "The URL you've entered is not valid. Please make sure that you encode all special characters first");
  const std::string host(host_of(hook.url));
  if (state.refuses_local_urls && is_local(host))
    return refuse_text(
        fmt::format("url is not supported because it isn't reachable over the public Internet ({})", host));
  return {};
}

bool overlap(const Hook& one, const Hook& other) {
  const auto has = [](const Hook& hook, std::string_view event) {
    return std::ranges::find(hook.events, event) != hook.events.end();
  };
  return (has(one, "*") && !other.events.empty()) || (has(other, "*") && !one.events.empty()) ||
         std::ranges::any_of(one.events, [&](const std::string& event) { return has(other, event); });
}

bool same_config(const Hook& one, const Hook& other) {
  return one.url == other.url && one.content_type == other.content_type && one.secret == other.secret &&
         one.insecure_ssl == other.insecure_ssl;
}

std::expected<void, Response> check_neighbours(const State& state, const Hook& hook) {
  std::map<std::string, int> subscribed;
  for (const auto& [id, other] : state.hooks) {
    if (id == hook.id || other.of_organization != hook.of_organization || other.target_id != hook.target_id)
      continue;
    if (same_config(hook, other) && overlap(hook, other))
      return refuse_text(fmt::format("Hook already exists on this {}",
                                     hook.of_organization ? "organization" : "repository"));
    for (const std::string& event : other.events) ++subscribed[event];
  }
  for (const std::string& event : hook.events) {
    if (subscribed[event] >= state.hooks_per_event_max)
      return refuse_text(
          fmt::format("The \"{}\" event cannot have more than {} hooks", event, state.hooks_per_event_max));
  }
  return {};
}

}  // namespace

std::expected<ConfigInput, Response> read_config(const Json& config) {
  if (!config.is_object()) return wrong_type("config", config, "an object");
  auto url = read_text(config, "url", "config/url");
  if (!url) return std::unexpected(url.error());
  auto content_type = read_text(config, "content_type", "config/content_type");
  if (!content_type) return std::unexpected(content_type.error());
  auto secret = read_text(config, "secret", "config/secret");
  if (!secret) return std::unexpected(secret.error());
  auto insecure_ssl = read_insecure_ssl(config);
  if (!insecure_ssl) return std::unexpected(insecure_ssl.error());
  return ConfigInput{*url, *content_type, *secret, *insecure_ssl};
}

std::expected<HookInput, Response> read_hook(const Json& body) {
  HookInput input;
  auto name = read_text(body, "name", "name");
  if (!name) return std::unexpected(name.error());
  input.name = *name;
  if (body.contains("config") && !body["config"].is_null()) {
    auto config = read_config(body["config"]);
    if (!config) return std::unexpected(config.error());
    input.config = *std::move(config);
  }
  for (auto [member, into] : {std::pair("events", &input.events), std::pair("add_events", &input.add_events),
                              std::pair("remove_events", &input.remove_events)}) {
    auto list = read_list(body, member);
    if (!list) return std::unexpected(list.error());
    *into = *std::move(list);
  }
  if (body.contains("active")) {
    if (!body["active"].is_boolean()) return wrong_type("active", body["active"], "a boolean");
    input.active = body["active"].get<bool>();
  }
  return input;
}

void merge_config(Hook& hook, const ConfigInput& config) {
  if (config.url) hook.url = *config.url;
  if (config.content_type) hook.content_type = *config.content_type;
  if (config.secret) hook.secret = *config.secret;
  if (config.insecure_ssl) hook.insecure_ssl = *config.insecure_ssl;
}

void replace_config(Hook& hook, const ConfigInput& config) {
  hook.content_type = "form";
  hook.secret.clear();
  hook.insecure_ssl = "0";
  merge_config(hook, config);
}

void set_events(Hook& hook, const std::vector<std::string>& events) {
  hook.events.clear();
  for (const std::string& event : events) {
    if (std::ranges::find(hook.events, event) == hook.events.end()) hook.events.push_back(event);
  }
}

std::expected<void, Response> check_hook(const State& state, const Hook& hook) {
  if (auto checked = check_url(state, hook); !checked) return checked;
  if (hook.content_type != "json" && hook.content_type != "form")
    return refuse({{"resource", "Hook"}, {"field", "content_type"}, {"code", "invalid"}});
  for (const std::string& event : hook.events) {
    if (!github::hook_event_known(event, hook.of_organization))
      return refuse({{"resource", "Hook"}, {"field", "events"}, {"code", "invalid"}, {"value", event}});
  }
  return check_neighbours(state, hook);
}

}  // namespace ghboot::standin
