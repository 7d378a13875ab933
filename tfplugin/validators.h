// SPDX-License-Identifier: Apache-2.0
// Checks of one attribute, declared beside its field: constexpr objects that outlive every schema.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tfplugin/schema.h"

namespace ghboot::tfplugin {

class OneOf final : public Validator {  // A string among at most eight.
 public:
  template <class... Names>
  constexpr explicit OneOf(Names... names) : names_{std::string_view(names)...}, count_(sizeof...(names)) {}
  void check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const override;

 private:
  std::array<std::string_view, 8> names_;
  std::size_t count_;
};

class AtLeast final : public Validator {  // A number.
 public:
  constexpr explicit AtLeast(std::int64_t min) : min_(min) {}
  void check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const override;

 private:
  std::int64_t min_;
};

class Length final : public Validator {  // A string's length in bytes.
 public:
  constexpr Length(std::size_t min, std::size_t max) : min_(min), max_(max) {}
  void check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const override;

 private:
  std::size_t min_, max_;
};

class IsDuration final
    : public Validator {  // "90s", "1h30m": Go's form, as Terraform's users write it; above zero.
 public:
  void check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const override;
};

}  // namespace ghboot::tfplugin
