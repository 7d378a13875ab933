// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "github/answer.h"
#include "github/lower.h"
#include "nats/time_text.h"

namespace ghboot::github {
namespace {

constexpr std::int64_t unnamed_wait = 60;  // "Wait for at least one minute", then exponentially more.
constexpr std::int64_t wait_max = std::int64_t{24} * 3600;

std::optional<std::int64_t> number_in(const Headers& headers, std::string_view name) {
  const auto found = headers.find(name);
  std::int64_t out = 0;
  if (found == headers.end()) return std::nullopt;
  const char* end = found->second.data() + found->second.size();
  const auto read = std::from_chars(found->second.data(), end, out);
  if (read.ec != std::errc() || read.ptr != end || out < 0) return std::nullopt;
  return out;
}

std::int64_t bounded(std::int64_t seconds) { return std::clamp<std::int64_t>(seconds, 1, wait_max); }

// By GitHub's clock: ours may be wrong.
LimitMet until_reset(const HttpAnswer& answer, std::int64_t reset, std::int64_t now_unix) {
  return {false, bounded(reset - date_of(answer.headers).value_or(now_unix) + 1)};
}

std::string message_of(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  return lower(text_in(json, "message"));
}

}  // namespace

std::optional<std::int64_t> date_of(const Headers& headers) {
  // "Thu, 26 Nov 2026 18:00:00 GMT" (RFC 9110, 5.6.7); the two older forms are not read.
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto found = headers.find("date");
  if (found == headers.end() || found->second.size() != 29) return std::nullopt;
  const std::string_view date = found->second;
  const std::size_t month = months.find(date.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  return nats::parse_time(fmt::format("{}-{:02}-{}T{}Z", date.substr(12, 4), month / 3 + 1, date.substr(5, 2),
                                      date.substr(17, 8)));
}

std::optional<LimitMet> limit_met(const HttpAnswer& answer, std::int64_t now_unix, int repeats) {
  if (answer.status != 403 && answer.status != 429) return std::nullopt;
  const auto remaining = number_in(answer.headers, "x-ratelimit-remaining");
  const auto reset = number_in(answer.headers, "x-ratelimit-reset");
  const auto retry_after = number_in(answer.headers, "retry-after");
  const std::string message = message_of(answer.body);
  const bool says_so = answer.status == 429 || message.contains("rate limit") || message.contains("abuse");
  // The last request of an hour may be refused for its rights: such a 403 names what it accepts.
  const bool primary =
      remaining == 0 && (says_so || !answer.headers.contains("x-accepted-github-permissions"));
  if (retry_after) return LimitMet{!primary, bounded(*retry_after)};
  if (primary && reset) return until_reset(answer, *reset, now_unix);
  if (!says_so && !primary) return std::nullopt;
  return LimitMet{!primary, bounded(unnamed_wait << std::min(repeats, 6))};
}

std::optional<LimitMet> limit_spent(const HttpAnswer& answer, std::int64_t now_unix) {
  const auto reset = number_in(answer.headers, "x-ratelimit-reset");
  if (number_in(answer.headers, "x-ratelimit-remaining") != 0 || !reset) return std::nullopt;
  return until_reset(answer, *reset, now_unix);
}

std::string limit_resource(const HttpAnswer& answer, std::string_view path) {
  const auto found = answer.headers.find("x-ratelimit-resource");
  return std::string(found == answer.headers.end() ? limit_resource(path) : found->second);
}

std::string_view limit_resource(std::string_view path) {
  if (path.starts_with("/rate_limit")) return "";
  if (path.starts_with("/search/code")) return "code_search";
  return path.starts_with("/search/") ? "search" : "core";
}

}  // namespace ghboot::github
