// SPDX-License-Identifier: Apache-2.0
// Texts whose spelling is free: what a user wrote stays in plan and state as long as what exists means the
// same. Fields are declared as Value<CaseInsensitive>, Value<Json>, Value<Duration>; an author's own type
// does as these do: a Codec with same(), and with validator() when not every text is one. Threads: as any
// value.
#pragma once

#include <compare>
#include <string>

#include "tfplugin/field.h"
#include "tfplugin/timeouts.h"

namespace ghboot::tfplugin {

struct CaseInsensitive {  // "Main" is "main"; ASCII letters alone.
  std::string text;
  auto operator<=>(const CaseInsensitive&) const = default;
};
struct Json {  // Space, the order of keys and the form of numbers mean nothing.
  std::string text;
  auto operator<=>(const Json&) const = default;
};
struct Duration {  // "60s" is "1m".
  std::string text;
  auto operator<=>(const Duration&) const = default;
};

template <class T>
struct TextCodec : NoNesting {
  static constexpr bool keeps_unknowns = false;
  static cty::Type type() { return cty::Type::string(); }
  static cty::Value encode(const T& value) { return value.text; }
  static bool decode(const cty::Value& value, T& out, const Path&, Diagnostics&) {
    const auto* text = value.get<std::string>();
    if (text) out.text = *text;
    return text != nullptr;
  }
};

template <>
struct Codec<CaseInsensitive> : TextCodec<CaseInsensitive> {
  static bool same(const cty::Value& a, const cty::Value& b);
};
template <>
struct Codec<Json> : TextCodec<Json> {
  static bool same(const cty::Value& a, const cty::Value& b);
  static const Validator* validator();
};
template <>
struct Codec<Duration> : TextCodec<Duration> {
  static bool same(const cty::Value& a, const cty::Value& b);
  static const Validator* validator() { return &is_duration; }
};

}  // namespace ghboot::tfplugin
