// SPDX-License-Identifier: Apache-2.0
#include "nats/info_text.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include <fmt/format.h>

namespace ghboot::nats {
namespace {

constexpr std::size_t bytes_max = 8192;  // The servers' library has it.

bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

}  // namespace

std::string problem_of_description(std::string_view text) {
  if (text.size() <= bytes_max) return "";
  return fmt::format("has {} bytes; {} are the most", text.size(), bytes_max);
}

std::string problem_of_info_url(std::string_view url) {
  if (auto problem = problem_of_description(url); !problem.empty()) return problem;
  const std::size_t scheme_end = url.find("://");
  if (!url.empty() && (scheme_end == 0 || scheme_end >= url.size() - 3))
    return "has no scheme and host, as https://example.org has";
  // As Go's net/url reads it.
  if (std::ranges::any_of(url, [](unsigned char c) { return c < ' ' || c == 0x7f; }))
    return "has a control character";
  for (auto at = url.find('%'); at != std::string_view::npos; at = url.find('%', at + 1))
    if (url.size() - at < 3 || !is_hex(url[at + 1]) || !is_hex(url[at + 2]))
      return "has a % without two hexadecimal digits behind it";
  return "";
}

}  // namespace ghboot::nats
