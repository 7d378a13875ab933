// SPDX-License-Identifier: Apache-2.0
// Finds what a request is about: repositories and organisations by name or by number, and where a renamed
// repository went. Source: docs.github.com, "Best practices: Follow redirects". Threads: those of the call.
#pragma once

#include <optional>

#include "standin/call.h"
#include "standin/router.h"

namespace ghboot::standin {

// /repositories/ID/… and /organizations/ID/… by the names that they have now; nothing: no such number.
std::optional<Request> with_names(const Request& request, const State& state);

// Sets call.repository and call.owner. What to answer instead: 404, or the redirect to the repository's new
// place, 301 for reads and 307 for the rest, which keeps method and body.
std::optional<Response> place(Call& call, Subject subject);

}  // namespace ghboot::standin
