// SPDX-License-Identifier: Apache-2.0
// The `timeouts` attribute that every resource has: how long create, read, update and delete may take. A
// model with a member `Value<Timeouts> timeouts`, or `Value<ReadTimeouts>` of a data source and
// `Value<OpenTimeouts>` of an ephemeral resource, gets its deadlines from it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "tfplugin/field.h"
#include "tfplugin/validators.h"

namespace ghboot::tfplugin {

// Go's form of a duration, without a sign: "1h15m", "2.5s", "300ms". Nothing when it is none, is zero or
// above a year, or is below a millisecond.
std::optional<std::chrono::nanoseconds> parse_exact_duration(std::string_view text);
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);  // Whole ones of it.

// Of a call for which neither `timeouts` nor the author says another.
inline constexpr std::chrono::milliseconds timeout_default = std::chrono::minutes(2);

// What `timeouts` of an object says under `name`, else `otherwise`.
inline std::chrono::milliseconds timeout_in(const cty::Value& object, std::string_view name,
                                            std::chrono::milliseconds otherwise) {
  const auto* text = object["timeouts"][name].get<std::string>();
  return (text ? parse_duration(*text) : std::nullopt).value_or(otherwise);
}

inline constexpr IsDuration is_duration{};

struct Timeouts {
  Value<std::string> create, read, update, destroy;

  static constexpr auto fields() {
    return std::tuple{
        Field{"create",
              &Timeouts::create,
              Use::optional,
              "Longest time for creating, like `90s` or `5m`.",
              {.validators = {&is_duration}}},
        Field{"read",
              &Timeouts::read,
              Use::optional,
              "Longest time for reading.",
              {.validators = {&is_duration}}},
        Field{"update",
              &Timeouts::update,
              Use::optional,
              "Longest time for changing.",
              {.validators = {&is_duration}}},
        Field{"delete",
              &Timeouts::destroy,
              Use::optional,
              "Longest time for deleting.",
              {.validators = {&is_duration}}},
    };
  }
  bool operator==(const Timeouts&) const = default;
};
static_assert(valid<Timeouts>());

// Of a data source, which is read alone.
struct ReadTimeouts {
  Value<std::string> read;

  static constexpr auto fields() {
    return std::tuple{Field{"read",
                            &ReadTimeouts::read,
                            Use::optional,
                            "Longest time for reading, like `90s` or `5m`.",
                            {.validators = {&is_duration}}}};
  }
  bool operator==(const ReadTimeouts&) const = default;
};
static_assert(valid<ReadTimeouts>());

// Of an ephemeral resource: what renews and closes it has no configuration.
struct OpenTimeouts {
  Value<std::string> open;

  static constexpr auto fields() {
    return std::tuple{Field{"open",
                            &OpenTimeouts::open,
                            Use::optional,
                            "Longest time for opening, like `90s` or `5m`.",
                            {.validators = {&is_duration}}}};
  }
  bool operator==(const OpenTimeouts&) const = default;
};
static_assert(valid<OpenTimeouts>());

}  // namespace ghboot::tfplugin
