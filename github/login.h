// SPDX-License-Identifier: Apache-2.0
// What the name of a user or an organisation on GitHub, a login, looks like. GitHub gives new ones at most 39
// letters, digits and hyphens, and an underscore in those that an enterprise manages; more is taken, as a
// name that is refused here cannot be used at all. It cannot tell whether somebody has the name. Source:
// docs.github.com, "Username considerations for external authentication".
// Threads: any.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace ghboot::github {

constexpr std::size_t login_max = 100;
// The rule, for people.
constexpr std::string_view login_words =
    "letters, digits, hyphens and underscores, from a letter or digit on, of at most 100 characters and "
    "without a slash";

constexpr bool is_login(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !text.empty() && text.size() <= login_max && is_plain(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_plain(c) || c == '-' || c == '_'; });
}

}  // namespace ghboot::github
