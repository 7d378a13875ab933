// SPDX-License-Identifier: Apache-2.0
// The hand-written text of a documentation page, with placeholders like {{ .Schema }} for what is made. There
// is nothing else in the language: no conditions, no other functions, and `{{` cannot be written for itself.
// Threads: any.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ghboot::tfplugin {

struct Placeholder {
  std::string_view name;  // As ".Schema".
  std::string text;       // Empty: its line goes, and the empty line behind it.
  bool needed = false;    // A template that leaves it out is refused, unless the text is empty.
};

// Ends with one line's end. The error says what is wrong and which placeholders there are.
std::expected<std::string, std::string> fill_template(std::string_view text,
                                                      const std::vector<Placeholder>& placeholders);

}  // namespace ghboot::tfplugin
