// SPDX-License-Identifier: Apache-2.0
#include "acceptance/url_text.h"

#include <algorithm>
#include <charconv>

namespace ghboot::acceptance {

namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string decode_url(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      if (auto byte = parse_number<unsigned char>(text.substr(i + 1, 2), 16)) {
        decoded += static_cast<char>(*byte);
        i += 2;
        continue;
      }
    }
    decoded += text[i];
  }
  return decoded;
}

std::map<std::string, std::string> parse_query(std::string_view query) {
  std::map<std::string, std::string> parameters;
  while (!query.empty()) {
    std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    std::size_t equals = pair.find('=');
    if (!pair.empty()) {
      std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
      parameters[decode_url(pair.substr(0, equals))] = decode_url(value);
    }
  }
  return parameters;
}

std::string escape_xml(std::string_view text) {
  std::string escaped;
  for (char letter : text) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += letter;
    }
  }
  return escaped;
}

std::optional<ByteRange> parse_range(std::string_view header, std::size_t size) {
  std::size_t dash = header.find('-');
  if (!header.starts_with("bytes=") || dash == std::string_view::npos || size == 0) {
    return std::nullopt;
  }
  std::string_view from = header.substr(6, dash - 6);
  std::string_view to = header.substr(dash + 1);
  auto first = parse_number<std::size_t>(from);
  auto last = parse_number<std::size_t>(to);
  if (from.empty() && last && *last > 0) {  // The last so many bytes.
    return ByteRange{size - std::min(size, *last), size - 1};
  }
  if (!first || *first >= size || (!to.empty() && !last) || (last && *last < *first)) {
    return std::nullopt;
  }
  return ByteRange{*first, std::min(size - 1, last.value_or(size - 1))};
}

}  // namespace ghboot::acceptance
