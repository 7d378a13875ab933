// SPDX-License-Identifier: Apache-2.0
// Who asks, and whether they may. GitHub hides what one may not see: a classic token that lacks a scope or a
// role gets the same 404 as for what is not there; a fine-grained token or an App gets 403 and the permission
// that the endpoint takes (X-Accepted-GitHub-Permissions), unless it does not even see the repository.
// Source: docs.github.com, "Troubleshooting the REST API", "Scopes for OAuth apps", "Permissions required for
// …". Threads: those of the call.
#pragma once

#include <expected>
#include <optional>

#include "standin/call.h"
#include "standin/router.h"

namespace ghboot::standin {

// By the Authorization header. The error is the 401 to answer. Apps' JWTs are read by app_jwt.h.
std::expected<Actor, Response> find_actor(const Request& request, const State& state, std::int64_t now);

// What the user, or whose token it is, may do there by their role.
Level role_in(const State& state, const Actor& actor, const Repository& repository);
Level role_in(const Actor& actor, const Owner& organization);
// Whether any of "a, b" is among the token's scopes, or comes with one of them.
bool has_scope(const Token& token, std::string_view wanted);
// Whether the token sees the repository at all.
bool sees(const State& state, const Actor& actor, const Repository& repository);

// The 403 or 404 to answer; nothing: go on. call.repository and call.owner are set.
std::optional<Response> refuse(const Call& call, const Rule& rule);

// 403 "Resource not accessible by …" with the permission that would do.
Response not_accessible(const Actor& actor, std::string_view permission);

// X-OAuth-Scopes and X-Accepted-OAuth-Scopes, on every answer to a classic token.
void add_scope_headers(const Actor& actor, const Rule& rule, Response& response);

}  // namespace ghboot::standin
