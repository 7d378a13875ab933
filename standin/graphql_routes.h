// SPDX-License-Identifier: Apache-2.0
// Of GraphQL the one question that gh asks before it does something else over REST: what a repository is.
// Every other is answered by an error in GraphQL's form. Threads: those of the call.
#pragma once

#include <span>

#include "standin/router.h"

namespace ghboot::standin {

std::span<const Route> graphql_routes();

}  // namespace ghboot::standin
