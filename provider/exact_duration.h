// SPDX-License-Identifier: Apache-2.0
// Durations in claims, which are whole nanoseconds, in the text that people write: what is written reads back
// as it was. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tfplugin/schema.h"

namespace ghboot::provider {

// Go's form without a sign: "1h15m", "2.5s", "300us". Nothing when it is none, is zero, is no whole number of
// nanoseconds, or more than claims can hold (292 years).
std::optional<std::int64_t> parse_nanoseconds(std::string_view text);
std::string nanoseconds_text(std::int64_t nanoseconds);

// As people write it: "5s" rather than "5000ms".
std::string duration_text(std::int64_t milliseconds);

class IsExactDuration final : public tfplugin::Validator {
 public:
  bool takes(const tfplugin::cty::Type& type) const override {
    return type.kind() == tfplugin::cty::Kind::string;
  }
  void check(const tfplugin::cty::Type& type, const tfplugin::cty::Value& value, const tfplugin::Path& path,
             tfplugin::Diagnostics& diagnostics) const override;
};
inline constexpr IsExactDuration is_exact_duration{};

}  // namespace ghboot::provider
