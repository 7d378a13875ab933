// SPDX-License-Identifier: Apache-2.0
// Git's objects and refs over the API, contents by path, pull requests and workflows. Source:
// docs.github.com, REST API, "Git database", "Repository contents", "Pulls", "Workflows", "Workflow runs".
// Threads: those of the call.
#pragma once

#include <span>

#include "standin/router.h"

namespace ghboot::standin {

constexpr Rule contents_read{
    .subject = Subject::repository, .permission = "contents", .scopes = "repo", .scopes_if_private = true};
constexpr Rule contents_write{Subject::repository, "contents", Level::write, Level::write,
                              "repo, public_repo"};

std::span<const Route> object_routes();
std::span<const Route> ref_routes();
std::span<const Route> contents_routes();
std::span<const Route> commit_routes();
std::span<const Route> pull_routes();
std::span<const Route> workflow_routes();

}  // namespace ghboot::standin
