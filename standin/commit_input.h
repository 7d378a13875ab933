// SPDX-License-Identifier: Apache-2.0
// What the routes that commit have in common: who is author, which files need more than a right on contents,
// and who hears of a branch that moved. Threads: those of the call.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "standin/call.h"
#include "standin/git.h"

namespace ghboot::standin {

// `name` of the body, "author" or "committer"; who asks, at now, where it is not there.
Person person_in(const Call& call, const Json& body, const char* name);
Json person_view(const Person& person);
Json commit_view(const Call& call, std::string_view sha, const CommitText& commit);  // Of /git/commits.

// A file below .github/workflows needs the right to change workflows too. What to answer without it.
std::optional<Response> refuse_workflow(const Call& call, std::string_view path);

bool is_protected(const Repository& repository, std::string_view branch);
// What to answer where the branch changes by pull requests alone: GitHub says so with 422 of a ref and with
// 409 of contents.
std::optional<Response> refuse_protected(const Call& call, std::string_view branch, unsigned status);

// Branch `name` moved: hooks hear of the push.
void tell_push(Call& call, std::string_view name, std::string_view before, std::string_view after);

std::string repository_url(const Call& call);  // ".../repos/owner/name"
Response conflict_of_empty();                  // 409 "Git Repository is empty."

}  // namespace ghboot::standin
