// SPDX-License-Identifier: Apache-2.0
// The GitHub of development mode. Without a GITHUB_TOKEN it is a stand-in that runs under the supervisor: a
// token that may do everything there and the secret of the bootstrap's webhook are made once and kept in
// files of their owner alone. With one it is the real GitHub, and nothing here is used. Threads: one.
#pragma once

#include <map>
#include <string>

#include "helper/data_folder.h"
#include "helper/dev_settings.h"
#include "helper/exit_code.h"
#include "helper/supervised_server.h"
#include "helper/verify_github.h"

namespace ghboot::helper {

// Token and secret; what is there already stays.
Result<void> make_github_files(const DataFolder& folder);

// The stand-in as a child of the supervisor.
ServerCommand github_command(const DataFolder& folder, const DevGithub& github,
                             const Environment& environment);

// False: GITHUB_TOKEN is set to another token than the stand-in's, which `ghboot env` exports.
bool uses_standin(const DataFolder& folder, const Environment& environment);

// What a client of that GitHub finds in its environment, the token among it: for a child alone.
Result<std::map<std::string, std::string>> github_environment(const DataFolder& folder,
                                                              const DevGithub& github,
                                                              const Environment& environment);

// Whose .github, and how it is asked. ExitCode::wrong_use: no token and no stand-in, or no organisation;
// ExitCode::failed: the stand-in does not run. The message names what to do.
Result<GithubAccess> github_access(const DataFolder& folder, const std::string& org_flag,
                                   const Environment& environment);

// The organisation and its repository .github are there, in the stand-in that runs.
Result<void> provide_dot_github(const DataFolder& folder, const DevGithub& github, const std::string& org);

}  // namespace ghboot::helper
