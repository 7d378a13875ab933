// SPDX-License-Identifier: Apache-2.0
// The nats-server that a test run is about: $GHBOOT_NATS_SERVER, else the one on the PATH (or in /usr/sbin,
// where Debian has it).
#pragma once

#include <string>

namespace ghboot::acceptance {

std::string nats_program();  // Throws std::runtime_error when there is none.

}  // namespace ghboot::acceptance
