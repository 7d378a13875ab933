// SPDX-License-Identifier: Apache-2.0
#include "nats/server_version.h"

#include <charconv>

#include <fmt/format.h>

namespace ghboot::nats {

ServerVersion parse_version(std::string_view text) {
  ServerVersion out;
  if (text.starts_with('v')) text.remove_prefix(1);
  for (int* part : {&out.major, &out.minor, &out.patch}) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *part);
    if (error != std::errc()) break;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  return out;
}

std::string to_string(const ServerVersion& version) {
  return version.patch == 0 ? fmt::format("{}.{}", version.major, version.minor)
                            : fmt::format("{}.{}.{}", version.major, version.minor, version.patch);
}

}  // namespace ghboot::nats
