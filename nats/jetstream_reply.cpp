// SPDX-License-Identifier: Apache-2.0
#include "nats/jetstream_reply.h"

#include <fmt/format.h>

#include "nats/server_reply.h"

namespace ghboot::nats {

JetStreamReply JetStreamReply::decode(std::string_view bytes) {
  JetStreamReply reply{.body = nlohmann::json::parse(bytes, nullptr, false)};
  if (!reply.body.is_object()) reply.error = bytes.empty() ? "nobody answers for it" : "no JSON object came";
  const nlohmann::json& error = member(reply.body, "error");
  if (!error.is_object()) return reply;
  reply.code = count_member(error, "err_code");
  reply.description = text_member(error, "description");
  reply.error = fmt::format("{} ({})", reply.description, reply.code);
  return reply;
}

}  // namespace ghboot::nats
