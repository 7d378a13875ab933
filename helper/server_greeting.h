// SPDX-License-Identifier: Apache-2.0
// What a NATS server says to whoever connects, before anything is asked: its INFO line. Needs no creds and
// makes no thread. Threads: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "helper/exit_code.h"

namespace ghboot::helper {

struct ServerGreeting {
  std::string server_name, version;
  bool jetstream = false;
};

// ExitCode::failed: nobody listens there, or it is no NATS server. ExitCode::unknown: it listens and says
// nothing.
Result<ServerGreeting> greet(std::uint16_t port, std::chrono::milliseconds longest);

Result<ServerGreeting> parse_greeting(std::string_view line);

}  // namespace ghboot::helper
