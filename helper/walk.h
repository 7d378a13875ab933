// SPDX-License-Identifier: Apache-2.0
// A walk of `ghboot verify`: links in their order, each judged and told in a line, and no further than the
// first that does not hold. Threads: one.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "helper/exit_code.h"
#include "nats/error.h"

namespace ghboot::helper {

struct Finding {
  ExitCode code;  // failed: the link is broken; unknown: it could not be judged.
  std::string what, to_do;
};
using Judged = std::expected<std::string, Finding>;  // What holds, in words.

inline std::unexpected<Finding> broken(std::string what, std::string to_do) {
  return std::unexpected(Finding{ExitCode::failed, std::move(what), std::move(to_do)});
}

// Of an error of nats/ or github/. A question that got no answer says nothing of the link.
template <class Error>
std::unexpected<Finding> judged(const Error& error, std::string to_do) {
  const bool is_silent = error.kind == nats::ErrorKind::unknown || error.kind == nats::ErrorKind::unreachable;
  return std::unexpected(
      Finding{is_silent ? ExitCode::unknown : ExitCode::failed, error.message, std::move(to_do)});
}

std::string told(std::string_view link,
                 const Judged& judged);  // With its line's end; what to do in a second.

template <class Walker>
struct Link {
  const char* name;
  Judged (Walker::*look)();
};

// `tell` gets what is told of each link, as soon as it is judged.
template <class Walker, class Tell>
ExitCode walk(Walker& walker, std::span<const Link<Walker>> links, Tell tell) {
  for (const Link<Walker>& link : links) {
    const Judged found = (walker.*link.look)();
    tell(told(link.name, found));
    if (!found) return found.error().code;
  }
  return ExitCode::done;
}

}  // namespace ghboot::helper
