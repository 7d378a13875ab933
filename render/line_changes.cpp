// SPDX-License-Identifier: Apache-2.0
#include "render/line_changes.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace ghboot::render {
namespace {

using Numbers = std::vector<std::uint32_t>;

// Lines that are removed or added; who looks for more of them reads no line of what is found. It takes so
// many times the number of lines, and eight times its square in bytes.
constexpr long edits_max = 2'000;

// Myers, "An O(ND) Difference Algorithm and Its Variations", the greedy one: a diagonal k has the places with
// k more lines of `before` than of `after`, and reached_[k] is how far in `before` one comes on it with so
// many edits.
class Search {
 public:
  Search(const Numbers& before, const Numbers& after)
      : before_(before),
        after_(after),
        removed_max_(static_cast<long>(before.size())),
        added_max_(static_cast<long>(after.size())),
        most_(std::min(removed_max_ + added_max_, edits_max)),
        reached_(static_cast<std::size_t>(2 * most_ + 3)) {}

  // Nothing: it takes too many.
  std::optional<std::vector<LineChange>> changes() {
    for (long edits = 0; edits <= most_; ++edits) {
      // Of the round before: what the way back needs.
      rounds_.emplace_back(place(-edits), place(edits) + 1);
      for (long k = -edits; k <= edits; k += 2) {
        const bool is_added = comes_from_above(k, edits, [this](long of) { return *place(of); });
        long x = is_added ? *place(k + 1) : *place(k - 1) + 1;
        while (x < removed_max_ && x - k < added_max_ &&
               before_[static_cast<std::size_t>(x)] == after_[static_cast<std::size_t>(x - k)])
          ++x;
        *place(k) = x;
        if (k == removed_max_ - added_max_ && x >= removed_max_) return way(edits);
      }
    }
    return std::nullopt;
  }

 private:
  std::vector<long>::iterator place(long k) { return reached_.begin() + most_ + 1 + k; }

  // By a line that is added; else by one that is removed.
  template <class Reached>
  static bool comes_from_above(long k, long edits, Reached reached) {
    return k == -edits || (k != edits && reached(k - 1) < reached(k + 1));
  }

  std::vector<LineChange> way(long edits) const {
    std::vector<LineChange> back;
    long x = removed_max_, y = added_max_;
    for (; edits > 0; --edits) {
      const auto& round = rounds_[static_cast<std::size_t>(edits)];
      const auto reached = [&](long k) { return round[static_cast<std::size_t>(k + edits)]; };
      const long k = x - y;
      const bool is_added = comes_from_above(k, edits, reached);
      x = reached(is_added ? k + 1 : k - 1);
      y = x - (is_added ? k + 1 : k - 1);
      const auto before = static_cast<std::size_t>(x), after = static_cast<std::size_t>(y);
      const LineChange one{.before = before,
                           .before_end = before + (is_added ? 0 : 1),
                           .after = after,
                           .after_end = after + (is_added ? 1 : 0)};
      if (!back.empty() && back.back().before == one.before_end && back.back().after == one.after_end) {
        back.back().before = before;
        back.back().after = after;
      } else {
        back.push_back(one);
      }
    }
    std::ranges::reverse(back);
    return back;
  }

  const Numbers& before_;
  const Numbers& after_;
  const long removed_max_, added_max_, most_;
  std::vector<long> reached_;
  std::vector<std::vector<long>> rounds_{};
};

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::vector<LineChange> line_changes(const std::vector<std::string_view>& before,
                                     const std::vector<std::string_view>& after) {
  const auto first = std::ranges::mismatch(before, after);
  const auto begin = static_cast<std::size_t>(first.in1 - before.begin());
  std::size_t before_end = before.size(), after_end = after.size();
  while (before_end > begin && after_end > begin && before[before_end - 1] == after[after_end - 1])
    --before_end, --after_end;
  if (before_end == begin && after_end == begin) return {};
  const LineChange all{.before = begin, .before_end = before_end, .after = begin, .after_end = after_end};
  if (before_end == begin || after_end == begin) return {all};

  std::map<std::string_view, std::uint32_t> numbers;  // Of lines: they are compared often.
  const auto numbered = [&](const std::vector<std::string_view>& lines, std::size_t end) {
    Numbers out;
    for (std::size_t at = begin; at < end; ++at)
      out.push_back(numbers.emplace(lines[at], static_cast<std::uint32_t>(numbers.size())).first->second);
    return out;
  };
  const Numbers old_lines = numbered(before, before_end), new_lines = numbered(after, after_end);
  auto found = Search(old_lines, new_lines).changes();
  if (!found) return {all};
  for (LineChange& change : *found)
    for (std::size_t* at : {&change.before, &change.before_end, &change.after, &change.after_end})
      *at += begin;
  return *std::move(found);
}

}  // namespace ghboot::render
