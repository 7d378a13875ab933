// SPDX-License-Identifier: Apache-2.0
// A ConfigRule binds several attributes of one object. A model declares its own beside its fields:
//
//   static constexpr auto rules() { return std::array{exactly_one("name", "id"), needs("port", "host")}; }
//
// What is unknown breaks no rule as long as some value of it keeps the rule. An empty list, set or map counts
// as null, as a block that is not written is one. Threads: constants.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "tfplugin/cty/value.h"
#include "tfplugin/diagnostics.h"

namespace ghboot::tfplugin {

struct ConfigRule {
  enum class Kind : std::uint8_t { at_most_one, exactly_one, at_least_one, together, needs };

  Kind kind;
  std::array<std::string_view, 6> all{};
  std::size_t count = 0;

  template <class... Names>
  static constexpr ConfigRule of(Kind kind, Names... names) {
    static_assert(sizeof...(names) >= 2 && sizeof...(names) <= 6, "a rule binds two to six attributes");
    return {kind, {std::string_view(names)...}, sizeof...(names)};
  }
  constexpr std::span<const std::string_view> names() const { return {all.data(), count}; }
};

template <class... Names>
constexpr ConfigRule at_most_one(Names... names) {
  return ConfigRule::of(ConfigRule::Kind::at_most_one, names...);
}
template <class... Names>
constexpr ConfigRule exactly_one(Names... names) {
  return ConfigRule::of(ConfigRule::Kind::exactly_one, names...);
}
template <class... Names>
constexpr ConfigRule at_least_one(Names... names) {
  return ConfigRule::of(ConfigRule::Kind::at_least_one, names...);
}
template <class... Names>
constexpr ConfigRule together(Names... names) {  // All of them or none.
  return ConfigRule::of(ConfigRule::Kind::together, names...);
}
template <class... Names>
constexpr ConfigRule needs(std::string_view name, Names... others) {  // `name` only with all the others.
  return ConfigRule::of(ConfigRule::Kind::needs, name, others...);
}

// `config` is the object at `path`.
void check(const ConfigRule& rule, const cty::Value& config, const Path& path, Diagnostics& diagnostics);

}  // namespace ghboot::tfplugin
