// SPDX-License-Identifier: Apache-2.0
// Which handler a request is for, and what it takes to be allowed: a table, so that each route's rights are
// read beside it. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "standin/call.h"

namespace ghboot::standin {

enum class Subject : std::uint8_t { none, repository, organization };
enum class Level : std::uint8_t { none, read, write, admin };

struct Rule {
  Subject subject = Subject::none;
  std::string_view
      permission{};  // Of fine-grained tokens and Apps: "repository_hooks". Empty: metadata, all have it.
  Level level = Level::read;  // That they need of it.
  Level role = Level::read;   // That the user needs on the repository or in the organisation.
  std::string_view
      scopes{};  // Any of these lets a classic token do it, "repo, write:repo_hook". Empty: none needed.
  bool scopes_if_private = false;  // … needed on private repositories alone.
};

using Handler = Response (*)(Call&);

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/repos/{owner}/{repo}/hooks/{hook_id}"; a last {…*} takes all that follows.
  Handler handler;
  Rule rule{};
};

struct Match {
  const Route* route;
  Query parts;
};

std::optional<Match> find_route(std::span<const Route> routes, std::string_view method,
                                std::string_view path);

}  // namespace ghboot::standin
