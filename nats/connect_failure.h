// SPDX-License-Identifier: Apache-2.0
// Why a server could not be reached, in words that name it. libnats knows a status; for most of them the
// server is asked once more by a plain socket, since "no server" may be a refused connection, a web server or
// a frozen process.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nats/environment.h"
#include "nats/error.h"
#include "nats/server_address.h"

namespace ghboot::nats {

struct ConnectFailure {
  int status = 0;        // natsStatus
  std::string text;      // libnats's own words.
  std::string user;      // The public key of the creds, or empty.
  bool expired = false;  // Our time was over when it failed.
};

// Blocks for at most a second, within `wait`.
Error explain_connect_failure(const ServerAddress& address, const ConnectFailure& failure, Clock& clock,
                              const Wait& wait);

}  // namespace ghboot::nats
