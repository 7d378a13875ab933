// SPDX-License-Identifier: Apache-2.0
#include "nats/append_answer.h"

#include <cstdint>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/jetstream_reply.h"
#include "nats/server_reply.h"

namespace ghboot::nats {
namespace {

constexpr std::uint64_t wrong_last_sequence = 10071;
constexpr std::uint64_t wrong_last_sequence_constant = 10164;  // The same, from 2.11 on.
constexpr std::uint64_t wrong_last_id = 10070;
constexpr std::string_view no_last_id = "wrong last msg ID: ";  // All that it says of a message without one.

}  // namespace

Appended decode_append_answer(std::string_view body, std::string_view stream) {
  const auto answer = JetStreamReply::decode(body);
  if (answer.code == wrong_last_sequence || answer.code == wrong_last_sequence_constant)
    return {.fate = Fate::not_stored, .text = answer.error};
  if (answer.code == wrong_last_id)
    return {.fate = answer.description == no_last_id ? Fate::id_unknown : Fate::not_stored,
            .text = answer.error};
  if (!answer.error.empty()) return {.text = answer.error};
  if (const std::string other = text_member(answer.body, "stream"); other != stream)
    return {.fate = Fate::stored, .domain = fmt::format("stream {}", other)};
  const nlohmann::json& duplicate = member(answer.body, "duplicate");
  return {.fate = Fate::stored,
          .sequence = count_member(answer.body, "seq"),
          .duplicate = duplicate.is_boolean() && duplicate.get<bool>(),
          .domain = text_member(answer.body, "domain")};
}

}  // namespace ghboot::nats
