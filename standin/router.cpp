// SPDX-License-Identifier: Apache-2.0
#include "standin/router.h"

#include "standin/text.h"

namespace ghboot::standin {

namespace {

bool is_part(std::string_view segment) { return segment.starts_with('{'); }
bool takes_rest(std::string_view segment) { return segment.ends_with("*}"); }

std::string_view name_of(std::string_view segment) {
  return segment.substr(1, segment.size() - (takes_rest(segment) ? 3 : 2));
}

std::string rest_of(const std::vector<std::string_view>& path, std::size_t from) {
  std::string rest;
  for (std::size_t i = from; i < path.size(); ++i) rest += (i == from ? "" : "/") + decode_url(path[i]);
  return rest;
}

std::optional<Query> match(std::string_view pattern, const std::vector<std::string_view>& path) {
  const auto wanted = segments(pattern);
  Query parts;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (takes_rest(wanted[i])) {
      parts[std::string(name_of(wanted[i]))] = rest_of(path, i);
      return parts;
    }
    if (i >= path.size()) return std::nullopt;
    if (is_part(wanted[i])) {
      parts[std::string(name_of(wanted[i]))] = decode_url(path[i]);
    } else if (wanted[i] != path[i]) {
      return std::nullopt;
    }
  }
  return wanted.size() == path.size() ? std::optional(parts) : std::nullopt;
}

}  // namespace

Id Call::id_part(std::string_view name) const { return parse_number(part(name)).value_or(-1); }

std::optional<Match> find_route(std::span<const Route> routes, std::string_view method,
                                std::string_view path) {
  const auto split = segments(path);
  for (const Route& route : routes) {
    if (route.method != method && !(route.method == "GET" && method == "HEAD")) continue;
    if (auto parts = match(route.pattern, split)) return Match{&route, *std::move(parts)};
  }
  return std::nullopt;
}

}  // namespace ghboot::standin
