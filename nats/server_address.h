// SPDX-License-Identifier: Apache-2.0
// Where a NATS server listens, as people write it: "nats://host:4222", "tls://host", "host:4222",
// "[::1]:4222". Always holds: text() never holds the user and password that a URL may carry. Threads: as any
// value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "nats/error.h"

namespace ghboot::nats {

struct ServerAddress {
  std::string host;  // Without the brackets of an IPv6 address.
  std::uint16_t port = 4222;
  bool tls = false;       // tls:// was asked for; a server may want it all the same.
  std::string user_info;  // "user:password" or empty. Not for messages.

  // ErrorKind::invalid: another scheme, no host, a port that is none.
  static Result<ServerAddress> parse(std::string_view text);
  std::string text() const;  // "nats://host:4222"
  std::string url() const;   // With user_info: for the connection alone.
};

}  // namespace ghboot::nats
