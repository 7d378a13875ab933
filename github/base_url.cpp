// SPDX-License-Identifier: Apache-2.0
#include "github/base_url.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include <fmt/format.h>

namespace ghboot::github {
namespace {

constexpr std::string_view what_to_write =
    "expected https://api.github.com, or https://HOST/api/v3 for a GitHub Enterprise Server";

struct Parts {
  std::string scheme, host, port, rest;  // The host in lower case; "[::1]" with its brackets.
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

bool is_host(std::string_view host) {
  const bool is_v6 = host.starts_with('[') && host.ends_with(']');
  if (is_v6) host = host.substr(1, host.size() - 2);
  return !host.empty() && std::ranges::all_of(host, [is_v6](unsigned char c) {
    return std::isalnum(c) != 0 || (is_v6 ? c == ':' : c == '-' || c == '.' || c == '_');
  });
}

bool is_port(std::string_view port) {
  return port.size() <= 5 && std::ranges::all_of(port, [](unsigned char c) { return std::isdigit(c) != 0; });
}

// Nothing: no http(s) URL, or one with a user in it.
std::optional<Parts> split(std::string_view url) {
  if (!is_visible(url)) return std::nullopt;
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Parts parts{.scheme = lower(url.substr(0, colon))};
  if (parts.scheme != "http" && parts.scheme != "https") return std::nullopt;
  url.remove_prefix(colon + 3);
  const std::size_t end = std::min(url.find_first_of("/?#"), url.size());
  std::string_view host = url.substr(0, end);
  parts.rest = url.substr(end);
  const std::size_t port = host.rfind(':');
  if (port != std::string_view::npos && host.find(']', port) == std::string_view::npos) {
    parts.port = host.substr(port + 1);
    host = host.substr(0, port);
  }
  parts.host = lower(host);
  if (!is_host(host) || !is_port(parts.port)) return std::nullopt;
  if (parts.port == (parts.scheme == "https" ? "443" : "80")) parts.port.clear();
  return parts;
}

std::string origin_of(const Parts& parts) {
  return fmt::format("{}://{}{}{}", parts.scheme, parts.host, parts.port.empty() ? "" : ":", parts.port);
}

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

// A way out of the base by "..", also written as %2e.
bool climbs(std::string_view path) {
  const std::string text = lower(path.substr(0, path.find('?')));
  return text.contains("/..") || text.contains("/.%2e") || text.contains("/%2e");
}

}  // namespace

Result<BaseUrl> BaseUrl::parse(std::string_view text) {
  auto parts = split(text);
  if (!parts) {
    // Its text is not repeated: it may hold a password.
    return failure(
        ErrorKind::invalid,
        fmt::format("GitHub's base URL is no http:// or https:// URL without a user: {}.", what_to_write));
  }
  const std::string origin = origin_of(*parts);
  if (parts->scheme == "http" && !is_this_machine(parts->host)) {
    return failure(
        ErrorKind::invalid,
        fmt::format(
            "GitHub's base URL {} would send the token unencrypted: write https://; http:// is for this "
            "machine alone.",
            origin));
  }
  if (parts->rest.find_first_of("?#") != std::string::npos || climbs(parts->rest)) {
    return failure(
        ErrorKind::invalid,
        fmt::format("GitHub's base URL on {} has a query, a fragment or a `..`: {}.", origin, what_to_write));
  }
  while (parts->rest.ends_with('/')) parts->rest.pop_back();
  if (parts->host == "github.com" || parts->host == "www.github.com") {
    return failure(ErrorKind::invalid, "GitHub's base URL names its web site: write https://api.github.com.");
  }
  BaseUrl out;
  out.origin_ = origin;
  out.path_ = parts->rest;
  out.text_ = origin + parts->rest;
  return out;
}

std::string BaseUrl::host() const {
  std::string host = origin_.substr(origin_.find("://") + 3);
  const bool is_api = is_github_com() || (host.starts_with("api.") && host.ends_with(".ghe.com"));
  return is_api ? host.substr(4) : host;
}

Result<std::string> BaseUrl::within(std::string_view url) const {
  std::string rest(url);
  std::string from = origin_;
  if (!url.starts_with('/') || url.starts_with("//")) {
    const auto parts = split(url);
    if (!parts)
      return failure(ErrorKind::refused,
                     fmt::format("GitHub at {} points to what is no URL; it was not followed.", origin_));
    from = origin_of(*parts);
    rest = parts->rest;
  }
  if (from != origin_) {
    return failure(
        ErrorKind::refused,
        fmt::format(
            "GitHub at {} points to another host, {}: it was not followed, as the token is for {} alone. "
            "If GitHub has moved there, change the base URL.",
            origin_, from, origin_));
  }
  rest = rest.substr(0, rest.find('#'));
  if (!is_visible(rest) || climbs(rest) || !rest.starts_with(path_ + "/")) {
    return failure(
        ErrorKind::refused,
        fmt::format("GitHub at {} points outside of its API, which is below {}: it was not followed.",
                    origin_, text_));
  }
  return rest.substr(path_.size());
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("-._~").contains(c));
    if (is_plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

}  // namespace ghboot::github
