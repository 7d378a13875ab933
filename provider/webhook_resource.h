// SPDX-License-Identifier: Apache-2.0
// ghboot_webhook: a webhook of a repository or an organisation on GitHub. Reading it takes one listing of its
// home, which all webhooks of that home share; where nothing has changed, GitHub says so and counts nothing.
// It leaves the state only when GitHub, asked with enough rights, does not have it. A repository that was
// renamed or transferred keeps its webhooks: the state follows. Threads: as every resource.
#pragma once

#include <optional>
#include <string>

#include "provider/session.h"
#include "provider/webhook_model.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

class WebhookResource final : public tfplugin::Resource<WebhookModel> {
 public:
  explicit WebhookResource(const Sessions& sessions);

 protected:
  void check(const WebhookModel& config, tfplugin::Diagnostics& diagnostics) const override;
  void plan_change(PlannedChange change) const override;
  std::optional<WebhookModel> create_thing(const WebhookModel& planned, tfplugin::Call& call) const override;
  std::optional<WebhookModel> read_thing(const WebhookModel& state, tfplugin::Call& call) const override;
  std::optional<WebhookModel> update_thing(const WebhookModel& prior, const WebhookModel& planned,
                                           tfplugin::Call& call) const override;
  void destroy_thing(const WebhookModel& state, tfplugin::Call& call) const override;
  // Of "owner/repository/ID", "owner/ID" of an organisation, or with the URL in place of the id.
  std::optional<WebhookModel> import_thing(const std::string& id, tfplugin::Call& call) const override;
  std::optional<WebhookModel> import_identity_thing(const WebhookModel& known,
                                                    tfplugin::Call& call) const override;

 private:
  const Sessions& sessions_;
};

}  // namespace ghboot::provider
