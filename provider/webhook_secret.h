// SPDX-License-Identifier: Apache-2.0
// The secret that a webhook is signed with, out of one of its three sources. Threads: any.
#pragma once

#include <optional>

#include "nats/secret.h"
#include "provider/webhook_model.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

// Of a create or an update; empty: none is configured. Nothing, with an error that never holds it: the file
// cannot be read, or it holds nothing, or the mask that GitHub shows in a secret's place.
std::optional<nats::Secret> secret_of(const WebhookModel& planned, tfplugin::Call& call);

// Of a plan after which secret_of() will read the file: a warning where it could not do so now. No error, as
// what is planned here may be applied elsewhere, and as the apply itself may make the file.
void warn_of_secret_file(const WebhookModel& planned, tfplugin::Call& call);

}  // namespace ghboot::provider
