// SPDX-License-Identifier: Apache-2.0
#include "nats/text_parts.h"

#include <algorithm>

namespace ghboot::nats {

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::vector<std::string> listed_in(std::string_view text, char separator) {
  std::vector<std::string> out;
  for (std::string_view part : parts_of(text, separator)) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) out.emplace_back(part);
  }
  return out;
}

}  // namespace ghboot::nats
