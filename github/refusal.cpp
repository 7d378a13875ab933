// SPDX-License-Identifier: Apache-2.0
#include "github/refusal.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "github/lower.h"

namespace ghboot::github {
namespace {

// Of branch protections and of rulesets, as they are met on refs, contents and pull requests.
constexpr std::array<std::string_view, 11> rules{
    "rule violation",         "protected branch",
    "protected ref",          "must be made through a pull request",
    "approving review",       "required status check",
    "not authorized to push", "merge commits",
    "verified signature",     "secret scanning",
    "secret detected"};

bool has(const std::string& text, std::string_view lower_part) { return lower(text).contains(lower_part); }

bool is_of_a_rule(const Error& error) {
  return (error.status == 409 || error.status == 422) &&
         std::ranges::any_of(rules, [&](std::string_view rule) { return says(error, rule); });
}

// "refusing to allow a GitHub App to create or update workflow `….yml` without `workflows` permission"
bool is_of_workflows(const Error& error) {
  return error.status >= 400 && error.status < 500 && says(error, "refusing to allow") &&
         says(error, "workflow");
}

// What is hidden; where it is told what is missing, as in "Branch not found", it is that.
bool is_bare_404(const Error& error) {
  return error.status == 404 && (error.github_message.empty() || error.github_message == "Not Found");
}

Error as(ErrorKind kind, const std::string& what, Error error) {
  error.kind = kind;
  return told(what, std::move(error));
}

}  // namespace

bool says(const Error& error, std::string_view lower_part) {
  return has(error.github_message, lower_part) ||
         std::ranges::any_of(error.errors,
                             [&](const FieldError& one) { return has(one.message, lower_part); });
}

Error told(std::string_view what, Error error) {
  error.message = fmt::format("{} {}", what, error.message);
  return error;
}

Error refusal(const Write& write, Error error) {
  const auto because = [&](std::string_view why) { return fmt::format("{}: {}", write.failed, why); };
  if (is_of_workflows(error))
    return as(ErrorKind::refused, because(fmt::format("files of workflows take {}.", workflow_rights)),
              std::move(error));
  if (is_of_a_rule(error))
    return as(ErrorKind::refused,
              because("a rule of the repository, or a protection of the branch, forbids it. Let the token's "
                      "owner bypass it, or go by a pull request."),
              std::move(error));
  if (error.status == 409 && says(error, "is empty"))
    return as(ErrorKind::conflict,
              because("the repository is empty. Make its first commit, a README for example, on GitHub."),
              std::move(error));
  if (is_bare_404(error))
    return as(ErrorKind::refused,
              because(fmt::format("the token may not write there, or the repository is gone. It takes {}.",
                                  write.permission)),
              std::move(error));
  if (error.status == 403 && says(error, "not accessible"))
    return told(because(fmt::format("it takes {}.", write.permission)), std::move(error));
  return told(write.failed + '.', std::move(error));
}

}  // namespace ghboot::github
