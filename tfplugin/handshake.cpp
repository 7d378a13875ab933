// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/handshake.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

namespace ghboot::tfplugin {
namespace {

bool offers_six(std::string_view versions) {
  while (!versions.empty()) {
    const auto comma = versions.find(',');
    if (versions.substr(0, comma) == "6") return true;
    versions.remove_prefix(comma == std::string_view::npos ? versions.size() : comma + 1);
  }
  return false;
}

std::string base64_without_padding(std::string_view bytes) {
  std::string out(4 * (bytes.size() / 3 + 1) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  while (out.ends_with('=')) out.pop_back();
  return out;
}

}  // namespace

std::expected<Handshake, std::string> read_handshake(const EnvironmentVariable& environment,
                                                     std::string_view program) {
  const auto variable = [&](std::string_view name) { return environment(std::string(name)).value_or(""); };
  if (variable(cookie_name) != cookie)
    return std::unexpected(
        fmt::format("{} is a provider of Terraform and OpenTofu: they start it, it is of no use by itself.\n"
                    "Name it in required_providers and run terraform init; to look into it with a debugger, "
                    "start it with "
                    "-debug.",
                    program));
  const std::string versions = variable("PLUGIN_PROTOCOL_VERSIONS");
  if (!versions.empty() && !offers_six(versions))
    return std::unexpected(fmt::format(
        "{} speaks plugin protocol 6, and who started it offers {}: Terraform 1.5 or OpenTofu 1.6, "
        "or a later one, is needed.",
        program, versions));
  Handshake out{.client_certificate = variable("PLUGIN_CLIENT_CERT"),
                .socket_folder = variable("PLUGIN_UNIX_SOCKET_DIR"),
                .socket_group = variable("PLUGIN_UNIX_SOCKET_GROUP")};
  if (out.socket_folder.empty()) out.socket_folder = variable("TMPDIR");
  if (out.socket_folder.empty()) out.socket_folder = "/tmp";
  return out;
}

std::string handshake_line(std::string_view socket, std::string_view certificate) {
  return fmt::format("1|6|unix|{}|grpc|{}", socket, base64_without_padding(certificate));
}

std::string reattach_text(std::string_view source_address, std::string_view socket, int pid) {
  const nlohmann::json where = {{"Protocol", "grpc"},
                                {"ProtocolVersion", 6},
                                {"Pid", pid},
                                {"Test", true},
                                {"Addr", {{"Network", "unix"}, {"String", socket}}}};
  nlohmann::json out;
  out[std::string(source_address)] = where;
  constexpr std::string_view terraforms = "registry.terraform.io/", opentofus = "registry.opentofu.org/";
  if (source_address.starts_with(terraforms))
    out[std::string(opentofus) + std::string(source_address.substr(terraforms.size()))] = where;
  return out.dump();
}

}  // namespace ghboot::tfplugin
