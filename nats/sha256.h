// SPDX-License-Identifier: Apache-2.0
// SHA-256 of bytes, in hex. Threads: any.
#pragma once

#include <string>
#include <string_view>

namespace ghboot::nats {

std::string sha256_hex(std::string_view bytes);

}  // namespace ghboot::nats
