// SPDX-License-Identifier: Apache-2.0
#include "faults/history.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "nats/environment.h"
#include "nats/text_parts.h"

namespace ghboot::faults {

using std::chrono::nanoseconds;

namespace {

constexpr std::array<std::string_view, 11> kind_names{"invoked", "tried",   "acquired",  "gave_up",
                                                      "held",    "renewed", "releasing", "released",
                                                      "lost",    "left",    "killed"};

template <class T>
bool read_number(std::string_view text, T& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

std::optional<Event> parse_line(std::string_view line) {
  const auto parts = nats::parts_of(line, ' ');
  if (parts.size() != 5) return std::nullopt;
  const auto token = nats::parts_of(parts[4], '.');
  const auto* kind = std::ranges::find(kind_names, parts[3]);
  std::int64_t from = 0, to = 0;
  Event event;
  if (!read_number(parts[0], from) || !read_number(parts[1], to) || from > to || parts[2].empty() ||
      kind == kind_names.end() || token.size() != 2 || !read_number(token[0], event.token.generation) ||
      !read_number(token[1], event.token.sequence))
    return std::nullopt;
  event.at = {nanoseconds(from), nanoseconds(to)};
  event.who = parts[2];
  event.kind = static_cast<Kind>(kind - kind_names.begin());
  return event;
}

}  // namespace

nanoseconds monotonic_now() { return nats::system_clock().now().time_since_epoch(); }

std::string line_of(const Event& event) {
  return fmt::format("{} {} {} {} {}\n", event.at.from.count(), event.at.to.count(), event.who,
                     kind_names.at(static_cast<std::size_t>(event.kind)), event.token.text());
}

std::expected<std::vector<Event>, std::string> parse_history(std::string_view text) {
  std::vector<Event> events;
  for (std::size_t number = 1; text.contains('\n'); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    auto event = parse_line(line);
    if (!event)
      return std::unexpected(
          fmt::format("line {} is no event: found '{}', expected 'FROM TO WHO KIND TOKEN'", number, line));
    events.push_back(*std::move(event));
  }
  return events;
}

HistoryFile::HistoryFile(const std::filesystem::path& file)
    : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
  if (!file_.open()) throw std::system_error(errno, std::generic_category(), file.string());
}

void HistoryFile::add(const Event& event) {
  const std::string line = line_of(event);
  if (::write(file_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    throw std::system_error(errno, std::generic_category(), "a line of a history was not written whole");
}

}  // namespace ghboot::faults
