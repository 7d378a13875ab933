// SPDX-License-Identifier: Apache-2.0
// What a server answers on $SYS.REQ.…: {"server": who, "data": …} or {"server": who, "error": {…}}, and for
// claims requests what its words mean and what to do about them. Source: server/accounts.go,
// server/monitor.go. Threads: as any value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "nats/error.h"

namespace ghboot::nats {

struct Server {
  std::string id{};       // "N…"
  std::string name{};     // "n1"; this and the next are empty for one that never answered.
  std::string version{};  // "2.9.10"
  bool jetstream = false;
};

// What a document holds there; null, or empty, where it holds nothing or something else. Never throws.
const nlohmann::json& member(const nlohmann::json& object, std::string_view key);
std::string text_member(const nlohmann::json& object, std::string_view key);
std::uint64_t count_member(const nlohmann::json& object, std::string_view key);

std::string shown(const Server& server);  // "server n1", by its id where the name is not known.

// Nothing: not a reply of a NATS server.
std::optional<Server> reply_server(const nlohmann::json& reply);

// What a server said to a push or a delete. ErrorKind::refused and invalid: nothing was stored, or deleted,
// on it.
Result<void> claims_result(const Server& server, const nlohmann::json& reply);

}  // namespace ghboot::nats
