// SPDX-License-Identifier: Apache-2.0
// What the programs around an organisation's streams may do, each no more than it needs: for the templates of
// scoped signing keys (design: events.md, "Names"). Who may publish on the lock can break it, and who may
// make a consumer can have it deliver there: the regenerator alone may do both, the manager, who begins the
// lock, the first. The manager alone may make, change and remove a stream; none may empty one. All programs
// of an account share its inboxes. Threads: any.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "nats/bus_names.h"
#include "nats/user_rights.h"

namespace ghboot::nats {

enum class BusRole : std::uint8_t {
  receiver,     // Publishes what webhooks deliver.
  regenerator,  // Asks for regenerations, holds the lock, and says what became of them.
  manager,      // Makes, changes and removes the streams, and begins the lock.
  reader,       // Reads what is stored, message by message, and hears what is published.
};
inline constexpr std::array<std::string_view, 4> bus_roles{"receiver", "regenerator", "manager", "reader"};

std::optional<BusRole> bus_role(std::string_view name);
Permissions permissions(BusRole role, const BusNames& names);

}  // namespace ghboot::nats
