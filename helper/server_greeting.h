// SPDX-License-Identifier: Apache-2.0
// What a NATS server says to whoever connects, before anything is asked: its INFO line, and what its
// monitoring port says of its health. Needs no creds and makes no thread. Threads: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "helper/exit_code.h"

namespace ghboot::helper {

struct ServerGreeting {
  std::string server_name, version;
  bool jetstream = false;
  std::size_t servers = 1;  // That it knows in its cluster, with itself.
};

// ExitCode::failed: nobody listens there, or it is no NATS server. ExitCode::unknown: it listens and says
// nothing.
Result<ServerGreeting> greet(std::uint16_t port, std::chrono::milliseconds longest);

Result<ServerGreeting> parse_greeting(std::string_view line);

// What is wrong in words, as "503 Service Unavailable"; nothing: it is healthy, and JetStream has a leader.
std::optional<std::string> ailment(std::uint16_t monitoring_port, std::chrono::milliseconds longest);

}  // namespace ghboot::helper
