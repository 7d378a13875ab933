// SPDX-License-Identifier: Apache-2.0
// The walk of `ghboot verify github`: base URL, token, rights, webhooks of ORG/.github, newest deliveries,
// and no further than the first link that does not hold. It only reads. Threads: one.
#pragma once

#include <string>

#include "github/error.h"
#include "helper/exit_code.h"
#include "nats/secret.h"

namespace ghboot::helper {

struct GithubAccess {
  std::string org{};
  nats::Secret token{};
  std::string base_url = "https://api.github.com";
  bool is_standin = false;  // That of development mode.
};

struct Verdict {
  ExitCode code = ExitCode::done;  // Or failed: a link is broken; unknown: one could not be judged.
  std::string text{};              // A line for each link, and what to do. Without the token.
};
Verdict walk_github(const GithubAccess& access, const github::Wait& wait);

}  // namespace ghboot::helper
