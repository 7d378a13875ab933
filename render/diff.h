// SPDX-License-Identifier: Apache-2.0
// How two versions of a file differ, as `git diff` says it, so that `git apply` takes it. Of libraries,
// libgit2 would write the format itself, but is with its TLS and SSH one more at run time; dtl (headers
// alone) has another format, reads beyond its ends where long texts differ, and clang does not take it.
// Always holds: what can't be shown as lines is an entry that `git apply` refuses, and never one that it
// takes for nothing. It looks at text alone. Threads: any.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "render/templates.h"

namespace ghboot::render {

constexpr std::size_t diff_size_max = std::size_t{1} << 20U;  // Of either version; what is larger is not read
                                                              // by people.

struct FileVersion {
  std::string mode{};   // As a tree of git has it; of a submodule its commit stands in `bytes`.
  std::string bytes{};  // Of a symlink: where it leads.
  // Of one that was not read, as it is too large to show: git's name for its bytes, and how many they are.
  std::string sha{};
  std::size_t size = 0;
};

struct FileDiff {
  std::string text{};    // Empty: they are the same. Else each line is ended.
  bool is_whole = true;  // False: bytes that are no text, or too large to show.
};

// Nothing before: it is added; nothing after: it is removed. A file that becomes a symlink is removed and
// added, as git has it.
FileDiff diff_of(std::string_view path, const std::optional<FileVersion>& before,
                 const std::optional<FileVersion>& after);

// The same for a terminal: control characters and what is no UTF-8 as \xNN, but for tabs and ends of lines.
std::string for_terminal(std::string_view diff);

}  // namespace ghboot::render
