// SPDX-License-Identifier: Apache-2.0
#include "regen/commit_token.h"

#include <charconv>

#include <fmt/format.h>

#include "nats/text_parts.h"

namespace ghboot::regen {
namespace {

constexpr std::string_view trailer = "Ghboot-Token: ";

bool read_number(const std::string& text, std::uint64_t& out) {
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  return read.ec == std::errc() && read.ptr == end;
}

}  // namespace

std::string commit_message(const CommitText& text, const nats::LockToken& token) {
  std::string out = text.subject + "\n\n";
  if (!text.body.empty()) out += text.body + "\n\n";
  out += "[skip-regen]\n\n";
  if (!text.signed_off_by.empty()) out += fmt::format("Signed-off-by: {}\n", text.signed_off_by);
  return out + fmt::format("{}{}\n", trailer, token.text());  // The last one counts.
}

std::optional<nats::LockToken> token_in(std::string_view message) {
  std::optional<nats::LockToken> found;
  for (std::string_view line : nats::parts_of(message, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.starts_with(trailer)) continue;
    const auto parts = nats::parts_of(line.substr(trailer.size()), '.');
    nats::LockToken token;
    if (parts.size() == 2 && read_number(std::string(parts[0]), token.generation) &&
        read_number(std::string(parts[1]), token.sequence))
      found = token;  // The last one counts, as of all trailers.
  }
  return found;
}

}  // namespace ghboot::regen
