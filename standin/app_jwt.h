// SPDX-License-Identifier: Apache-2.0
// The JWT by which an App shows who it is: RS256 by its key, `iss` its id or client id, `exp` at most ten
// minutes ahead, `iat` not ahead of our clock. Each fault has GitHub's own words, as a client with a wrong
// clock has only those to go by. Source: docs.github.com, "Generating a JSON Web Token (JWT) for a GitHub
// App". Threads: any.
#pragma once

#include <expected>
#include <string_view>

#include "standin/call.h"

namespace ghboot::standin {

// The error is the 401 to answer.
std::expected<Actor, Response> read_app_jwt(std::string_view jwt, const State& state, std::int64_t now);

}  // namespace ghboot::standin
