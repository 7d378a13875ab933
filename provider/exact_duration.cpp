// SPDX-License-Identifier: Apache-2.0
#include "provider/exact_duration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace ghboot::provider {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// The longer name first where one begins with the other.
constexpr std::array units{
    Unit{"ms", 1'000'000},        Unit{"us", 1'000},         Unit{"µs", 1'000},       Unit{"ns", 1},
    Unit{"h", 3'600'000'000'000}, Unit{"m", 60'000'000'000}, Unit{"s", 1'000'000'000}};

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

std::string_view take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

// False: it would not fit.
bool add_product(std::int64_t a, std::int64_t b, std::int64_t& total) {
  std::int64_t product = 0;
  return !__builtin_mul_overflow(a, b, &product) && !__builtin_add_overflow(total, product, &total);
}

// Each digit behind the point by itself: a double would round.
bool add_fraction(std::string_view digits, std::int64_t unit, std::int64_t& total) {
  for (const char digit : digits) {
    const bool divides = unit % 10 == 0;
    unit /= 10;
    if (digit != '0' && (!divides || !add_product(digit - '0', unit, total))) return false;
    if (!divides) unit = 0;
  }
  return true;
}

}  // namespace

std::optional<std::int64_t> parse_nanoseconds(std::string_view text) {
  std::int64_t total = 0;
  while (!text.empty()) {
    const std::string_view whole = take_digits(text);
    std::string_view fraction;
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      fraction = take_digits(text);
    }
    if (whole.empty() && fraction.empty()) return std::nullopt;
    const auto unit = std::ranges::find_if(units, [&](const Unit& u) { return text.starts_with(u.name); });
    if (unit == units.end()) return std::nullopt;
    text.remove_prefix(unit->name.size());
    std::int64_t count = 0;
    if (!whole.empty() && std::from_chars(whole.data(), whole.data() + whole.size(), count).ec != std::errc())
      return std::nullopt;
    if (!add_product(count, unit->nanoseconds, total) || !add_fraction(fraction, unit->nanoseconds, total))
      return std::nullopt;
  }
  return total > 0 ? std::optional(total) : std::nullopt;
}

std::string nanoseconds_text(std::int64_t nanoseconds) {
  if (nanoseconds % 1'000'000 == 0) return duration_text(nanoseconds / 1'000'000);
  return nanoseconds % 1'000 == 0 ? fmt::format("{}us", nanoseconds / 1'000)
                                  : fmt::format("{}ns", nanoseconds);
}

std::string duration_text(std::int64_t milliseconds) {
  constexpr std::pair<std::int64_t, std::string_view> longer[] = {
      {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}};
  for (const auto& [size, name] : longer)
    if (milliseconds % size == 0) return fmt::format("{}{}", milliseconds / size, name);
  return fmt::format("{}ms", milliseconds);
}

void IsExactDuration::check(const tfplugin::cty::Type&, const tfplugin::cty::Value& value,
                            const tfplugin::Path& path, tfplugin::Diagnostics& diagnostics) const {
  const auto* text = value.get<std::string>();
  if (!text || parse_nanoseconds(*text)) return;
  diagnostics.error(
      path, "Not a duration",
      fmt::format("\"{}\" is \"{}\"; a time like \"5s\", \"1m30s\" or \"250ms\" is expected, above zero, in "
                  "whole nanoseconds, and at most 292 years: servers count in these.",
                  path.text(), *text));
}

}  // namespace ghboot::provider
