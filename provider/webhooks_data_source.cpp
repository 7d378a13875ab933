// SPDX-License-Identifier: Apache-2.0
#include "provider/webhooks_data_source.h"

#include <utility>

#include "provider/text_or_null.h"
#include "provider/webhook_gone.h"
#include "provider/webhook_site.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;

constexpr auto summary = "Webhooks not read";

Value<LastResponseModel> to_model(const github::LastResponse& response) {
  if (response.status.empty()) return {};
  LastResponseModel out{.code = {}, .status = response.status, .message = text_or_null(response.message)};
  if (response.code) out.code = *response.code;
  return out;
}

ListedWebhookModel to_model(const github::Hook& hook) {
  return {.id = hook.id,
          .url = hook.url,
          .content_type = hook.content_type,
          .ping_url = text_or_null(hook.ping_url),
          .deliveries_url = text_or_null(hook.deliveries_url),
          .events = std::set<std::string>(hook.events.begin(), hook.events.end()),
          .active = hook.active,
          .insecure_ssl = hook.insecure_ssl,
          .has_secret = hook.has_secret,
          .last_response = to_model(hook.last_response)};
}

// Nothing, with an error.
std::optional<github::HookHome> home_of(const WebhooksModel& config, const Session& session, Call& call) {
  if (!config.organization.is_null()) return github::HookHome{.owner = *config.organization};
  const std::string owner = config.owner.is_null() ? session.github_owner() : *config.owner;
  if (!owner.empty()) return github::HookHome{.owner = owner, .repository = *config.repository};
  refuse_no_owner(call);
  return std::nullopt;
}

}  // namespace

WebhooksDataSource::WebhooksDataSource(const Sessions& sessions)
    : DataSource(
          "All webhooks of a repository or an organisation on GitHub, with the receiver's answer to "
          "the newest delivery."),
      sessions_(sessions) {}

std::optional<WebhooksModel> WebhooksDataSource::read_thing(const WebhooksModel& config, Call& call) const {
  const auto session = sessions_.current(call);
  auto home = session ? home_of(config, *session, call) : std::nullopt;
  const auto site = home ? site_of(*session, *std::move(home), call) : std::nullopt;
  if (!site) return std::nullopt;
  // Asked anew: what was kept for the resources may be older than the newest delivery.
  const auto list = site->hooks().list(site->wait);
  if (!list) return refuse_home(*site, list.error(), summary, call);
  WebhooksModel out = config;
  out.owner = site->home.owner;
  std::vector<ListedWebhookModel> webhooks;
  for (const github::Hook& hook : list->hooks) webhooks.push_back(to_model(hook));
  out.webhooks = std::move(webhooks);
  return out;
}

}  // namespace ghboot::provider
