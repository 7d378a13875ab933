// SPDX-License-Identifier: Apache-2.0
// Text of which case means nothing: names on GitHub, and its words. ASCII letters alone. Threads: any.
#pragma once

#include <string>

namespace ghboot::github {

inline std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace ghboot::github
