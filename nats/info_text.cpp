// SPDX-License-Identifier: Apache-2.0
#include "nats/info_text.h"

#include <cstddef>

#include <fmt/format.h>

namespace ghboot::nats {
namespace {

constexpr std::size_t bytes_max = 8192;  // The servers' library has it.

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
  return "";
}

}  // namespace ghboot::nats
