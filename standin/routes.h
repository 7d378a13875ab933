// SPDX-License-Identifier: Apache-2.0
// All routes of the API, and of the control API. Threads: any.
#pragma once

#include <span>

#include "standin/router.h"

namespace ghboot::standin {

std::span<const Route> all_routes();
std::span<const Route> all_control_routes();

}  // namespace ghboot::standin
