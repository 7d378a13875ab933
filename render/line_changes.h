// SPDX-License-Identifier: Apache-2.0
// Which lines of a text have to be replaced by which of another to make the other of it: as few as can be
// found in a moment. Threads: any.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace ghboot::render {

// Each with its end of line, which the last may lack.
std::vector<std::string_view> lines_of(std::string_view text);

struct LineChange {  // Lines [before, before_end) by [after, after_end), from 0; one of both may be empty.
  std::size_t before = 0, before_end = 0, after = 0, after_end = 0;
  bool operator==(const LineChange&) const = default;
};

// From the first on, and never one right behind another.
std::vector<LineChange> line_changes(const std::vector<std::string_view>& before,
                                     const std::vector<std::string_view>& after);

}  // namespace ghboot::render
