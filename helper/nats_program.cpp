// SPDX-License-Identifier: Apache-2.0
#include "helper/nats_program.h"

#include <charconv>

#include <fmt/format.h>

#include "helper/child.h"

namespace ghboot::helper {

std::string version_in(std::string_view printed) {
  constexpr std::string_view mark = "nats-server: v";
  const auto at = printed.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = printed.substr(at + mark.size());
  return std::string(rest.substr(0, rest.find_first_of(" \r\n")));
}

bool knows_sync_interval(std::string_view version) {
  int major = 0, minor = 0;
  const char* const end = version.end();
  const auto [dot, error] = std::from_chars(version.begin(), end, major);
  if (error != std::errc{} || dot == end || *dot != '.') return false;
  if (std::from_chars(dot + 1, end, minor).ec != std::errc{}) return false;
  return major > 2 || (major == 2 && minor >= 10);
}

namespace {

// Where scripts/parts.sh puts programs that it brings.
std::filesystem::path parts_folder(const Environment& environment) {
  if (const auto parts = environment("GHBOOT_PARTS")) return *parts;
  if (const auto cache = environment("XDG_CACHE_HOME")) return std::filesystem::path(*cache) / "ghboot/parts";
  return std::filesystem::path(environment("HOME").value_or("/root")) / ".cache/ghboot/parts";
}

}  // namespace

Result<NatsProgram> find_nats_program(const Environment& environment) {
  const auto path = find_program("nats-server", environment("PATH").value_or(""),
                                 {parts_folder(environment) / "bin/nats-server", "/usr/sbin/nats-server"});
  if (!path)
    return fail(
        ExitCode::cannot_run,
        "there is no nats-server on the PATH: ./bootstrap.sh brings one, or install the package nats-server");
  const auto asked = run_child({.argv = {path->string(), "--version"}, .longest = std::chrono::seconds(10)});
  if (!asked) return std::unexpected(asked.error());
  std::string version = version_in(asked->out + asked->err);
  if (version.empty())
    return fail(ExitCode::cannot_run,
                fmt::format("{} does not say that it is a nats-server", path->string()));
  const bool knows = knows_sync_interval(version);
  return NatsProgram{*path, std::move(version), knows};
}

}  // namespace ghboot::helper
