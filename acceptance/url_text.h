// SPDX-License-Identifier: Apache-2.0
// The few text forms that an S3 server needs: percent-encoding, queries, XML text, and the Range header (RFC
// 9110, 14.1).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ghboot::acceptance {

// A '%' that no two hex digits follow stays as it is.
std::string decode_url(std::string_view text);
// Of a name that occurs twice the last counts.
std::map<std::string, std::string> parse_query(std::string_view query);
std::string escape_xml(std::string_view text);

struct ByteRange {
  std::size_t first, last;  // Both are in it.
};
// Nothing: malformed, more than one range, or beyond `size`.
std::optional<ByteRange> parse_range(std::string_view header, std::size_t size);

}  // namespace ghboot::acceptance
