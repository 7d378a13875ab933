// SPDX-License-Identifier: Apache-2.0
// TCP ports of 127.0.0.1: who has one, and which is free. It cannot reserve a port: another program may take
// it in the next moment. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace ghboot::helper {

// Nothing: the port can be listened on. Else who has it, "nats-server (process 4711)", for a listener or for
// a connection that goes out from it; or words that say why it cannot be told.
std::optional<std::string> owner_of(std::uint16_t port);

// One that the kernel gives to no connection that goes out, so that a server which is away for a moment finds
// it free; where there is none, any. 0: none at all.
std::uint16_t free_port();

// The inodes of the sockets that have `port` at any address of this machine, in the text of /proc/net/tcp or
// tcp6.
struct PortSockets {
  std::set<std::uint64_t> listeners, connections;
};
PortSockets sockets_at(std::string_view table, std::uint16_t port);

}  // namespace ghboot::helper
