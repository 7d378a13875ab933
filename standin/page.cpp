// SPDX-License-Identifier: Apache-2.0
#include "standin/page.h"

#include <algorithm>

#include <fmt/format.h>

#include "standin/text.h"

namespace ghboot::standin {

namespace {

std::string canonical_path(const Call& call) {
  const auto parts = segments(call.request.path);
  std::string path;
  std::size_t replaced = 0;
  if (call.repository != nullptr) {
    path = fmt::format("/repositories/{}", call.repository->id);
    replaced = 3;
  } else if (call.owner != nullptr) {
    path = fmt::format("/organizations/{}", call.owner->id);
    replaced = 2;
  }
  for (std::size_t i = replaced; i < parts.size(); ++i) path += fmt::format("/{}", parts[i]);
  return path;
}

std::string page_link(const Call& call, std::size_t page, std::string_view relation) {
  return fmt::format("<{}>; rel=\"{}\"", listing_url(call, {{"page", fmt::format("{}", page)}}), relation);
}

}  // namespace

std::size_t page_size(const Request& request) {
  const auto asked = parse_number(request.parameter("per_page"));
  return asked && *asked > 0 ? static_cast<std::size_t>(std::min<std::int64_t>(*asked, 100)) : 30;
}

std::string listing_url(const Call& call, const Query& changes) {
  Query query = call.request.query;
  for (const auto& [name, value] : changes) query[name] = value;
  std::string url = call.request.api() + canonical_path(call);
  for (const auto& [name, value] : query)
    url += fmt::format("{}{}={}", url.contains('?') ? '&' : '?', encode_url(name), encode_url(value));
  return url;
}

PageSpan page_of(const Call& call, std::size_t total) {
  const std::size_t size = page_size(call.request);
  const std::size_t last = std::max<std::size_t>(1, (total + size - 1) / size);
  const auto asked = parse_number(call.request.parameter("page")).value_or(1);
  const std::size_t page = std::max<std::size_t>(1, static_cast<std::size_t>(asked));
  PageSpan span;
  span.first = std::min(total, page > last ? total : (page - 1) * size);
  span.count = std::min(size, total - span.first);
  std::vector<std::string> links;
  if (page > 1) links.push_back(page_link(call, std::min(page - 1, last), "prev"));
  if (page < last) links.push_back(page_link(call, page + 1, "next"));
  if (page < last) links.push_back(page_link(call, last, "last"));
  if (page > 1) links.push_back(page_link(call, 1, "first"));
  for (const std::string& link : links) span.link += (span.link.empty() ? "" : ", ") + link;
  return span;
}

Response page_response(const Call& call, const std::vector<Json>& items) {
  const PageSpan span = page_of(call, items.size());
  Json page = Json::array();
  for (std::size_t i = 0; i < span.count; ++i) page.push_back(items[span.first + i]);
  Response response = json_response(200, page);
  if (!span.link.empty()) response.set("Link", span.link);
  return response;
}

Response counted_page(const Call& call, const char* name, const std::vector<Json>& items) {
  const PageSpan span = page_of(call, items.size());
  Json page = Json::array();
  for (std::size_t i = 0; i < span.count; ++i) page.push_back(items[span.first + i]);
  Response response = json_response(200, {{"total_count", items.size()}, {name, page}});
  if (!span.link.empty()) response.set("Link", span.link);
  return response;
}

}  // namespace ghboot::standin
