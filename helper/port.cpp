// SPDX-License-Identifier: Apache-2.0
#include "helper/port.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <expected>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helper/descriptor.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view listening = "0A";  // TCP_LISTEN, as the kernel prints it.

std::string contents(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

template <class Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

// Listens as a server does; 0 lets the kernel choose. The port, or errno.
std::expected<std::uint16_t, int> try_to_listen(std::uint16_t port) {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.open()) return std::unexpected(errno);
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool ok = bind(socket.get(), generic, size) == 0 && listen(socket.get(), 1) == 0 &&
                  getsockname(socket.get(), generic, &size) == 0;
  if (!ok) return std::unexpected(errno);
  return ntohs(address.sin_port);
}

bool holds_one(const fs::path& process, const std::set<std::uint64_t>& inodes) {
  std::error_code error;
  for (fs::directory_iterator entry(process / "fd", error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;
    const std::string target = fs::read_symlink(entry->path(), gone).string();
    constexpr std::string_view prefix = "socket:[";
    if (!target.starts_with(prefix)) continue;
    const auto inode = number<std::uint64_t>(
        std::string_view(target).substr(prefix.size(), target.size() - prefix.size() - 1));
    if (inode && inodes.contains(*inode)) return true;
  }
  return false;
}

std::optional<std::string> process_with(const std::set<std::uint64_t>& inodes) {
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const auto id = number<int>(entry->path().filename().string());
    if (!id || !holds_one(entry->path(), inodes)) continue;
    std::string name = contents(entry->path() / "comm");
    while (!name.empty() && name.back() == '\n') name.pop_back();
    return fmt::format("{} (process {})", name, *id);
  }
  return std::nullopt;
}

}  // namespace

PortSockets sockets_at(std::string_view table, std::uint16_t port) {
  PortSockets found;
  std::istringstream lines{std::string(table)};
  for (std::string line; std::getline(lines, line);) {
    // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …
    const auto words = words_of(line);
    if (words.size() < 10) continue;
    const auto colon = words[1].rfind(':');
    if (colon == std::string::npos) continue;
    const auto inode = number<std::uint64_t>(words[9]);
    if (number<std::uint16_t>(std::string_view(words[1]).substr(colon + 1), 16) == port && inode)
      (words[3] == listening ? found.listeners : found.connections).insert(*inode);
  }
  return found;
}

std::optional<std::string> owner_of(std::uint16_t port) {
  const auto tried = try_to_listen(port);
  if (tried) return std::nullopt;
  if (tried.error() != EADDRINUSE)
    return fmt::format("nobody, but this user may not listen on it ({})", std::strerror(tried.error()));
  auto found = sockets_at(contents("/proc/net/tcp"), port);
  found.listeners.merge(sockets_at(contents("/proc/net/tcp6"), port).listeners);
  if (auto process = process_with(found.listeners.empty() ? found.connections : found.listeners))
    return found.listeners.empty() ? *process + ", for a connection" : *process;
  return "a program of another user, whose name only root may see";
}

std::uint16_t free_port() {
  constexpr std::uint32_t lowest = 10000;  // Below are those that programs are known by.
  constexpr int tries_max = 100;
  const std::string range = contents("/proc/sys/net/ipv4/ip_local_port_range");
  const auto of_connections = number<std::uint16_t>(std::string_view(range).substr(0, range.find('\t')));
  if (of_connections && *of_connections > lowest)
    for (int tries = 0; tries < tries_max; ++tries) {
      const auto port = static_cast<std::uint16_t>(lowest + arc4random_uniform(*of_connections - lowest));
      if (try_to_listen(port)) return port;
    }
  return try_to_listen(0).value_or(0);
}

}  // namespace ghboot::helper
