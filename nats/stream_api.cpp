// SPDX-License-Identifier: Apache-2.0
#include "nats/stream_api.h"

#include <fmt/format.h>

#include "nats/server_reply.h"

namespace ghboot::nats {
namespace {

constexpr std::uint64_t not_enabled_for_account = 10039;
constexpr std::uint64_t not_enabled = 10076;

}  // namespace

ErrorKind StreamApi::kind_of(std::uint64_t code) {
  switch (code) {
    case stream_not_found:
      return ErrorKind::missing;
    case not_enabled_for_account:
    case not_enabled:
      return ErrorKind::refused;
    default:
      return ErrorKind::unreachable;
  }
}

Result<JetStreamReply> StreamApi::ask(std::string_view what, std::string_view body, const Wait& wait) const {
  const auto reply = connection->request(fmt::format("{}.{}.{}", prefix, what, stream), body, wait);
  if (!reply) return std::unexpected(reply.error());
  return JetStreamReply::decode(reply->body);
}

Result<std::string> StreamApi::creation(const Wait& wait) const {
  const auto info = ask("STREAM.INFO", "", wait);
  if (!info) return std::unexpected(info.error());
  std::string created = text_member(info->body, "created");
  if (!created.empty()) return created;
  return nats::fail(kind_of(info->code),
                    fmt::format("the stream {}: {}", stream,
                                info->error.empty() ? "its answer says nothing" : info->error));
}

}  // namespace ghboot::nats
