// SPDX-License-Identifier: Apache-2.0
// What a branch may be called (git-check-ref-format), and how its name stands in a URL. What it refuses is
// no branch anywhere, and in a URL it could name another thing. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "github/error.h"

namespace ghboot::github {

bool is_branch_name(std::string_view name);

// The name with its slashes, and all else as encoded() has it. ErrorKind::invalid: it is none.
Result<std::string> branch_path(std::string_view name);

}  // namespace ghboot::github
