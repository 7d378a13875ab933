// SPDX-License-Identifier: Apache-2.0
#include "standin/model_json.h"

#include <nlohmann/json.hpp>

namespace ghboot::standin {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Owner, id, login, is_organization, is_site_admin, admins,
                                                members, created_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Repository, id, owner_id, name, is_private, archived,
                                                default_branch, admins, writers, readers, protected_branches,
                                                created_at, updated_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Token, fingerprint, kind, login, scopes, permissions,
                                                owner_id, all_repositories, repositories, oauth_app,
                                                installation_id, expires_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(App, id, slug, name, client_id, owner, public_key,
                                                permissions)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Installation, id, app_id, owner_id, permissions,
                                                all_repositories, suspended, repositories, created_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Hook, id, of_organization, target_id, active, events, url,
                                                content_type, secret, insecure_ssl, oauth_app, created_at,
                                                updated_at, last_code, last_status, last_message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Delivery, id, hook_id, repository_id, guid, event, action,
                                                redelivery, done, url, request_headers, response_headers,
                                                payload, response_body, delivered_at, duration, status_code,
                                                status)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Pull, id, repository_id, number, title, body, head, base,
                                                open, draft, author, created_at, updated_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Run, id, repository_id, workflow_id, number, name, path,
                                                event, head_branch, head_sha, title, actor, inputs,
                                                created_at, queued_seconds, run_seconds, cancelled_at,
                                                conclusion, told)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RunSettings, queued_seconds, run_seconds, conclusion,
                                                returns_details)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(State, next_id, owners, repositories, moved, tokens, apps,
                                                installations, hooks, pulls, runs, run_settings,
                                                refuses_local_urls, hooks_per_event_max,
                                                long_installation_tokens)

namespace {

template <class T>
std::string text_of(const T& value) {
  return nlohmann::json(value).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

template <class T>
std::expected<T, std::string> parse(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::unexpected("it is no JSON");
  try {  // The library's only way to say that a member is of the wrong type.
    return json.get<T>();
  } catch (const nlohmann::json::exception& error) {
    return std::unexpected(error.what());
  }
}

}  // namespace

std::string state_text(const State& state) { return text_of(state); }
std::string delivery_text(const Delivery& delivery) { return text_of(delivery); }
std::expected<State, std::string> parse_state(std::string_view text) { return parse<State>(text); }
std::expected<Delivery, std::string> parse_delivery(std::string_view text) { return parse<Delivery>(text); }

}  // namespace ghboot::standin
