// SPDX-License-Identifier: Apache-2.0
// The few text forms that an HTTP API needs: names without case, percent-encoding, queries and
// numbers. Nothing here throws for what it is given. Threads: any.
#pragma once

#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghboot::standin {

std::string lower(std::string_view text);                      // ASCII alone, as GitHub's names are.
bool same_word(std::string_view one, std::string_view other);  // Without case.

// A '%' that no two hex digits follow stays as it is.
std::string decode_url(std::string_view text);
std::string encode_url(std::string_view text);  // All but RFC 3986's unreserved.
// As application/x-www-form-urlencoded: a space is a plus.
std::string encode_form(std::string_view text);
// Of a name that occurs twice the last counts.
std::map<std::string, std::string, std::less<>> parse_query(std::string_view query);
// Between the slashes, still encoded: "/a/b" is {"a", "b"}.
std::vector<std::string_view> segments(std::string_view path);

// All of the text, in decimal, without a sign.
std::optional<std::int64_t> parse_number(std::string_view text);

// "2026-11-26T08:00:00Z".
std::string iso_time(std::int64_t unix_seconds);

}  // namespace ghboot::standin
