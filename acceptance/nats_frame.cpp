// SPDX-License-Identifier: Apache-2.0
#include "acceptance/nats_frame.h"

#include <charconv>

namespace ghboot::acceptance {

namespace {

bool has_payload(std::string_view verb) {
  return verb == "PUB" || verb == "HPUB" || verb == "MSG" || verb == "HMSG";
}

std::size_t announced_size(const std::vector<std::string_view>& words) {
  std::size_t size = 0;
  if (!words.empty() && has_payload(words[0])) {
    std::from_chars(words.back().data(), words.back().data() + words.back().size(), size);
  }
  return size;
}

}  // namespace

std::vector<std::string_view> NatsFrame::words() const {
  std::vector<std::string_view> words;
  std::string_view rest = line;
  while (true) {
    std::size_t begin = rest.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
      return words;
    }
    rest.remove_prefix(begin);
    words.push_back(rest.substr(0, rest.find_first_of(" \t")));
    rest.remove_prefix(words.back().size());
  }
}

bool NatsFrame::publishes() const { return line.starts_with("PUB ") || line.starts_with("HPUB "); }
bool NatsFrame::delivers() const { return line.starts_with("MSG ") || line.starts_with("HMSG "); }

std::string_view NatsFrame::subject() const {
  auto all = words();
  return (publishes() || delivers()) && all.size() > 1 ? all[1] : std::string_view();
}

// PUB subject [reply] size · HPUB subject [reply] header-size size · MSG subject sid [reply] size · HMSG
// likewise.
std::string_view NatsFrame::reply_to() const {
  auto all = words();
  std::size_t plain = line.starts_with("PUB ") ? 3 : line.starts_with("HMSG ") ? 5 : 4;
  std::size_t place = publishes() ? 2 : 3;
  return (publishes() || delivers()) && all.size() == plain + 1 ? all[place] : std::string_view();
}

std::string NatsFrame::text() const {
  std::string text = line + "\r\n";
  auto all = words();
  return !all.empty() && has_payload(all[0]) ? text + payload + "\r\n" : text;
}

NatsFrame NatsFrame::with_body(std::string_view body) const {
  auto all = words();
  NatsFrame other;
  other.line = publishes() ? "PUB" : "MSG";
  std::size_t fixed = publishes() ? 2 : 3;
  for (std::size_t i = 1; i < fixed && i < all.size(); ++i) {
    other.line += " " + std::string(all[i]);
  }
  if (!reply_to().empty()) {
    other.line += " " + std::string(reply_to());
  }
  other.line += " " + std::to_string(body.size());
  other.payload = body;
  return other;
}

std::optional<NatsFrame> take_frame(std::string& buffer) {
  std::size_t end = buffer.find("\r\n");
  if (end == std::string::npos) {
    return std::nullopt;
  }
  NatsFrame frame{buffer.substr(0, end), {}};
  auto words = frame.words();
  std::size_t whole = end + 2;
  if (!words.empty() && has_payload(words[0])) {
    std::size_t size = announced_size(words);
    if (buffer.size() < whole + size + 2) {
      return std::nullopt;
    }
    frame.payload = buffer.substr(whole, size);
    whole += size + 2;
  }
  buffer.erase(0, whole);
  return frame;
}

}  // namespace ghboot::acceptance
