// SPDX-License-Identifier: Apache-2.0
// Random bytes as text. Threads: as the Random's.
#pragma once

#include <cstddef>
#include <string>

#include "nats/environment.h"

namespace ghboot::nats {

// That many random bytes in hex, two digits each; fit for a password where `random` is fit for keys.
std::string random_hex(Random& random, std::size_t bytes);

}  // namespace ghboot::nats
