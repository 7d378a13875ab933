// SPDX-License-Identifier: Apache-2.0
#include "nats/connect_failure.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <nats/nats.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ghboot::nats {
namespace {

constexpr std::chrono::milliseconds look_max{1000};
constexpr std::size_t greeting_shown_max = 40;

struct Descriptor {
  int value = -1;
  ~Descriptor() {
    if (value >= 0) close(value);
  }
};

int milliseconds_left(Clock& clock, SteadyTime until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock.now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

bool wait_ready(int descriptor, short events, Clock& clock, SteadyTime until) {
  pollfd entry{descriptor, events, 0};
  return poll(&entry, 1, milliseconds_left(clock, until)) > 0;
}

// 0: connected. Otherwise an errno, ETIMEDOUT among them.
int connect_to(const addrinfo& at, Descriptor& to, Clock& clock, SteadyTime until) {
  to.value = socket(at.ai_family, at.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, at.ai_protocol);
  if (to.value < 0) return errno;
  if (connect(to.value, at.ai_addr, at.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait_ready(to.value, POLLOUT, clock, until)) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(to.value, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

std::string printable(std::string_view greeting) {
  std::string shown;
  for (const char c : greeting.substr(0, greeting_shown_max)) {
    if (c == '\r' || c == '\n') break;
    shown += c >= ' ' && c < 127 ? c : '?';
  }
  return shown;
}

// What the server says by itself: a NATS server begins with INFO at once.
std::string judge_greeting(int descriptor, Clock& clock, SteadyTime until) {
  char buffer[512];
  if (!wait_ready(descriptor, POLLIN, clock, until))
    return "it takes the connection and says nothing: it is frozen, or not a NATS server";
  const auto size = recv(descriptor, buffer, sizeof buffer, 0);
  if (size <= 0)
    return "it takes the connection and closes it at once: not a NATS server, or one that is going down";
  const std::string_view greeting(buffer, static_cast<std::size_t>(size));
  if (greeting.starts_with("INFO ")) return "it greets as a NATS server and then does not go on in time";
  return fmt::format("it is not a NATS server: it begins with \"{}\"", printable(greeting));
}

std::string look(const ServerAddress& address, Clock& clock, const Wait& wait) {
  const SteadyTime until = wait.at_most(clock.now(), look_max).until;
  addrinfo* list = nullptr;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  const int resolved = getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &list);
  if (resolved != 0) return fmt::format("its name cannot be resolved: {}", gai_strerror(resolved));
  std::string reason = "it has no address";
  for (const addrinfo* at = list; at; at = at->ai_next) {
    Descriptor connected;
    const int error = connect_to(*at, connected, clock, until);
    if (error == ECONNREFUSED) {
      reason = "connection refused: nothing listens there";
    } else if (error == ETIMEDOUT) {
      reason = "no answer from this host in time";
    } else if (error != 0) {
      reason = std::strerror(error);
    } else {
      reason = judge_greeting(connected.value, clock, until);
      break;
    }
  }
  freeaddrinfo(list);
  return reason;
}

}  // namespace

Error explain_connect_failure(const ServerAddress& address, const ConnectFailure& failure, Clock& clock,
                              const Wait& wait) {
  const std::string where = address.text();
  switch (static_cast<natsStatus>(failure.status)) {
    case NATS_CONNECTION_AUTH_FAILED:
      if (failure.user.empty())
        return {ErrorKind::refused,
                fmt::format("{}: authorization violation: it wants creds, and none were given", where)};
      return {
          ErrorKind::refused,
          fmt::format(
              "{}: authorization violation: it does not take the creds of user {} (expired, revoked, or of "
              "an account or operator that it does not know)",
              where, failure.user)};
    case NATS_SECURE_CONNECTION_WANTED:
      return {ErrorKind::invalid,
              fmt::format("{}: TLS is asked for (tls:// or TLS files), and the server has none; "
                          "write nats:// if that is right",
                          where)};
    case NATS_SECURE_CONNECTION_REQUIRED:
    case NATS_SSL_ERROR:
      if (!failure.expired)
        return {ErrorKind::unreachable, fmt::format("{}: TLS failed: {}", where, failure.text)};
      [[fallthrough]];
    default:
      break;
  }
  if (wait.stop.stop_requested()) return {ErrorKind::unreachable, where + ": stopped while connecting"};
  return {ErrorKind::unreachable, fmt::format("{}: {}", where, look(address, clock, wait))};
}

}  // namespace ghboot::nats
