// SPDX-License-Identifier: Apache-2.0
// Which webhook an import means: "owner/repository/ID", "owner/ID" of an organisation, or with the webhook's
// URL in place of the id. Threads: any.
#pragma once

#include <optional>
#include <string>

#include "provider/webhook_site.h"

namespace ghboot::provider {

struct ImportId {
  github::HookHome home;
  std::int64_t hook_id = 0;  // 0: by the URL.
  std::string url{};
};

std::optional<ImportId> parse_import_id(std::string_view id);  // Nothing: it is none.

// What reading it needs, with defaults of what is ghboot's own. By a URL GitHub is asked; nothing, with an
// error: there is none, or there are several, which are listed.
std::optional<WebhookModel> import_webhook(Session& session, const std::string& id, tfplugin::Call& call);
WebhookModel imported(const WebhookModel& known);  // Of the parts of an identity.

}  // namespace ghboot::provider
