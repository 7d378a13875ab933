// SPDX-License-Identifier: Apache-2.0
// What every answer of the API carries, and conditional requests. Source: docs.github.com, "Getting started
// with the REST API", "Best practices: Use conditional requests". Threads: any.
#pragma once

#include <optional>
#include <string>

#include "standin/call.h"

namespace ghboot::standin {

constexpr std::string_view default_version = "2022-11-28";
constexpr std::string_view newer_version = "2026-03-10";

// The version that the request asks for; nothing: one that GitHub does not know.
std::optional<std::string_view> api_version(const Request& request);
// 403 without a User-Agent, 400 for a version that is not known; nothing: go on.
std::optional<Response> refuse_headers(const Request& request);

void add_common_headers(const Call& call, const std::string& request_id, Response& response);
// Gives what was found for GET an ETag, which depends on who asks and in what form; a 304 where the client
// has it.
void make_conditional(const Request& request, Response& response);

}  // namespace ghboot::standin
