// SPDX-License-Identifier: Apache-2.0
// The list in a repository of the files that ghboot made there, by set: what one lot of templates makes, and
// prunes. Always holds: what another set lists is neither written nor removed for ours. It reads nothing and
// writes nothing. Threads: any.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "render/path.h"  // manifest_path
#include "render/templates.h"

namespace ghboot::render {

using Paths = std::set<std::string>;
using Manifest = std::map<std::string, Paths, std::less<>>;  // By the set's name; no set is empty.

inline constexpr std::string_view default_set = "default";
// As a regular expression, and in words.
inline constexpr std::string_view set_name_pattern = "[a-z0-9][a-z0-9._-]{0,63}";
inline constexpr std::string_view set_name_words =
    "1 to 64 lower-case letters, digits, `.`, `_` and `-`, the first one of the former two";
bool is_set_name(std::string_view name);

// {"version": 2, "sets": {"default": ["…", …]}}, sorted, one path a line, so that it changes with the paths
// alone. It does not list itself.
std::string manifest_text(const Manifest& manifest);
// What version 1 lists, which knew no sets, is of the set "default". ErrorKind::invalid: it is none, of
// another version, or lists a path that can't be in a repository; with its words for who edited it by hand.
Result<Manifest> read_manifest(std::string_view text);

// Without these paths of that set, and without the set where it has no other.
Manifest without_paths(Manifest manifest, std::string_view name, const Paths& paths);
// Those that no set of `others` has.
Paths without_theirs(Paths paths, const Manifest& others);

struct SetTerms {
  std::string name{default_set};
  Paths names_before{};  // Other ones that it had until now.
  Paths made_before{};   // By what the caller remembers.
  bool prune = true;     // Remove what it made before and makes no more.
};

// What the others have: not what was ours under another name.
Manifest others_of(Manifest manifest, const SetTerms& ours);
// What ours had: what it lists and what is remembered, unless another has it.
Paths ours_of(const Manifest& manifest, const SetTerms& ours);

struct Taken {
  std::string path{};           // Wanted,
  std::string their_path{};     // and theirs, which is the same but for case,
  std::string set{};            // of this set.
  std::string problem() const;  // With what to do.
};
// What of `wanted` the others have.
std::vector<Taken> taken_of(const Paths& wanted, const Manifest& others);

}  // namespace ghboot::render
