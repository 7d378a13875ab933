// SPDX-License-Identifier: Apache-2.0
// A Number is a decimal of any precision, as Terraform's are: what was written is kept to the last digit, and
// two numbers are equal exactly when they are the same decimal (1.50 is 1.5). It does no arithmetic. Limits:
// 2,000 digits, exponents within ±100,000. Threads: as any value.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ghboot::tfplugin::cty {

class Number {
 public:
  Number() = default;  // Zero.
  Number(std::int64_t value);
  static Number from_unsigned(std::uint64_t value);
  // The double's exact decimal expansion, which is what it means on the wire. Nothing for NaN and infinities.
  static std::optional<Number> from_double(double value);
  // JSON's grammar, and a leading '+', a leading or trailing point, and leading zeros. Nothing when it is no
  // number or over the limits.
  static std::optional<Number> parse(std::string_view text);

  std::optional<std::int64_t> to_int64() const;
  std::optional<std::uint64_t> to_uint64() const;
  std::optional<double> to_exact_double() const;  // Nothing when the double would be another number.
  std::string text() const;  // Shortest decimal; with an exponent where zeros would be many.

  bool operator==(const Number&) const = default;
  std::strong_ordering operator<=>(const Number& other) const;

 private:
  static std::optional<Number> make(bool negative, std::string digits, std::int64_t exponent);
  std::strong_ordering compare_magnitude(const Number& other) const;

  bool negative_ = false;
  std::string digits_;         // No zeros at either end; empty is zero.
  std::int64_t exponent_ = 0;  // The value is ± digits × 10^exponent.
};

}  // namespace ghboot::tfplugin::cty
