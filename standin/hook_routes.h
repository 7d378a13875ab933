// SPDX-License-Identifier: Apache-2.0
// The hooks of repositories and organisations, and their deliveries. Source: docs.github.com, REST API,
// "Repository webhooks", "Organization webhooks"; GitHub's OpenAPI description. Threads: those of the call.
#pragma once

#include <span>

#include "standin/router.h"

namespace ghboot::standin {

std::span<const Route> hook_routes();
std::span<const Route> delivery_routes();

// The hook that the path names, if it is the repository's or organisation's and the asker may see it.
Hook* hook_of(Call& call);

}  // namespace ghboot::standin
