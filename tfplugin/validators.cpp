// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/validators.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "tfplugin/correlate.h"
#include "tfplugin/timeouts.h"

namespace ghboot::tfplugin {
namespace {

struct Unit {
  std::string_view name;
  double nanoseconds;
};
// The longer name first where one begins with the other.
constexpr std::array units{Unit{"ms", 1e6},   Unit{"us", 1e3}, Unit{"µs", 1e3}, Unit{"ns", 1},
                           Unit{"h", 3.6e12}, Unit{"m", 6e10}, Unit{"s", 1e9}};

std::string bounds(std::size_t min, std::size_t max) {
  return max == std::numeric_limits<std::size_t>::max() ? fmt::format("at least {}", min)
                                                        : fmt::format("{} to {}", min, max);
}

// No path leads to an element of a set: its text says which it is.
void name_element(const cty::Value& element, std::string& detail) {
  const auto* text = element.get<std::string>();
  if (!text) return;
  const std::string quoted = "\"" + *text + "\"";
  if (!detail.contains(quoted)) detail += " The element is " + quoted + ".";
}

bool is_text(const cty::Type& type) { return type.kind() == cty::Kind::string; }
bool is_collection(const cty::Type& type) {
  return type.kind() == cty::Kind::list || type.kind() == cty::Kind::set || type.kind() == cty::Kind::map;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_exact_duration(std::string_view text) {
  constexpr std::chrono::nanoseconds least = std::chrono::milliseconds(1), most = std::chrono::hours(8760);
  std::chrono::nanoseconds total(0);
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
    const double nanoseconds = std::round(count * unit->nanoseconds);
    if (!(nanoseconds <= static_cast<double>(most.count()))) return std::nullopt;
    total += std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds));
    if (total > most) return std::nullopt;
  }
  return total < least ? std::nullopt : std::optional(total);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto exact = parse_exact_duration(text);
  return exact ? std::optional(std::chrono::floor<std::chrono::milliseconds>(*exact)) : std::nullopt;
}

bool OneOf::takes(const cty::Type& type) const { return is_text(type); }
bool Between::takes(const cty::Type& type) const { return type.kind() == cty::Kind::number; }
bool Length::takes(const cty::Type& type) const { return is_text(type); }
bool Count::takes(const cty::Type& type) const { return is_collection(type); }
bool Matches::takes(const cty::Type& type) const { return is_text(type); }
bool Each::takes(const cty::Type& type) const {
  return is_collection(type) && element_->takes(type.element());
}
bool IsDuration::takes(const cty::Type& type) const { return is_text(type); }

void OneOf::check(const cty::Type&, const cty::Value& value, const Path& path,
                  Diagnostics& diagnostics) const {
  const auto* text = value.get<std::string>();
  const auto end = names_.begin() + static_cast<std::ptrdiff_t>(count_);
  if (!text || std::find(names_.begin(), end, *text) != end) return;
  std::string known;
  for (auto name = names_.begin(); name != end; ++name)
    known += (known.empty() ? "\"" : ", \"") + std::string(*name) + "\"";
  diagnostics.error(path, "Unknown value",
                    "\"" + path.text() + "\" is \"" + *text + "\"; expected one of " + known + ".");
}

void Between::check(const cty::Type&, const cty::Value& value, const Path& path,
                    Diagnostics& diagnostics) const {
  const auto* number = value.get<cty::Number>();
  if (!number) return;
  const bool small = min_ != no_min && *number < cty::Number(min_);
  const bool large = max_ != no_max && *number > cty::Number(max_);
  if (!small && !large) return;
  diagnostics.error(path, small ? "Number too small" : "Number too large",
                    fmt::format("\"{}\" is {}; the {} is {}.", path.text(), number->text(),
                                small ? "least" : "most", small ? min_ : max_));
}

void Length::check(const cty::Type&, const cty::Value& value, const Path& path,
                   Diagnostics& diagnostics) const {
  const auto* text = value.get<std::string>();
  if (!text || (text->size() >= min_ && text->size() <= max_)) return;
  diagnostics.error(path, text->size() < min_ ? "Text too short" : "Text too long",
                    "\"" + path.text() + "\" has " + std::to_string(text->size()) + " bytes; expected are " +
                        bounds(min_, max_) + ".");
}

void Count::check(const cty::Type& type, const cty::Value& value, const Path& path,
                  Diagnostics& diagnostics) const {
  const auto* list = value.get<cty::Value::List>();
  const auto* map = value.get<cty::Value::Map>();
  if (!list && !map) return;
  const Sizes sizes = sizes_of(type, value);
  const bool few = sizes.most < min_;
  if (!few && sizes.least <= max_) return;
  diagnostics.error(path, few ? "Too few elements" : "Too many elements",
                    fmt::format("\"{}\" has {} elements; expected are {}.", path.text(),
                                few ? sizes.most : sizes.least, bounds(min_, max_)));
}

std::string Matches::problem() const {
  const re2::RE2 pattern(re2::StringPiece(pattern_.data(), pattern_.size()), re2::RE2::Quiet);
  return pattern.ok() ? "" : "the pattern of its validator is none: " + pattern.error();
}

void Matches::check(const cty::Type&, const cty::Value& value, const Path& path,
                    Diagnostics& diagnostics) const {
  const auto* text = value.get<std::string>();
  if (!text || re2::RE2::FullMatch(*text, re2::RE2(re2::StringPiece(pattern_.data(), pattern_.size()))))
    return;
  diagnostics.error(path, "Text of another form",
                    fmt::format("\"{}\" is \"{}\"; expected is {}.", path.text(), *text, words_));
}

void Each::check(const cty::Type& type, const cty::Value& value, const Path& path,
                 Diagnostics& diagnostics) const {
  const auto check_one = [&](const cty::Value& element, const Path& here, Diagnostics& said) {
    if (element.is_known()) element_->check(type.element(), element, here, said);
  };
  if (const auto* map = value.get<cty::Value::Map>())
    for (const auto& [key, element] : *map)
      if (!diagnostics.is_full()) check_one(element, path.key(key), diagnostics);
  const auto* list = value.get<cty::Value::List>();
  for (std::size_t i = 0; list && i < list->size() && !diagnostics.is_full(); ++i) {
    const cty::Value& element = (*list)[i];
    if (type.kind() != cty::Kind::set) {
      check_one(element, path.index(static_cast<std::int64_t>(i)), diagnostics);
      continue;
    }
    Diagnostics said;
    check_one(element, path, said);
    for (Diagnostic diagnostic : said.list()) {
      name_element(element, diagnostic.detail);
      diagnostics.add(std::move(diagnostic));
    }
  }
}

void IsDuration::check(const cty::Type&, const cty::Value& value, const Path& path,
                       Diagnostics& diagnostics) const {
  const auto* text = value.get<std::string>();
  if (!text || parse_duration(*text)) return;
  diagnostics.error(path, "Not a duration",
                    "\"" + path.text() + "\" is \"" + *text +
                        "\"; a time like \"90s\", \"5m\" or \"1h30m\" is expected, from 1ms to 8760h.");
}

}  // namespace ghboot::tfplugin
