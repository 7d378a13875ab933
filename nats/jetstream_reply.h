// SPDX-License-Identifier: Apache-2.0
// What JetStream answers to a request of its API, or to a message that a stream was to store. Never throws:
// what is no such answer is an error with words. Codes and their meanings: nats-server's errors.json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace ghboot::nats {

struct JetStreamReply {
  nlohmann::json body;
  std::uint64_t code = 0;     // err_code, of an error.
  std::string description{};  // The server's words for it.
  std::string error{};        // Empty: none. "stream not found (10059)", or what came in place of an answer.

  static JetStreamReply decode(std::string_view bytes);
};

}  // namespace ghboot::nats
