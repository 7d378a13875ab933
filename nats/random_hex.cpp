// SPDX-License-Identifier: Apache-2.0
#include "nats/random_hex.h"

#include <vector>

#include <sodium.h>

namespace ghboot::nats {

std::string random_hex(Random& random, std::size_t bytes) {
  std::vector<unsigned char> drawn(bytes);
  random.fill(drawn);
  std::string hex(2 * bytes + 1, '\0');  // With the NUL that is written behind it.
  sodium_bin2hex(hex.data(), hex.size(), drawn.data(), drawn.size());
  sodium_memzero(drawn.data(), drawn.size());  // It may become a password.
  hex.pop_back();
  return hex;
}

}  // namespace ghboot::nats
