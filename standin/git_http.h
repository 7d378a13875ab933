// SPDX-License-Identifier: Apache-2.0
// What `git clone` and `git push` ask of https://HOST/OWNER/NAME.git, answered by git's own http-backend
// (git-http-backend in git's manual). Who may read or push is what the API says; the token is the password,
// under any name. Threads: those of the call.
#pragma once

#include "standin/call.h"

namespace ghboot::standin {

bool is_git_request(const Request& request);
Response serve_git(Call& call);

}  // namespace ghboot::standin
