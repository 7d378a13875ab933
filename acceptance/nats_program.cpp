// SPDX-License-Identifier: Apache-2.0
#include "acceptance/nats_program.h"

#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

#include "acceptance/process.h"

namespace ghboot::acceptance {

std::string nats_program() {
  const char* named = std::getenv("GHBOOT_NATS_SERVER");
  if (named != nullptr && *named != '\0') {
    if (auto found = find_program(named)) {
      return *found;
    }
    throw std::runtime_error(fmt::format("GHBOOT_NATS_SERVER names no program: {}", named));
  }
  for (const char* name : {"nats-server", "/usr/sbin/nats-server"}) {
    if (auto found = find_program(name)) {
      return *found;
    }
  }
  throw std::runtime_error("nats-server is not on the PATH, and GHBOOT_NATS_SERVER is not set");
}

}  // namespace ghboot::acceptance
