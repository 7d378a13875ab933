// SPDX-License-Identifier: Apache-2.0
// What GitHub's 404 means: a webhook is gone only where one with enough rights is told so. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "provider/webhook_site.h"

namespace ghboot::provider {

// `error` is that of the listing: true, the repository is gone, and the webhook with it. False, with an error
// under `summary`: it is not that, or nobody can tell.
bool is_gone_with_home(const WebhookSite& site, const github::Error& error, std::string_view summary,
                       tfplugin::Call& call);

// The listing of a home that the user named failed with `error`: an error under `summary`, that there is none
// of that name or what else it is.
std::nullopt_t refuse_home(const WebhookSite& site, const github::Error& error, std::string_view summary,
                           tfplugin::Call& call);

// A write was answered with 404: true, the webhook is not listed any more. False, with an error: a right is
// missing, and it says which.
bool is_gone_after_all(const WebhookSite& site, std::int64_t id, std::string_view summary,
                       tfplugin::Call& call);

}  // namespace ghboot::provider
