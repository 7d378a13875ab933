// SPDX-License-Identifier: Apache-2.0
#include "nats/tags.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace ghboot::nats {
namespace {

std::string tag_form(std::string_view tag) {
  constexpr std::string_view white = " \t\r\n";
  const std::size_t begin = tag.find_first_not_of(white);
  if (begin == std::string_view::npos) return {};
  std::string form(tag.substr(begin, tag.find_last_not_of(white) - begin + 1));
  for (char& letter : form)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return form;
}

}  // namespace

std::vector<std::string> stored_tags(const std::vector<std::string>& tags) {
  std::vector<std::string> list;
  for (const std::string& tag : tags)
    if (std::string form = tag_form(tag); !form.empty() && std::ranges::find(list, form) == list.end())
      list.push_back(std::move(form));
  return list;
}

}  // namespace ghboot::nats
