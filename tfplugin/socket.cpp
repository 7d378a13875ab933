// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/socket.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ghboot::tfplugin {
namespace {

constexpr std::size_t path_max = 107;  // Bytes in a sockaddr_un.

std::optional<gid_t> group_number(const std::string& group) {
  gid_t number = 0;
  const char* const end = group.data() + group.size();
  if (const auto parsed = std::from_chars(group.data(), end, number);
      parsed.ec == std::errc() && parsed.ptr == end)
    return number;
  const auto* entry = getgrnam(group.c_str());
  return entry ? std::optional(entry->gr_gid) : std::nullopt;
}

}  // namespace

Socket::Socket(const std::string& folder) : folder_(folder + "/plugin-XXXXXX") {
  if (path().size() > path_max)
    throw std::runtime_error(
        fmt::format("no socket can lie in {}: its path would be longer than {} bytes; set TMPDIR to a "
                    "shorter folder",
                    folder, path_max));
  if (!mkdtemp(folder_.data()))
    throw std::runtime_error(
        fmt::format("no folder for a socket could be made in {}: {}", folder, std::strerror(errno)));
}

Socket::~Socket() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Socket::open_to(const std::string& group) const {
  constexpr mode_t enter = 0750, connect = 0660;
  constexpr auto same_owner = static_cast<uid_t>(-1);
  const auto number = group_number(group);
  if (!number)
    throw std::runtime_error(
        fmt::format("PLUGIN_UNIX_SOCKET_GROUP is {}: there is no such group on this machine", group));
  if (chown(path().c_str(), same_owner, *number) != 0 || chmod(path().c_str(), connect) != 0 ||
      chown(folder_.c_str(), same_owner, *number) != 0 || chmod(folder_.c_str(), enter) != 0)
    throw std::runtime_error(
        fmt::format("the socket could not be given to the group {}: {}", group, std::strerror(errno)));
}

}  // namespace ghboot::tfplugin
