// SPDX-License-Identifier: Apache-2.0
// One stream's requests to JetStream's API, over one connection. A value; the connection lives as long as it.
// An error is of the connection, or that no answer came: what the server refused is in the reply.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "nats/connection.h"
#include "nats/jetstream_reply.h"

namespace ghboot::nats {

struct StreamApi {
  // Codes of JetStream's errors (nats-server's errors.json).
  static constexpr std::uint64_t no_message_found = 10037, stream_not_found = 10059;

  std::shared_ptr<Connection> connection;
  std::string prefix;  // "$JS.API", or "$JS.<domain>.API"
  std::string stream;

  // What a code of JetStream's error says of all that is asked of the stream: missing, refused or
  // unreachable.
  static ErrorKind kind_of(std::uint64_t code);

  // Asks "<prefix>.<what>.<stream>", as "STREAM.INFO".
  Result<JetStreamReply> ask(std::string_view what, std::string_view body, const Wait& wait) const;
  // When the stream was made, as the server writes it. ErrorKind::missing: there is no such stream; refused:
  // there is no JetStream for this account; unreachable: it did not say.
  Result<std::string> creation(const Wait& wait) const;
};

}  // namespace ghboot::nats
