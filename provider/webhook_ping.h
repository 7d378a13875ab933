// SPDX-License-Identifier: Apache-2.0
// `verify_delivery`: whether GitHub's ping reached the receiver, as the webhook's deliveries say. Whatever
// comes of it is a warning: GitHub has the webhook. Threads: one call's.
#pragma once

#include <set>

#include "provider/webhook_site.h"

namespace ghboot::provider {

// Waits for a ping that is new: one that GitHub sends by itself to a webhook that was just made, or one that
// is asked for here.
void verify_new(const WebhookSite& site, std::int64_t hook_id, tfplugin::Diagnostics& diagnostics);
void verify_changed(const WebhookSite& site, std::int64_t hook_id, tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
