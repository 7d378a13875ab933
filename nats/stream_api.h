// SPDX-License-Identifier: Apache-2.0
// One stream's requests to JetStream's API, over one connection. A value; the connection lives as long as it.
// An error is of the connection, or that no answer came: what the server refused is in the reply.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "nats/connection.h"
#include "nats/jetstream_reply.h"

namespace ghboot::nats {

struct StreamApi {
  std::shared_ptr<Connection> connection;
  std::string prefix;  // "$JS.API", or "$JS.<domain>.API"
  std::string stream;

  // Asks "<prefix>.<what>.<stream>", as "STREAM.INFO".
  Result<JetStreamReply> ask(std::string_view what, std::string_view body, const Wait& wait) const;
  // When the stream was made, as the server writes it. ErrorKind::missing: there is no such stream; refused:
  // there is no JetStream for this account; unreachable: it did not say.
  Result<std::string> creation(const Wait& wait) const;
};

}  // namespace ghboot::nats
