// SPDX-License-Identifier: Apache-2.0
#include "nats/time_text.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace ghboot::nats {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t day_seconds = 86'400;

// Reads from the front of a text; `good` turns false with the first thing that is not there.
class Reader {
 public:
  explicit Reader(std::string_view text) : left_(text) {}
  bool good() const { return good_; }
  bool at_end() const { return left_.empty(); }

  int number(std::size_t digits, int max) {
    int value = 0;
    const bool fits = left_.size() >= digits && std::ranges::all_of(left_.substr(0, digits), is_digit);
    if (fits)
      for (const char c : left_.substr(0, digits)) value = value * 10 + (c - '0');
    good_ = good_ && fits && value <= max;
    left_.remove_prefix(std::min(digits, left_.size()));
    return value;
  }
  bool take(char wanted) {
    if (!left_.starts_with(wanted)) return false;
    left_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) { good_ = take(wanted) && good_; }
  void skip_digits() {
    const auto end = std::ranges::find_if_not(left_, is_digit);
    good_ = good_ && end != left_.begin();
    left_.remove_prefix(static_cast<std::size_t>(end - left_.begin()));
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  std::string_view left_;
  bool good_ = true;
};

std::int64_t clock_seconds(Reader& in) {
  const int hour = in.number(2, 23);
  in.expect(':');
  const int minute = in.number(2, 59);
  in.expect(':');
  const int second = in.number(2, 59);
  if (in.take('.')) in.skip_digits();
  return (std::int64_t{hour} * 60 + minute) * 60 + second;
}

std::int64_t offset_seconds(Reader& in) {
  if (in.take('Z')) return 0;
  const bool west = in.take('-');
  if (!west) in.expect('+');
  const int hours = in.number(2, 23);
  in.expect(':');
  const std::int64_t seconds = (std::int64_t{hours} * 60 + in.number(2, 59)) * 60;
  return west ? -seconds : seconds;
}

}  // namespace

std::string time_text(std::int64_t unix_seconds) {
  const auto since = std::chrono::floor<days>(std::chrono::seconds(unix_seconds));
  const year_month_day date{sys_days(since)};
  const std::int64_t rest = unix_seconds - since.count() * day_seconds;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), rest / 3600,
                     rest / 60 % 60, rest % 60);
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  Reader in(text);
  const int year = in.number(4, 9999);
  in.expect('-');
  const int month = in.number(2, 12);
  in.expect('-');
  const int day = in.number(2, 31);
  in.expect('T');
  const std::int64_t clock = clock_seconds(in);
  const std::int64_t offset = offset_seconds(in);
  const year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day)));
  if (!in.good() || !in.at_end() || !date.ok()) return std::nullopt;
  return sys_days(date).time_since_epoch().count() * day_seconds + clock - offset;
}

}  // namespace ghboot::nats
