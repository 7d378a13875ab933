// SPDX-License-Identifier: Apache-2.0
#include "helper/system_access.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "helper/dev_settings.h"
#include "nats/text_parts.h"

namespace ghboot::helper {

namespace {

Result<nats::Creds> parse_creds(std::string_view text, std::string_view where) {
  auto creds = nats::Creds::parse(text);
  if (!creds) return fail(ExitCode::failed, fmt::format("{}: {}", where, creds.error().message));
  return *std::move(creds);
}

Result<nats::Creds> system_creds(const Environment& environment) {
  if (auto text = environment("GHBOOT_SYSTEM_CREDS")) {
    const nats::Secret secret(*std::move(text));
    return parse_creds(secret.reveal(), "GHBOOT_SYSTEM_CREDS");
  }
  if (const auto file = environment("GHBOOT_SYSTEM_CREDS_FILE")) return creds_in(*file);
  return fail(ExitCode::wrong_use,
              "NATS_URL is set, and no creds of the system account are: set GHBOOT_SYSTEM_CREDS_FILE");
}

}  // namespace

Result<nats::Creds> creds_in(const std::filesystem::path& file) {
  auto text = read_whole(file);
  if (!text) return std::unexpected(text.error());
  const nats::Secret secret(*std::move(text));
  return parse_creds(secret.reveal(), file.string());
}

Result<nats::ConnectOptions> servers_access(const DataFolder& folder, const Environment& environment) {
  nats::ConnectOptions options;
  options.servers =
      nats::listed_in(environment("NATS_URL").value_or(environment("NATS_URLS").value_or("")), ',');
  if (!options.servers.empty()) {
    options.tls = {.ca = environment("NATS_CA").value_or(""),
                   .certificate = environment("NATS_CERT").value_or(""),
                   .key = environment("NATS_KEY").value_or("")};
    return options;
  }
  if (!folder.set_up())
    return fail(ExitCode::wrong_use, "no servers are known: set NATS_URL, or start a dev system: ghboot up");
  const auto settings = DevSettings::load(folder);
  if (!settings) return std::unexpected(settings.error());
  options.servers = settings->urls();
  return options;
}

Result<nats::ConnectOptions> system_access(const DataFolder& folder, const Environment& environment) {
  auto options = servers_access(folder, environment);
  if (!options) return options;
  const bool is_named = environment("NATS_URL") || environment("NATS_URLS");
  auto creds = is_named ? system_creds(environment) : creds_in(folder.system_creds_file());
  if (!creds) return std::unexpected(creds.error());
  options->creds = *std::move(creds);
  return options;
}

}  // namespace ghboot::helper
