// SPDX-License-Identifier: Apache-2.0
// The Link header, and where it leads: never out of the base URL.
#include "fuzz/oracle.h"
#include "github/base_url.h"
#include "github/link_header.h"

using ghboot::fuzz::require;
using namespace ghboot::github;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto base = BaseUrl::parse("https://ghe.example.com/api/v3");
  const std::string_view text = ghboot::fuzz::text_of(data, size);
  const auto links = parse_links(text);
  const auto next = next_link(text);
  require(links || !links.error().empty(), "a refusal says why");
  require(links || !next, "what is refused has no next page");
  if (!links) return 0;
  require(links->size() <= links_max, "links are counted");
  for (const Link& link : *links) {
    require(!link.url.empty(), "a link has a URL");
    const auto within = base->within(link.url);
    if (!within) continue;
    require(within->starts_with('/'), "what is followed is a path");
    require(!within->substr(0, within->find('?')).contains("/.."), "what is followed does not climb");
    require(base->within(base->text() + *within) == *within, "what is followed stays where it is");
  }
  return 0;
}
