// SPDX-License-Identifier: Apache-2.0
// What a file in a repository may be called, so that every system can check it out and none writes outside of
// it or into its .git. It looks at text alone. Threads: any.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ghboot::render {

constexpr std::string_view manifest_path = ".github/ghboot-manifest.json";

bool is_utf8(std::string_view text);  // As Unicode has it: no surrogates, nothing longer than it need be.

// For people: what is no UTF-8, and control characters, as \xNN.
std::string shown(std::string_view name);

// With the ASCII letters small, as file systems that tell no case see a name, nearly.
std::string folded(std::string_view text);

// Why no file that templates make can lie there, and what to do; nothing: it can.
std::optional<std::string> path_problem(std::string_view path);

// Why a symbolic link at `path` may not lead to `target`; nothing: it stays within the repository, whatever
// other links there are.
std::optional<std::string> link_problem(std::string_view path, std::string_view target);

// Each pair of which one is in `wanted` and that can't lie beside one another: a file where another wants a
// folder, or names that differ by the case of ASCII letters only. As words with what to do.
std::vector<std::string> clashes(const std::set<std::string>& wanted, const std::set<std::string>& others);

}  // namespace ghboot::render
