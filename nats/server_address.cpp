// SPDX-License-Identifier: Apache-2.0
#include "nats/server_address.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace ghboot::nats {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

std::string bracketed(const std::string& host) { return host.contains(':') ? "[" + host + "]" : host; }

}  // namespace

Result<ServerAddress> ServerAddress::parse(std::string_view text) {
  ServerAddress address;
  std::string_view rest = text;
  if (const auto scheme_end = rest.find("://"); scheme_end != std::string_view::npos) {
    const std::string_view scheme = rest.substr(0, scheme_end);
    if (scheme != "nats" && scheme != "tls")
      return fail(
          ErrorKind::invalid,
          fmt::format("a NATS server's address begins with nats:// or tls://, not with {}://", scheme));
    address.tls = scheme == "tls";
    rest.remove_prefix(scheme_end + 3);
  }
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    address.user_info = rest.substr(0, at);
    rest.remove_prefix(at + 1);
  }
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) rest = rest.substr(0, slash);

  std::string_view port;
  if (rest.starts_with('[')) {
    const auto close = rest.find(']');
    if (close == std::string_view::npos)
      return fail(ErrorKind::invalid, fmt::format("the address {} of a NATS server lacks a ]", rest));
    address.host = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    if (!rest.empty() && !rest.starts_with(':'))
      return fail(
          ErrorKind::invalid,
          fmt::format("behind the ] of a NATS server's address stands \"{}\"; :PORT is expected", rest));
    if (!rest.empty()) port = rest.substr(1);
  } else if (const auto colon = rest.rfind(':'); colon != std::string_view::npos) {
    address.host = rest.substr(0, colon);
    port = rest.substr(colon + 1);
  } else {
    address.host = rest;
  }
  if (address.host.empty() || address.host.find_first_of(" \t\r\n") != std::string::npos)
    return fail(ErrorKind::invalid,
                fmt::format("the address \"{}\" of a NATS server has no host name", rest));
  if (port.empty()) return address;
  const auto number = parse_port(port);
  if (!number)
    return fail(ErrorKind::invalid,
                fmt::format("the address of the NATS server {} has the port \"{}\", which is "
                            "not a number from 1 to 65535",
                            address.host, port));
  address.port = *number;
  return address;
}

std::string ServerAddress::text() const {
  return fmt::format("{}://{}:{}", tls ? "tls" : "nats", bracketed(host), port);
}

std::string ServerAddress::url() const {
  // libnats reads nats:// alone; TLS is an option of its own there.
  return fmt::format("nats://{}{}{}:{}", user_info, user_info.empty() ? "" : "@", bracketed(host), port);
}

}  // namespace ghboot::nats
