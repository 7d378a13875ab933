// SPDX-License-Identifier: Apache-2.0
// The many members that GitHub's answers have to have by its OpenAPI description and that say nothing here:
// addresses by their pattern, counts of nothing. Clients that check shapes, or generated ones, need them.
// Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "standin/http.h"
#include "standin/model.h"

namespace ghboot::standin {

std::string node_id(std::string_view kind, Id id);
void add_user_members(Json& view, const std::string& url);        // Of "simple user"; url: …/users/LOGIN
void add_account_members(Json& view, const std::string& url);     // Of /user, /users/… and /orgs/… besides.
void add_repository_members(Json& view, const std::string& url);  // url: …/repos/OWNER/NAME
void add_pull_members(Json& view, const std::string& repository_url);
void add_run_members(Json& view);  // Which has its `url` and `id`.
void add_job_members(Json& view);
// Of a commit in a list: `commit` is as /git/commits has it.
Json listed_commit_view(const Json& commit);

}  // namespace ghboot::standin
