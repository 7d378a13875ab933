// SPDX-License-Identifier: Apache-2.0
#include "nats/connect_guard.h"

#include <charconv>
#include <filesystem>
#include <functional>
#include <string>
#include <system_error>

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace ghboot::nats {
namespace {

// Calls visit(descriptor, inode) for each socket that this process has open.
void for_each_socket(const std::function<void(int, unsigned long)>& visit) {
  std::error_code error;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    struct stat status{};
    if (descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode))
      visit(descriptor, status.st_ino);
  }
}

std::string address_bytes(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return {reinterpret_cast<const char*>(&v4.sin_addr), sizeof v4.sin_addr};
  }
  if (address.sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    return {reinterpret_cast<const char*>(&v6.sin6_addr), sizeof v6.sin6_addr};
  }
  return {};
}

std::uint16_t port_of(const sockaddr& address) {  // At one place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

std::set<std::string> resolve(const std::string& host) {
  std::set<std::string> found;
  addrinfo* list = nullptr;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) return found;
  for (const addrinfo* at = list; at; at = at->ai_next) found.insert(address_bytes(*at->ai_addr));
  freeaddrinfo(list);
  return found;
}

}  // namespace

Turns& opening_turns() {
  static Turns turns;
  return turns;
}

ConnectGuard::ConnectGuard(const ServerAddress& address, const Wait& wait) : address_(address) {
  for_each_socket([&](int, unsigned long inode) { sockets_before_.insert(inode); });
  watcher_ = std::thread([this, wait] { watch(wait); });
}

ConnectGuard::~ConnectGuard() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  watcher_.join();
}

void ConnectGuard::watch(const Wait& wait) {
  std::unique_lock lock(mutex_);
  if (changed_.wait_until(lock, wait.stop, wait.until, [&] { return ended_; })) return;
  const auto addresses = resolve(address_.host);
  // The lock is kept: the guard's end waits until no socket can be touched any more. Repeated, because
  // libnats goes on to the host's next address when one fails.
  while (!ended_) {
    for_each_socket([&](int descriptor, unsigned long inode) {
      if (sockets_before_.contains(inode)) return;
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return;
      const auto& address = reinterpret_cast<const sockaddr&>(peer);
      if (port_of(address) == address_.port && addresses.contains(address_bytes(address)))
        shutdown(descriptor, SHUT_RDWR);
    });
    changed_.wait_for(lock, std::chrono::milliseconds(20));
  }
}

}  // namespace ghboot::nats
