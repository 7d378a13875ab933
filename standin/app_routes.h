// SPDX-License-Identifier: Apache-2.0
// GitHub Apps: what an App asks with its JWT, and what an installation asks with its token. Source:
// docs.github.com, REST API, "GitHub Apps", "GitHub App installations". Threads: those of the call.
#pragma once

#include <span>

#include "standin/router.h"

namespace ghboot::standin {

std::span<const Route> app_routes();
std::span<const Route> control_app_routes();  // Makes Apps and installs them.

}  // namespace ghboot::standin
