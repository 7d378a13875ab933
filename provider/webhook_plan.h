// SPDX-License-Identifier: Apache-2.0
// What the plan of a webhook says before anything is done: where it will live, whether that replaces it, what
// an adoption changes. Threads: one call's.
#pragma once

#include <optional>

#include "provider/webhook_site.h"

namespace ghboot::provider {

// The owner of a webhook that is to be made, and what the provider alone decides. An error where there is no
// owner.
void plan_new(const WebhookModel& config, WebhookModel& planned, Session& session, tfplugin::Call& call);

// Of a create, whose plan could not know the owner yet. False, with an error, where there is none.
bool settle_owner(WebhookModel& planned, const Session& session, tfplugin::Call& call);

// Whether the webhook has to be made anew, as it is to live elsewhere; the path says by which attribute. A
// name that its repository had before is none: `planned` keeps the present one, with a warning.
std::optional<tfplugin::Path> plan_place(const WebhookModel& prior, const WebhookModel& config,
                                         WebhookModel& planned, Session& session, tfplugin::Call& call);

// Of a replacement whose new home GitHub does not show: the one that is there would be deleted first.
void warn_of_missing_home(const WebhookModel& planned, Session& session, tfplugin::Call& call);
void warn_of_lost_secret(const WebhookModel& prior, const WebhookModel& planned, tfplugin::Call& call);

// The names that the repository had, in the private state.
void remember_name(const github::HookHome& former, tfplugin::Call& call);

}  // namespace ghboot::provider
