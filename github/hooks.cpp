// SPDX-License-Identifier: Apache-2.0
#include "github/hooks.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "github/link_header.h"

namespace ghboot::github {
namespace {

using nlohmann::json;

constexpr std::size_t page_max = 100;  // GitHub's own.

Result<void> check_secret(const nats::Secret& secret) {
  if (secret.reveal() != secret_mask) return {};
  return failure(ErrorKind::invalid,
                 "The webhook's secret is \"********\", which is what GitHub shows in a secret's place: "
                 "give the secret itself.");
}

// Throws at no input: what is no UTF-8 gets replaced. Callers hand in text.
json config_of(const HookInput& input) {
  json config{{"url", input.url},
              {"content_type", input.content_type},
              {"insecure_ssl", input.insecure_ssl ? "1" : "0"}};
  if (!input.secret.empty()) config["secret"] = input.secret.reveal();
  return config;
}

bool is_set(const json& value) {  // GitHub gives insecure_ssl as "1", and has given 1.
  return (value.is_string() && value.get<std::string>() == "1") ||
         (value.is_number_integer() && value.get<std::int64_t>() == 1);
}

LastResponse read_last_response(const json& body) {
  LastResponse out{.status = text_in(body, "status"), .message = text_in(body, "message")};
  const json& code = member_in(body, "code");
  if (code.is_number_integer() && code >= 0 && code < 1000) out.code = code.get<std::int64_t>();
  return out;
}

Result<Hook> read_hook(const json& body) {
  const auto id = id_in(body, "id");
  if (!id) return std::unexpected(id.error());
  const json& config = member_in(body, "config");
  Hook hook{.id = *id,
            .active = member_in(body, "active") != json(false),
            .url = text_in(config, "url"),
            .content_type = text_in(config, "content_type"),
            .insecure_ssl = is_set(member_in(config, "insecure_ssl")),
            .has_secret = !text_in(config, "secret").empty(),
            .ping_url = text_in(body, "ping_url"),
            .deliveries_url = text_in(body, "deliveries_url"),
            .last_response = read_last_response(member_in(body, "last_response"))};
  if (hook.content_type.empty()) hook.content_type = "form";  // GitHub's default.
  const json& events = member_in(body, "events");
  for (const json& event : events.is_array() ? events : json::array()) {
    if (event.is_string()) hook.events.push_back(event.get<std::string>());
  }
  return hook;
}

Result<Hook> read_hook(const Result<Response>& answer) {
  if (!answer) return std::unexpected(answer.error());
  return read_hook(*answer->json);
}

Result<Delivery> read_delivery(const json& body) {
  const auto id = id_in(body, "id");
  if (!id) return std::unexpected(id.error());
  const json& code = member_in(body, "status_code");
  const bool is_code = code.is_number_integer() && code >= 0 && code < 1000;
  return Delivery{.id = *id,
                  .guid = text_in(body, "guid"),
                  .event = text_in(body, "event"),
                  .action = text_in(body, "action"),
                  .delivered_at = text_in(body, "delivered_at"),
                  .status = text_in(body, "status"),
                  .status_code = is_code ? code.get<int>() : 0,
                  .redelivery = member_in(body, "redelivery") == json(true)};
}

Result<void> add_deliveries(const json& page, std::size_t count_max, std::vector<Delivery>& out) {
  if (!page.is_array())
    return failure(ErrorKind::unreachable, "GitHub's answer is no list of deliveries: look at the base URL.");
  for (const json& item : page) {
    if (out.size() == count_max) return {};
    auto delivery = read_delivery(item);
    if (!delivery) return std::unexpected(delivery.error());
    out.push_back(*std::move(delivery));
  }
  return {};
}

// Of the page after this one, below the base URL; empty: there is none.
Result<std::string> next_path(const Client& client, const Response& page) {
  const auto next = next_link(page.header("link"));
  if (!next)
    return failure(
        ErrorKind::refused,
        fmt::format("GitHub's pages of deliveries cannot be read: in the Link header {}.", next.error()));
  return next->empty() ? Result<std::string>("") : client.base().within(*next);
}

Result<void> done(const Result<Response>& answer) {
  if (!answer) return std::unexpected(answer.error());
  return {};
}

}  // namespace

Hooks::Hooks(Client& client, const HookHome& home)
    : client_(client),
      path_(home.repository.empty()
                ? fmt::format("/orgs/{}/hooks", encoded(home.owner))
                : fmt::format("/repos/{}/{}/hooks", encoded(home.owner), encoded(home.repository))) {}

std::string Hooks::at(std::int64_t id, std::string_view rest) const {
  return fmt::format("{}/{}{}", path_, id, rest);
}

Result<HookList> Hooks::list(const Wait& wait, std::string etag) {
  auto listing = client_.list({.path = path_ + "?per_page=100", .etag = std::move(etag)}, wait);
  if (!listing) return std::unexpected(listing.error());
  HookList out{.not_modified = listing->not_modified, .etag = listing->etag, .moved_to = listing->moved_to};
  for (const json& item : *listing->items) {
    auto hook = read_hook(item);
    if (!hook) return std::unexpected(hook.error());
    out.hooks.push_back(*std::move(hook));
  }
  return out;
}

Result<Hook> Hooks::get(std::int64_t id, const Wait& wait) {
  return read_hook(client_.send({.path = at(id)}, wait));
}

Result<Hook> Hooks::create(const HookInput& input, const Wait& wait) {
  if (const auto checked = check_secret(input.secret); !checked) return std::unexpected(checked.error());
  const json body{
      {"name", "web"}, {"active", input.active}, {"events", input.events}, {"config", config_of(input)}};
  return read_hook(client_.send({.method = "POST", .path = path_, .body = body_text(body)}, wait));
}

Result<Hook> Hooks::replace(std::int64_t id, const HookInput& input, const Wait& wait) {
  if (const auto checked = check_secret(input.secret); !checked) return std::unexpected(checked.error());
  const json body{{"active", input.active}, {"events", input.events}, {"config", config_of(input)}};
  return read_hook(
      client_.send({.method = "PATCH", .path = at(id), .body = body_text(body), .idempotent = true}, wait));
}

Result<Hook> Hooks::change(std::int64_t id, const HookChange& change, const Wait& wait) {
  json body = json::object();
  if (change.events) body["events"] = *change.events;
  if (change.active) body["active"] = *change.active;
  return read_hook(
      client_.send({.method = "PATCH", .path = at(id), .body = body_text(body), .idempotent = true}, wait));
}

Result<void> Hooks::change_config(std::int64_t id, const ConfigChange& change, const Wait& wait) {
  json body = json::object();
  if (change.url) body["url"] = *change.url;
  if (change.content_type) body["content_type"] = *change.content_type;
  if (change.insecure_ssl) body["insecure_ssl"] = *change.insecure_ssl ? "1" : "0";
  if (change.secret) {
    if (const auto checked = check_secret(*change.secret); !checked) return checked;
    body["secret"] = change.secret->reveal();
  }
  return done(client_.send(
      {.method = "PATCH", .path = at(id, "/config"), .body = body_text(body), .idempotent = true}, wait));
}

Result<bool> Hooks::remove(std::int64_t id, const Wait& wait) {
  const auto answer = client_.send({.method = "DELETE", .path = at(id), .idempotent = true}, wait);
  if (answer) return true;
  if (answer.error().kind == ErrorKind::missing) return false;
  return std::unexpected(answer.error());
}

Result<void> Hooks::ping(std::int64_t id, const Wait& wait) {
  return done(client_.send({.method = "POST", .path = at(id, "/pings"), .idempotent = true}, wait));
}

Result<std::vector<Delivery>> Hooks::deliveries(std::int64_t id, const Wait& wait, std::size_t count_max) {
  std::vector<Delivery> out;
  std::string path =
      at(id, fmt::format("/deliveries?per_page={}", std::clamp<std::size_t>(count_max, 1, page_max)));
  while (!path.empty() && out.size() < count_max) {
    const auto answer = client_.send({.path = path}, wait);
    if (!answer) return std::unexpected(answer.error());
    const std::size_t before = out.size();
    if (const auto added = add_deliveries(*answer->json, count_max, out); !added)
      return std::unexpected(added.error());
    auto next = next_path(client_, *answer);
    if (!next) return std::unexpected(next.error());
    // What leads on from nothing may lead in a circle.
    path = out.size() == before ? "" : *std::move(next);
  }
  return out;
}

}  // namespace ghboot::github
