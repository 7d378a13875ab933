// SPDX-License-Identifier: Apache-2.0
// Whether what was pushed is what stands: servers answer that they have stored a JWT, and another writer's
// may stand a moment later. Threads: any.
#pragma once

#include <string_view>

#include "helper/exit_code.h"
#include "nats/account_state.h"
#include "nats/error.h"

namespace ghboot::helper {

// `there`: as it was read after the push of `jwt`. ExitCode::failed: another JWT stands, or on some servers.
// ExitCode::unknown: it could not be read.
Result<void> check_pushed(std::string_view jwt, std::string_view account,
                          const nats::Result<nats::AccountState>& there);

}  // namespace ghboot::helper
