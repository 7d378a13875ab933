// SPDX-License-Identifier: Apache-2.0
#include "nats/server_reply.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

using nlohmann::json;

struct Meaning {
  std::string_view part;  // Of what the server says.
  ErrorKind kind;
  std::string_view advice;
};

// Each has been seen from a 2.9.10 server. The server's own words stand before the advice.
constexpr Meaning meanings[] = {
    {"delete must be enabled in server config", ErrorKind::refused,
     "deleting accounts is not enabled: set allow_delete: true in its resolver's configuration"},
    {"operator requires issuer to be a signing key", ErrorKind::invalid,
     "its operator is strict: give one of the operator's signing keys, not the operator's own key"},
    {"jwt store is full", ErrorKind::refused,
     "its resolver's limit of accounts is reached: raise limit in its configuration, or delete accounts"},
    {"not allowed to delete system account", ErrorKind::invalid, "the system account cannot be deleted"},
    {"not trusted", ErrorKind::invalid,
     "it does not trust the key that signed this: give the key of its operator (of a strict operator: a "
     "signing key)"},
    {"not self signed", ErrorKind::invalid, "the request is not signed by the operator's key that it names"},
    {"jwt validation failed", ErrorKind::invalid, "the account's claims are wrong for this server"},
    {"newer version", ErrorKind::invalid, "this server is too old for these claims"},
    {"no space left", ErrorKind::refused, "its disk is full"},
};

Error meant(const Server& server, const std::string& words) {
  for (const Meaning& meaning : meanings)
    if (words.contains(meaning.part))
      return {meaning.kind, fmt::format("{} says \"{}\": {}", shown(server), words, meaning.advice)};
  return {ErrorKind::refused, fmt::format("{} says \"{}\"", shown(server), words)};
}

}  // namespace

const json& member(const json& object, std::string_view key) {
  static const json none;
  if (!object.is_object()) return none;
  const auto at = object.find(key);
  return at == object.end() ? none : *at;
}

std::string text_member(const json& object, std::string_view key) {
  const json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::uint64_t count_member(const json& object, std::string_view key) {
  const json& value = member(object, key);
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

std::string shown(const Server& server) {
  return "server " + (server.name.empty() ? server.id : server.name);
}

std::optional<Server> reply_server(const json& reply) {
  const json& from = member(reply, "server");
  Server server{
      .id = text_member(from, "id"), .name = text_member(from, "name"), .version = text_member(from, "ver")};
  server.jetstream = member(from, "jetstream") == json(true);
  if (server.id.empty()) return std::nullopt;
  return server;
}

Result<void> claims_result(const Server& server, const json& reply) {
  if (const json& error = member(reply, "error"); error.is_object())
    return std::unexpected(meant(server, text_member(error, "description")));
  const json& data = member(reply, "data");
  if (!data.is_object())
    return fail(ErrorKind::refused, shown(server) + " gave an answer that says neither yes nor no");
  const std::string words = text_member(data, "message");
  if (member(data, "code") != json(200)) return std::unexpected(meant(server, words));
  // 200 all the same: a resolver in memory or a cache keeps an account only while it is in use.
  if (words.contains("skipped"))
    return fail(
        ErrorKind::refused,
        fmt::format("{} says \"{}\": it stored nothing, because its resolver is MEMORY or a cache; accounts "
                    "need resolver type full",
                    shown(server), words));
  if (words.contains("cache"))
    return fail(
        ErrorKind::refused,
        fmt::format(
            "{} says \"{}\": its resolver is a cache, which forgets; accounts need resolver type full",
            shown(server), words));
  return {};
}

}  // namespace ghboot::nats
