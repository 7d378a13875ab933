// SPDX-License-Identifier: Apache-2.0
#include "helper/dev_settings.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "helper/port.h"

namespace ghboot::helper {

namespace {

constexpr int format_version = 1;

std::optional<std::string> text_of(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string() || found->get<std::string>().empty()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::uint16_t> port_of(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto number = found->get<std::uint64_t>();
  if (number == 0 || number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

// One port's choice. `port` holds what is written down or the default, and then what was chosen.
Result<void> choose(std::uint16_t& port, const std::optional<std::uint16_t>& wanted, bool first_run,
                    std::string_view what, std::string& note) {
  if (wanted == std::uint16_t{0}) {
    port = free_port();
    return {};
  }
  const std::uint16_t before = port;
  port = wanted.value_or(port);
  const auto owner = owner_of(port);
  if (!owner) return {};
  if (wanted || !first_run)
    return fail(
        ExitCode::failed,
        fmt::format("port {} of 127.0.0.1, {}, is taken by {}: end that program, or choose another port "
                    "(ghboot up --{}port N; 0 is any free one)",
                    port, what, *owner, what == "for clients" ? "" : "monitoring-"));
  port = free_port();
  note +=
      fmt::format("port {} ({}) is taken by {}: chose {}, kept from now on\n", before, what, *owner, port);
  return {};
}

}  // namespace

std::string DevSettings::url() const { return fmt::format("nats://127.0.0.1:{}", port); }
std::string DevSettings::monitoring_url() const {
  return fmt::format("http://127.0.0.1:{}", monitoring_port);
}

std::string DevSettings::json() const {
  const nlohmann::ordered_json json{{"format", format_version},
                                    {"server_name", server_name},
                                    {"operator_name", operator_name},
                                    {"port", port},
                                    {"monitoring_port", monitoring_port}};
  return json.dump(2) + "\n";
}

Result<DevSettings> DevSettings::parse(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return fail(ExitCode::failed, "no JSON object");
  if (json.value("format", nlohmann::json()) != format_version)
    return fail(ExitCode::failed, fmt::format("not of format {}, which this ghboot knows", format_version));
  const auto server = text_of(json, "server_name"), by = text_of(json, "operator_name");
  const auto port = port_of(json, "port"), monitoring = port_of(json, "monitoring_port");
  if (!server || !by || !port || !monitoring)
    return fail(ExitCode::failed, "server_name, operator_name, port or monitoring_port is missing or wrong");
  return DevSettings{*server, *by, *port, *monitoring};
}

Result<DevSettings> DevSettings::load(const DataFolder& folder) {
  const auto text = read_whole(folder.settings_file());
  if (!text) return std::unexpected(text.error());
  auto settings = parse(*text);
  if (!settings)
    return fail(ExitCode::failed, fmt::format("{}: {}; ghboot up --fresh starts over without it",
                                              folder.settings_file().string(), settings.error().message));
  return settings;
}

Result<ChosenSettings> choose_settings(const DataFolder& folder, const WantedPorts& wanted) {
  ChosenSettings chosen;
  const bool first_run = !folder.set_up();
  if (!first_run) {
    auto written = DevSettings::load(folder);
    if (!written) return std::unexpected(written.error());
    chosen.settings = *std::move(written);
  }
  DevSettings& settings = chosen.settings;
  auto ok = choose(settings.port, wanted.port, first_run, "for clients", chosen.note);
  if (ok)
    ok = choose(settings.monitoring_port, wanted.monitoring_port, first_run, "for monitoring", chosen.note);
  if (!ok) return std::unexpected(ok.error());
  if (settings.port == settings.monitoring_port)
    return fail(ExitCode::wrong_use,
                fmt::format("port {} cannot be both for clients and for monitoring", settings.port));
  return chosen;
}

}  // namespace ghboot::helper
