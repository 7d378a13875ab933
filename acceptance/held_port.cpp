// SPDX-License-Identifier: Apache-2.0
#include "acceptance/held_port.h"

#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ghboot::acceptance {

HeldPort::HeldPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const int shared = 1;
  if (!socket_.open() ||
      ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &shared, sizeof(shared)) != 0 ||
      ::bind(socket_.get(), generic, size) != 0 || ::getsockname(socket_.get(), generic, &size) != 0)
    throw std::system_error(errno, std::generic_category(), "no port of 127.0.0.1 can be had");
  number_ = ntohs(address.sin_port);
}

}  // namespace ghboot::acceptance
