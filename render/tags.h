// SPDX-License-Identifier: Apache-2.0
// The tags of one template, and all that is wrong with them. Always holds: of a text without problems every
// section is closed, in order, by its own name, at most section_depth_max deep, and each name is given.
// Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "render/templates.h"

namespace ghboot::render {

constexpr std::size_t section_depth_max = 32;

enum class TagKind : std::uint8_t { variable, section, inverted, end, comment };

struct Tag {
  TagKind kind = TagKind::variable;
  std::string_view name{};         // Of the text; empty: of a comment.
  std::size_t begin = 0, end = 0;  // Its place in the text, the delimiters with it.
};

struct Problem {
  std::size_t at = 0;  // Its place in the text.
  std::string what{};  // And what to do.
};

struct Tags {
  std::vector<Tag> all{};
  std::vector<Problem> problems{};  // By their place; at most problems_max, of which the last says so.
};

constexpr std::size_t problems_max = 100;

// A name that a variable can have: letters, digits, '_' and '-', not a digit first.
bool is_variable_name(std::string_view name);

// `text` is UTF-8 and outlives what is returned.
Tags tags_in(std::string_view text, const Variables& variables);

}  // namespace ghboot::render
