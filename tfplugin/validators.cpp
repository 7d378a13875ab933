// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/validators.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include <fmt/format.h>
#include <re2/re2.h>

#include "tfplugin/timeouts.h"

namespace ghboot::tfplugin {
namespace {

struct Unit {
  std::string_view name;
  double milliseconds;
};
// The longer name first where one begins with the other.
constexpr std::array units{Unit{"ms", 1},    Unit{"us", 1e-3},  Unit{"µs", 1e-3}, Unit{"ns", 1e-6},
                           Unit{"h", 3.6e6}, Unit{"m", 60'000}, Unit{"s", 1'000}};

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr double year = 365.0 * 24 * 3.6e6;
  double total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    double count = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), count, std::chars_format::fixed);
    if (error != std::errc() || count < 0 || std::signbit(count)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto unit = std::ranges::find_if(units, [&](const Unit& u) { return text.starts_with(u.name); });
    if (unit == units.end()) return std::nullopt;
    text.remove_prefix(unit->name.size());
    total += count * unit->milliseconds;
  }
  if (!(total >= 1) || total > year) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(total));
}

void OneOf::check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const {
  const auto* text = value.get<std::string>();
  const auto end = names_.begin() + static_cast<std::ptrdiff_t>(count_);
  if (!text || std::find(names_.begin(), end, *text) != end) return;
  std::string known;
  for (auto name = names_.begin(); name != end; ++name)
    known += (known.empty() ? "\"" : ", \"") + std::string(*name) + "\"";
  diagnostics.error(path, "Unknown value",
                    "\"" + path.text() + "\" is \"" + *text + "\"; expected one of " + known + ".");
}

void Between::check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const {
  const auto* number = value.get<cty::Number>();
  if (!number) return;
  const bool small = min_ != no_min && *number < cty::Number(min_);
  const bool large = max_ != no_max && *number > cty::Number(max_);
  if (!small && !large) return;
  diagnostics.error(path, small ? "Number too small" : "Number too large",
                    fmt::format("\"{}\" is {}; the {} is {}.", path.text(), number->text(),
                                small ? "least" : "most", small ? min_ : max_));
}

void Length::check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const {
  const auto* text = value.get<std::string>();
  if (!text || (text->size() >= min_ && text->size() <= max_)) return;
  diagnostics.error(path, text->size() < min_ ? "Text too short" : "Text too long",
                    "\"" + path.text() + "\" has " + std::to_string(text->size()) + " bytes; expected are " +
                        std::to_string(min_) + " to " + std::to_string(max_) + ".");
}

void Count::check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const {
  const auto* list = value.get<cty::Value::List>();
  const auto* map = value.get<cty::Value::Map>();
  if (!list && !map) return;
  const std::size_t count = list ? list->size() : map->size();
  if (count >= min_ && count <= max_) return;
  diagnostics.error(
      path, count < min_ ? "Too few elements" : "Too many elements",
      fmt::format("\"{}\" has {} elements; expected are {} to {}.", path.text(), count, min_, max_));
}

std::string Matches::problem() const {
  const re2::RE2 pattern(re2::StringPiece(pattern_.data(), pattern_.size()), re2::RE2::Quiet);
  return pattern.ok() ? "" : "the pattern of its validator is none: " + pattern.error();
}

void Matches::check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const {
  const auto* text = value.get<std::string>();
  if (!text || re2::RE2::FullMatch(*text, re2::RE2(re2::StringPiece(pattern_.data(), pattern_.size()))))
    return;
  diagnostics.error(path, "Text of another form",
                    fmt::format("\"{}\" is \"{}\"; expected is {}.", path.text(), *text, words_));
}

void Each::check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const {
  const auto check_one = [&](const cty::Value& element, const Path& here) {
    if (element.is_known()) element_->check(element, here, diagnostics);
  };
  if (const auto* list = value.get<cty::Value::List>())
    for (std::size_t i = 0; i < list->size(); ++i)
      check_one((*list)[i], of_ == Nesting::set ? path : path.index(static_cast<std::int64_t>(i)));
  if (const auto* map = value.get<cty::Value::Map>())
    for (const auto& [key, element] : *map) check_one(element, path.key(key));
}

void IsDuration::check(const cty::Value& value, const Path& path, Diagnostics& diagnostics) const {
  const auto* text = value.get<std::string>();
  if (!text || parse_duration(*text)) return;
  diagnostics.error(
      path, "Not a duration",
      "\"" + path.text() + "\" is \"" + *text + "\"; a time like \"90s\", \"5m\" or \"1h30m\" is expected.");
}

}  // namespace ghboot::tfplugin
