// SPDX-License-Identifier: Apache-2.0
// What the command line of `ghboot regenerate` means. Threads: any.
#pragma once

#include <map>
#include <string>

#include "helper/verbs.h"

namespace ghboot::helper {

// ExitCode::wrong_use, with what to give: it asks for nothing, for two things at once, or has an option that
// does nothing for what it asks for.
Result<void> check_combination(const RegenerateArgs& args);

// What --workflow is dispatched with. ExitCode::wrong_use: no such words can be meant.
Result<std::map<std::string, std::string>> workflow_inputs(const RegenerateArgs& args);

}  // namespace ghboot::helper
