// SPDX-License-Identifier: Apache-2.0
// What a command line says of the variables of templates: NAME=VALUE words, a file with a JSON object below
// them, and `github_org` below both. Threads: any.
#pragma once

#include <string>
#include <vector>

#include "helper/exit_code.h"
#include "render/templates.h"

namespace ghboot::helper {

struct VariableArgs {
  std::vector<std::string> words{};  // NAME=VALUE
  std::string file{};                // JSON; empty: none.
};

// `org`: what github_org is where nothing else says so; empty: nothing. ExitCode::wrong_use: words or a file
// that cannot be meant.
Result<render::Variables> template_variables(const VariableArgs& args, const std::string& org);

}  // namespace ghboot::helper
