// SPDX-License-Identifier: Apache-2.0
// Who one is, what there is, and what is left of the limits. Source: docs.github.com, REST API, "Meta", "Rate
// limit", "Users", "Organizations", "Repositories". Threads: those of the call.
#pragma once

#include <span>

#include "standin/router.h"

namespace ghboot::standin {

std::span<const Route> meta_routes();

}  // namespace ghboot::standin
