// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/number.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "tfplugin/cty/limits.h"

namespace ghboot::tfplugin::cty {
namespace {

constexpr std::int64_t plain_zeros_max = 40;  // More zeros than this are written as an exponent.

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits at the front of `text` away and returns them.
std::string_view take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const auto digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || !any_of.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_exponent(std::string_view& text) {
  if (!take(text, "eE")) return 0;
  if (take(text, "+") && text.starts_with('-')) return std::nullopt;
  std::int64_t exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc() || exponent < -2 * number_exponent_max || exponent > 2 * number_exponent_max)
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return exponent;
}

}  // namespace

Number::Number(std::int64_t value) {
  std::string text = std::to_string(value);
  *this = *parse(text);
}

Number Number::from_unsigned(std::uint64_t value) { return *parse(std::to_string(value)); }

std::optional<Number> Number::from_double(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  constexpr int significant_digits =
      766;  // One less than a double's longest exact expansion, plus the leading one.
  char text[significant_digits + 32];
  const int size = std::snprintf(text, sizeof text, "%.*e", significant_digits, value);
  return parse(std::string_view(text, static_cast<std::size_t>(size)));
}

std::optional<Number> Number::make(bool negative, std::string digits, std::int64_t exponent) {
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return Number();
  if (digits.size() > number_digits_max || std::abs(exponent) > number_exponent_max) return std::nullopt;
  Number number;
  number.negative_ = negative;
  number.digits_ = std::move(digits);
  number.exponent_ = exponent;
  return number;
}

std::optional<Number> Number::parse(std::string_view text) {
  const bool negative = take(text, "-");
  if (!negative) take(text, "+");
  const auto whole = take_digits(text);
  std::string_view fraction;
  if (take(text, ".")) fraction = take_digits(text);
  if (whole.empty() && fraction.empty()) return std::nullopt;
  const auto exponent = take_exponent(text);
  if (!exponent || !text.empty()) return std::nullopt;
  return make(negative, std::string(whole) + std::string(fraction),
              *exponent - static_cast<std::int64_t>(fraction.size()));
}

std::optional<std::int64_t> Number::to_int64() const {
  if (exponent_ < 0 || static_cast<std::int64_t>(digits_.size()) + exponent_ > 19) return std::nullopt;
  const std::string plain = text();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> Number::to_uint64() const {
  if (negative_ || exponent_ < 0 || static_cast<std::int64_t>(digits_.size()) + exponent_ > 20)
    return std::nullopt;
  const std::string plain = text();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

std::optional<double> Number::to_exact_double() const {
  const double value = std::strtod(text().c_str(), nullptr);
  if (!std::isfinite(value) || from_double(value) != *this) return std::nullopt;
  return value;
}

std::string Number::text() const {
  if (digits_.empty()) return "0";
  std::string out = negative_ ? "-" : "";
  const auto size = static_cast<std::int64_t>(digits_.size());
  if (exponent_ >= 0 && exponent_ <= plain_zeros_max)
    return out + digits_ + std::string(static_cast<std::size_t>(exponent_), '0');
  if (exponent_ < 0 && -exponent_ < size) {
    const auto point = static_cast<std::size_t>(size + exponent_);
    return out + digits_.substr(0, point) + "." + digits_.substr(point);
  }
  if (exponent_ < 0 && -exponent_ - size <= plain_zeros_max)
    return out + "0." + std::string(static_cast<std::size_t>(-exponent_ - size), '0') + digits_;
  return out + digits_ + "e" + std::to_string(exponent_);
}

std::strong_ordering Number::compare_magnitude(const Number& other) const {
  if (digits_.empty() || other.digits_.empty()) return digits_.size() <=> other.digits_.size();
  const auto top = static_cast<std::int64_t>(digits_.size()) + exponent_;
  const auto other_top = static_cast<std::int64_t>(other.digits_.size()) + other.exponent_;
  if (top != other_top) return top <=> other_top;
  return digits_.compare(other.digits_) <=>
         0;  // No trailing zeros: a longer run of digits is the larger one.
}

std::strong_ordering Number::operator<=>(const Number& other) const {
  if (negative_ != other.negative_)
    return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  return negative_ ? other.compare_magnitude(*this) : compare_magnitude(other);
}

}  // namespace ghboot::tfplugin::cty
