// SPDX-License-Identifier: Apache-2.0
// Checks of one attribute, declared beside its field: constexpr objects that outlive every schema.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "tfplugin/schema.h"

namespace ghboot::tfplugin {

class OneOf final : public Validator {  // A string among at most eight.
 public:
  template <class... Names>
  constexpr explicit OneOf(Names... names) : names_{std::string_view(names)...}, count_(sizeof...(names)) {}
  void check(const cty::Type& type, const cty::Value& value, const Path& path,
             Diagnostics& diagnostics) const override;
  bool takes(const cty::Type& type) const override;
  bool only_quotes() const override { return true; }

 private:
  std::array<std::string_view, 8> names_;
  std::size_t count_;
};

class Between final : public Validator {  // A number, bounds included.
 public:
  static constexpr auto no_min = std::numeric_limits<std::int64_t>::min();
  static constexpr auto no_max = std::numeric_limits<std::int64_t>::max();
  constexpr Between(std::int64_t min, std::int64_t max) : min_(min), max_(max) {}
  void check(const cty::Type& type, const cty::Value& value, const Path& path,
             Diagnostics& diagnostics) const override;
  bool takes(const cty::Type& type) const override;

 private:
  std::int64_t min_, max_;
};
constexpr Between at_least(std::int64_t min) { return {min, Between::no_max}; }
constexpr Between at_most(std::int64_t max) { return {Between::no_min, max}; }

class Length final : public Validator {  // A string's length in bytes.
 public:
  static constexpr auto no_max = std::numeric_limits<std::size_t>::max();
  constexpr Length(std::size_t min, std::size_t max) : min_(min), max_(max) {}
  void check(const cty::Type& type, const cty::Value& value, const Path& path,
             Diagnostics& diagnostics) const override;
  bool takes(const cty::Type& type) const override;
  bool only_quotes() const override { return true; }

 private:
  std::size_t min_, max_;
};

class Count final : public Validator {  // How many elements a list, set or map has.
 public:
  static constexpr auto no_max = std::numeric_limits<std::size_t>::max();
  constexpr Count(std::size_t min, std::size_t max) : min_(min), max_(max) {}
  void check(const cty::Type& type, const cty::Value& value, const Path& path,
             Diagnostics& diagnostics) const override;
  bool takes(const cty::Type& type) const override;

 private:
  std::size_t min_, max_;
};

// A string that the whole pattern matches, in the syntax of Terraform's regex(). `words` says it to people:
// "a name of lower-case letters".
class Matches final : public Validator {
 public:
  constexpr Matches(std::string_view pattern, std::string_view words) : pattern_(pattern), words_(words) {}
  void check(const cty::Type& type, const cty::Value& value, const Path& path,
             Diagnostics& diagnostics) const override;
  bool takes(const cty::Type& type) const override;
  bool only_quotes() const override { return true; }
  std::string problem() const override;

 private:
  std::string_view pattern_, words_;
};

// Each element of a list or set, each value of a map. A set's elements have no place that a path could name.
class Each final : public Validator {
 public:
  constexpr explicit Each(const Validator* element) : element_(element) {}
  void check(const cty::Type& type, const cty::Value& value, const Path& path,
             Diagnostics& diagnostics) const override;
  bool takes(const cty::Type& type) const override;
  std::string problem() const override { return element_->problem(); }

 private:
  const Validator* element_;
};

// "90s", "1h30m": Go's form, as Terraform's users write it; from a millisecond to 365 days.
class IsDuration final : public Validator {
 public:
  void check(const cty::Type& type, const cty::Value& value, const Path& path,
             Diagnostics& diagnostics) const override;
  bool takes(const cty::Type& type) const override;
  bool only_quotes() const override { return true; }
};

}  // namespace ghboot::tfplugin
