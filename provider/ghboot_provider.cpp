// SPDX-License-Identifier: Apache-2.0
#include "provider/ghboot_provider.h"

#include <memory>
#include <utility>

#include "provider/account_data_source.h"
#include "provider/account_resource.h"
#include "provider/activation_resource.h"
#include "provider/app_token_ephemeral.h"
#include "provider/creds_ephemeral.h"
#include "provider/event_bus_functions.h"
#include "provider/event_bus_resource.h"
#include "provider/functions.h"
#include "provider/github_functions.h"
#include "provider/key_resource.h"
#include "provider/lock_data_source.h"
#include "provider/regeneration_resource.h"
#include "provider/server_data_source.h"
#include "provider/user_resource.h"
#include "provider/webhook_resource.h"
#include "provider/webhooks_data_source.h"

namespace ghboot::provider {

GhbootProvider::GhbootProvider(const Surroundings& surroundings, Environment environment)
    : TypedProvider(
          "NATS keys, accounts and users as code: signed with the operator's key, pushed to every server, "
          "read back, with no secret in the state. And webhooks on GitHub, and the streams of JetStream that "
          "carry their events. And the files of its repository, regenerated under a lock."),
      surroundings_(surroundings),
      environment_(std::move(environment)) {
  resources.emplace("ghboot_nats_key", std::make_unique<KeyResource>(sessions_));
  resources.emplace("ghboot_nats_account", std::make_unique<AccountResource>(sessions_));
  resources.emplace("ghboot_nats_activation", std::make_unique<ActivationResource>(sessions_));
  resources.emplace("ghboot_nats_user", std::make_unique<UserResource>(sessions_));
  resources.emplace("ghboot_event_bus", std::make_unique<EventBusResource>(sessions_));
  resources.emplace("ghboot_regeneration", std::make_unique<RegenerationResource>(sessions_));
  resources.emplace("ghboot_webhook", std::make_unique<WebhookResource>(sessions_));
  data_sources.emplace("ghboot_nats_account", std::make_unique<AccountDataSource>(sessions_));
  data_sources.emplace("ghboot_nats_server", std::make_unique<ServerDataSource>(sessions_));
  data_sources.emplace("ghboot_regeneration_lock", std::make_unique<LockDataSource>(sessions_));
  data_sources.emplace("ghboot_webhooks", std::make_unique<WebhooksDataSource>(sessions_));
  ephemeral_resources.emplace("ghboot_nats_key",
                              std::make_unique<EphemeralKey>(sessions_, surroundings_.random));
  ephemeral_resources.emplace("ghboot_nats_creds", std::make_unique<EphemeralCreds>(sessions_));
  ephemeral_resources.emplace("ghboot_github_app_token", std::make_unique<EphemeralAppToken>(sessions_));
  add_functions(*this);
  add_github_functions(*this);
  add_event_bus_functions(*this);
}

void GhbootProvider::check(const ProviderModel& config, tfplugin::Diagnostics& diagnostics) const {
  provider::check(config, diagnostics);
}

void GhbootProvider::configure_with(const ProviderModel& config, std::string_view /*terraform_version*/,
                                    tfplugin::Diagnostics& diagnostics) {
  auto configuration = make_configuration(config, environment_, diagnostics);
  if (diagnostics.has_error()) return;
  sessions_.begin(std::make_shared<Session>(std::move(configuration), surroundings_));
}

}  // namespace ghboot::provider
