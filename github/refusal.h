// SPDX-License-Identifier: Apache-2.0
// What GitHub means when it does not take a write to a repository. Its status alone does not tell: a rule of
// the repository is a 409 or a 422, and what a token may not is a 404 where GitHub hides it. Pure. Source:
// docs.github.com, "Troubleshooting the REST API", "Available rules for rulesets". Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "github/error.h"

namespace ghboot::github {

struct Write {
  std::string failed{};      // "Branch main of acme/shop was not moved"
  std::string permission{};  // That it takes, as GitHub's settings name it: "Contents: write".
};

// What can change files below .github/workflows.
constexpr std::string_view workflow_rights =
    "the permission Workflows: write, or the scope `workflow` of a classic token";

// The error with `failed` and what to do before GitHub's words. Its kind is refused, where the token may not
// or a rule forbids it; conflict, where the repository is empty; else what it was.
Error refusal(const Write& write, Error error);

// What is said of it comes before GitHub's words.
Error told(std::string_view what, Error error);

// Whether GitHub's words have this in them; `lower_part` is in lower case.
bool says(const Error& error, std::string_view lower_part);

}  // namespace ghboot::github
