// SPDX-License-Identifier: Apache-2.0
#include "helper/server_greeting.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/socket.h>

#include "helper/descriptor.h"

namespace ghboot::helper {

namespace {

constexpr std::size_t line_max = 65536;

using SteadyTime = std::chrono::steady_clock::time_point;

// On loopback the kernel answers at once: nothing to wait for.
Result<Descriptor> connect_to(std::uint16_t port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return fail(ExitCode::failed, std::strerror(errno));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return socket;
  return fail(ExitCode::failed, errno == ECONNREFUSED ? "nobody listens there" : std::strerror(errno));
}

Result<std::string> read_line(const Descriptor& socket, SteadyTime until) {
  std::string line;
  while (!line.contains('\n') && line.size() < line_max) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd wait{socket.get(), POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) == 0)
      return fail(ExitCode::unknown, "it takes connections and says nothing");
    std::array<char, 4096> buffer{};
    const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    line.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return line;
}

}  // namespace

Result<ServerGreeting> parse_greeting(std::string_view line) {
  constexpr std::string_view verb = "INFO ";
  const auto json = line.starts_with(verb)
                        ? nlohmann::json::parse(line.substr(verb.size()), nullptr, /*allow_exceptions=*/false)
                        : nlohmann::json();
  const auto text = [&json](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!json.is_object() || text("version").empty())
    return fail(ExitCode::failed, "what listens there is no NATS server");
  const auto urls = json.find("connect_urls");
  return ServerGreeting{.server_name = text("server_name"),
                        .version = text("version"),
                        .jetstream = json.value("jetstream", nlohmann::json()) == true,
                        .servers = urls != json.end() && urls->is_array() ? urls->size() : 1};
}

Result<ServerGreeting> greet(std::uint16_t port, std::chrono::milliseconds longest) {
  const SteadyTime until = std::chrono::steady_clock::now() + longest;
  const auto socket = connect_to(port);
  if (!socket) return std::unexpected(socket.error());
  const auto line = read_line(*socket, until);
  if (!line) return std::unexpected(line.error());
  return parse_greeting(std::string_view(*line).substr(0, line->find('\n')));
}

std::optional<std::string> ailment(std::uint16_t monitoring_port, std::chrono::milliseconds longest) {
  const SteadyTime until = std::chrono::steady_clock::now() + longest;
  const auto socket = connect_to(monitoring_port);
  if (!socket) return socket.error().message;
  constexpr std::string_view request = "GET /healthz HTTP/1.0\r\n\r\n";
  if (::send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) != std::ssize(request))
    return std::strerror(errno);
  const auto line = read_line(*socket, until);
  if (!line) return line.error().message;
  const std::string_view first = std::string_view(*line).substr(0, line->find('\r'));
  const std::string_view status = first.substr(std::min(first.find(' ') + 1, first.size()));
  if (status.starts_with("200 ")) return std::nullopt;
  return std::string(status);
}

}  // namespace ghboot::helper
