// SPDX-License-Identifier: Apache-2.0
// What Terraform says to a plugin that it starts, in the environment, and the line with which the plugin
// answers. Source: hashicorp/go-plugin, docs/internals.md. Threads: any.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ghboot::tfplugin {

// By which Terraform shows that it is who starts a plugin; protects from nothing else.
inline constexpr auto cookie_name = "TF_PLUGIN_MAGIC_COOKIE";
inline constexpr auto cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

struct Handshake {
  std::string client_certificate{};  // PEM; empty: no TLS is wanted.
  std::string socket_folder{};       // Where the host can reach a socket.
  std::string socket_group{};        // Name or number of the group that the host is in; empty: it is us.
};

using EnvironmentVariable = std::function<std::optional<std::string>(const std::string& name)>;

// The error is a text for people: who started this is not Terraform, or speaks no protocol 6.
std::expected<Handshake, std::string> read_handshake(const EnvironmentVariable& environment,
                                                     std::string_view program);

// Without a new line. `certificate`: DER, empty without TLS.
std::string handshake_line(std::string_view socket, std::string_view certificate);

// For TF_REATTACH_PROVIDERS: under this address, and under that of the same provider at OpenTofu's default
// host.
std::string reattach_text(std::string_view source_address, std::string_view socket, int pid);

}  // namespace ghboot::tfplugin
