// SPDX-License-Identifier: Apache-2.0
// What an answer over HTTP means: a response, or an error in words for people. Pure; it takes any bytes.
// Source: docs.github.com, "Troubleshooting the REST API", "Rate limits for the REST API". Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "github/message.h"

namespace ghboot::github {

struct HttpAnswer {
  int status = 0;
  Headers headers{};
  std::string body{};
  bool is_whole = true;  // False: the connection broke within the body.
};

struct Asked {  // For the words of errors.
  std::string method, url;
  bool is_write = false;
  std::string token_permissions{};
};

// Of a final status: no redirect, no limit that is still waited for.
// ErrorKind::unknown: a write that a 5xx or a broken answer leaves open. The rest by status: 400 and 422
// invalid (conflict, where it exists already), 401, 403 and 451 refused, 404 and 410 missing, 409 and 412
// conflict, 5xx unreachable. ErrorKind::invalid too where it is not GitHub that answers.
Result<Response> read_answer(const Asked& asked, HttpAnswer answer);

// Seconds from now until GitHub would take requests again, and of which limit; nothing: this is no limit.
// `repeats` is how often the secondary limit was met before: the wait doubles where GitHub names none.
struct LimitMet {
  bool secondary = false;
  std::int64_t wait_seconds = 0;
};
std::optional<LimitMet> limit_met(const HttpAnswer& answer, std::int64_t now_unix, int repeats);

// Of an answer that is none: it was the last one before the reset, so that the next request would be refused.
std::optional<LimitMet> limit_spent(const HttpAnswer& answer, std::int64_t now_unix);

// Which of the hourly limits an answer counts under (x-ratelimit-resource), or a request to this path will:
// "core", "search", "code_search", …; "" is what counts under none of them.
std::string limit_resource(const HttpAnswer& answer, std::string_view path);
std::string_view limit_resource(std::string_view path);

// GitHub's clock, out of the Date header; nothing where there is none.
std::optional<std::int64_t> date_of(const Headers& headers);

// Without control characters, at most 500 bytes: a text of the far side, for a message.
std::string shown(std::string_view text);

}  // namespace ghboot::github
