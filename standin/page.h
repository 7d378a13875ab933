// SPDX-License-Identifier: Apache-2.0
// Listings a page at a time, with the Link header that leads on (RFC 8288). Its addresses name a repository
// or an organisation by its number, as GitHub's do: who builds the next page's address instead of following
// it, notices. Source: docs.github.com, "Using pagination in the REST API". Threads: any.
#pragma once

#include <string>
#include <vector>

#include "standin/call.h"

namespace ghboot::standin {

std::size_t page_size(const Request& request);  // per_page: 30 unless told, 100 at most.
// The address of this listing with other parameters.
std::string listing_url(const Call& call, const Query& changes);

struct PageSpan {
  std::size_t first = 0, count = 0;
  std::string link;  // Empty: there is but one page.
};
PageSpan page_of(const Call& call, std::size_t total);

// `items` are all of them.
Response page_response(const Call& call, const std::vector<Json>& items);
// {"total_count": …, NAME: […]}
Response counted_page(const Call& call, const char* name, const std::vector<Json>& items);

}  // namespace ghboot::standin
