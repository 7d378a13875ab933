// SPDX-License-Identifier: Apache-2.0
#include "nats/duration_text.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace ghboot::nats {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t seconds_max = 315'576'000'000;  // Of google.protobuf.Duration: 10,000 years.
constexpr std::size_t digits_max = 9;

std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
  return number;
}

}  // namespace

std::string duration_text(milliseconds duration) {
  const auto count = duration.count();
  if (count % 1000 == 0) return fmt::format("{}s", count / 1000);
  return fmt::format("{}.{:03}s", count / 1000, count % 1000);
}

std::optional<milliseconds> parse_duration(std::string_view text) {
  if (!text.ends_with('s')) return std::nullopt;
  text.remove_suffix(1);
  const std::size_t point = text.find('.');
  const auto seconds = digits(text.substr(0, point));
  if (!seconds || *seconds > seconds_max) return std::nullopt;
  if (point == std::string_view::npos) return std::chrono::seconds(*seconds);
  std::string fraction(text.substr(point + 1));
  if (fraction.empty() || fraction.size() > digits_max) return std::nullopt;
  fraction.resize(digits_max, '0');
  const auto nanoseconds = digits(fraction);
  if (!nanoseconds) return std::nullopt;
  return std::chrono::seconds(*seconds) +
         std::chrono::ceil<milliseconds>(std::chrono::nanoseconds(*nanoseconds));
}

}  // namespace ghboot::nats
