// SPDX-License-Identifier: Apache-2.0
// How anything in github/ fails: the kinds of nats/error.h, which are orders to the caller, a message for
// people that says what was found, what was expected and what to do, and GitHub's own words taken apart.
// Never holds a token, a key or a hook's secret.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nats/environment.h"
#include "nats/error.h"

namespace ghboot::github {

using nats::Clock;
using nats::ErrorKind;
using nats::Random;
using nats::SteadyTime;
using nats::Wait;

struct FieldError {  // One of errors[] in an answer; what GitHub left out is empty.
  std::string resource, field, code, message;
};

struct Limited {
  bool secondary = false;       // GitHub's guard against bursts; otherwise the hourly limit.
  std::int64_t until_unix = 0;  // By our clock.
};

struct Rights {                      // As the answer's headers have them; empty: GitHub did not say.
  std::string accepted_permissions;  // "repository_hooks=write": what the endpoint takes.
  std::string accepted_scopes;       // "admin:repo_hook, repo": any of them is enough.
  std::string token_scopes;          // Those of a classic token.
  std::string token_permissions;     // Those of an App's installation, as it was minted.
};

struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string message;  // Whole, with GitHub's words where it gave some.
  int status = 0;       // Of HTTP; 0: there was no answer, or none of GitHub's.
  std::string github_message, documentation_url, request_id;
  std::vector<FieldError> errors{};
  std::optional<Limited> limited{};  // kind is unreachable then: nothing was done.
  Rights rights{};
  std::string moved_to{};  // As in Response: what was asked there had its name here before.
};

template <class T>
using Result = std::expected<T, Error>;

// Not "fail": that of nats/error.h would be found beside it, by its ErrorKind.
inline std::unexpected<Error> failure(ErrorKind kind, std::string message) {
  return std::unexpected(Error{.kind = kind, .message = std::move(message)});
}

}  // namespace ghboot::github
