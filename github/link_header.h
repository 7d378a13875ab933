// SPDX-License-Identifier: Apache-2.0
// The Link header by which GitHub names the pages of a listing (RFC 8288; docs.github.com, "Using pagination
// in the REST API"). Threads: any.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ghboot::github {

struct Link {
  std::string url;
  std::string relation;  // "next"; of several words, as they stood.
};

constexpr std::size_t links_max = 32;  // GitHub gives at most four.

// Empty for an empty header. The error says what is wrong with it, without its text.
std::expected<std::vector<Link>, std::string> parse_links(std::string_view header);

// The URL with the relation "next"; empty: this is the last page. An error too where two pages claim to be
// next.
std::expected<std::string, std::string> next_link(std::string_view header);

}  // namespace ghboot::github
