// SPDX-License-Identifier: Apache-2.0
// Where in a value something is: attribute names, map keys and list indices from the root on. A set's element
// has no step of its own: a path ends at the set.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ghboot::tfplugin::cty {

struct AttributeName {
  std::string name;
  auto operator<=>(const AttributeName&) const = default;
};
using Step = std::variant<AttributeName, std::string, std::int64_t>;  // Attribute, map key, list index.

class Path {
 public:
  Path() = default;
  Path(std::initializer_list<std::string_view> attributes) {
    for (const auto name : attributes) steps_.emplace_back(AttributeName{std::string(name)});
  }

  Path attribute(std::string_view name) const { return with(AttributeName{std::string(name)}); }
  Path key(std::string_view key) const { return with(std::string(key)); }
  Path index(std::int64_t index) const { return with(index); }

  const std::vector<Step>& steps() const { return steps_; }
  bool empty() const { return steps_.empty(); }
  std::string text() const;  // limits.tiers["R1"].streams, tags[0]; empty for the root.
  auto operator<=>(const Path&) const = default;

 private:
  Path with(Step step) const {
    Path longer = *this;
    longer.steps_.push_back(std::move(step));
    return longer;
  }
  std::vector<Step> steps_;
};

}  // namespace ghboot::tfplugin::cty
