// SPDX-License-Identifier: Apache-2.0
// Making a webhook, or taking one that is there: it is looked for by its URL first, and again after an answer
// that did not come. Threads: one call's; several of one home take turns.
#pragma once

#include <optional>

#include "provider/webhook_site.h"

namespace ghboot::provider {

struct MadeWebhook {
  github::Hook hook;
  bool was_there = false;  // GitHub sent no ping by itself.
  bool adopted = false;    // It was another one, by adopt_existing.
};

// `planned` with what it says of the secret; its names are those of the site. Nothing, with an error: nothing
// was made, or it is not known, which the error says; a webhook that was to be taken may be changed in part.
std::optional<MadeWebhook> make_webhook(const WebhookSite& site, const WebhookModel& planned,
                                        tfplugin::Call& call);

// Of more than one with the configured URL: an error that names them.
std::nullopt_t refuse_several(const WebhookSite& site, const std::vector<github::Hook>& hooks,
                              tfplugin::Call& call);

// Of a webhook that is there: what differs is changed by single keys, the secret only where `secret` is
// given. Where nothing does, nothing is sent, and the home's listing stays.
github::Result<void> make_equal(const WebhookSite& site, const github::Hook& hook,
                                const WebhookModel& planned, const nats::Secret& secret);

// To be pasted.
std::string import_block(const github::HookHome& home, std::int64_t id);

}  // namespace ghboot::provider
