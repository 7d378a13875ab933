// SPDX-License-Identifier: Apache-2.0
#include "provider/app_token_ephemeral.h"

#include <utility>

#include <fmt/format.h>

#include "provider/report.h"
#include "provider/text_or_null.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

constexpr auto summary = "Token of the GitHub App not made";
constexpr std::string_view token_entry = "token";  // Terraform keeps it in memory until the close.

void check_level(const std::string& name, const std::string& level, Diagnostics& diagnostics) {
  if (level == "read" || level == "write" || level == "admin") return;
  diagnostics.error(Path({"permissions"}), "Permission of no known level",
                    fmt::format("{} is \"{}\"; \"read\", \"write\" or \"admin\" is expected.", name, level));
}

void check_repository(const std::string& name, Diagnostics& diagnostics) {
  if (!name.empty() && !name.contains('/')) return;
  diagnostics.error(Path({"repositories"}), "Not the name of a repository",
                    fmt::format("\"{}\" is not one: names are without their owner, which is the "
                                "installation's.",
                                name));
}

Path path_of(const github::Error& error) {
  if (error.status != 422) return {};
  return Path({error.github_message.contains("ermission") ? "permissions" : "repositories"});
}

}  // namespace

EphemeralAppToken::EphemeralAppToken(const Sessions& sessions)
    : Ephemeral(
          "A token of the provider's GitHub App (`github.app_auth`), for another provider or its write-only "
          "attribute, with all that the installation may do or less. It is revoked when the command ends."),
      sessions_(sessions) {}

void EphemeralAppToken::check(const AppTokenModel& config, Diagnostics& diagnostics) const {
  for (const std::string& name : texts_of(config.repositories)) check_repository(name, diagnostics);
  // None would mean all to GitHub.
  if (config.repositories.is_known() && config.repositories->empty())
    diagnostics.error(Path({"repositories"}), "Token for no repository",
                      "Name one at least, or leave repositories out for all of the installation.");
  if (!config.permissions.is_known()) return;
  if (config.permissions->empty())
    diagnostics.error(Path({"permissions"}), "Token without a permission",
                      "Name one at least, or leave permissions out for all of the installation.");
  for (const auto& [name, level] : *config.permissions) check_level(name, level, diagnostics);
}

std::optional<EphemeralAppToken::Opened> EphemeralAppToken::open_thing(const AppTokenModel& config,
                                                                       Call& call) const {
  const auto session = sessions_.current(call);
  auto* client = session ? session->github(call) : nullptr;
  if (!client) return std::nullopt;
  github::TokenWanted wanted{.repositories = texts_of(config.repositories)};
  if (config.permissions.is_known()) wanted.permissions = *config.permissions;
  const auto made = client->make_token(wanted, wait_of(call));
  if (!made) {
    const bool no_app = made.error().kind == github::ErrorKind::invalid && made.error().status == 0;
    call.diagnostics.error(path_of(made.error()), summary,
                           sentence(made.error().message) +
                               (no_app ? " Set github.app_auth in the provider block, or the variables "
                                         "GITHUB_APP_ID and GITHUB_APP_PEM_FILE."
                                       : ""));
    return std::nullopt;
  }
  AppTokenModel out = config;
  out.token = std::string(made->token.reveal());
  out.expires_at = made->expires_at;
  out.granted_permissions = made->permissions;
  out.granted_repositories = set_or_null(made->repositories);
  out.installation_id = made->installation_id;
  call.private_state.set(token_entry, std::string(made->token.reveal()));
  return Opened{.thing = std::move(out)};
}

void EphemeralAppToken::close_thing(Call& call) const {
  const auto token = call.private_state.get(token_entry);
  const auto session = token ? sessions_.current(call) : nullptr;
  auto* client = session ? session->github(call) : nullptr;
  if (!client) return;
  const auto revoked = client->revoke_token(nats::Secret(*token), wait_of(call));
  if (!revoked)  // No error: what was to be done with it is done, and it expires by itself.
    call.diagnostics.warning("Token of the GitHub App not revoked",
                             sentence(revoked.error().message) + " It expires within an hour by itself.");
}

}  // namespace ghboot::provider
