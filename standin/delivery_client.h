// SPDX-License-Identifier: Apache-2.0
// One POST to a receiver, over http or https. A redirect is not followed, and what is not answered in time
// counts as failed. Source: docs.github.com, "Best practices for using webhooks": 10 s on github.com.
// Threads: any.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>

#include "standin/outgoing.h"

namespace ghboot::standin {

constexpr std::chrono::seconds answer_max{10};

// Nothing: stop was asked for before there was an outcome.
std::optional<Outcome> deliver(const Outgoing& outgoing, std::chrono::milliseconds longest,
                               const std::stop_token& stop);

}  // namespace ghboot::standin
