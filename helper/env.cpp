// SPDX-License-Identifier: Apache-2.0
// ghboot env: what to export so that terraform and its provider find the dev system; paths and addresses,
// never a secret: the shell reads the stand-in's token out of its file. For `eval "$(ghboot env)"`. 0:
// printed. 1: `up` has not run here.
#include <fmt/format.h>

#include "helper/dev_github.h"
#include "helper/verbs.h"

namespace ghboot::helper {

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += R"('\'')";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::map<std::string, std::string> provider_environment(const DataFolder& folder,
                                                        const DevSettings& settings) {
  return {{"NATS_URL", settings.url()},
          {"GHBOOT_OPERATOR_SEED_FILE", folder.operator_seed_file().string()},
          {"GHBOOT_SYSTEM_CREDS_FILE", folder.system_creds_file().string()},
          {"GHBOOT_STORE_DIR", folder.store().string()},
          {"TF_CLI_CONFIG_FILE", folder.cli_config().string()}};
}

std::vector<std::string> contradicting(const Environment& environment) {
  std::vector<std::string> found;
  for (const char* name : {"GHBOOT_OPERATOR_SEED", "GHBOOT_SYSTEM_CREDS", "GHBOOT_STORE_EXEC", "NATS_CONTEXT",
                           "NATS_CA", "NATS_CERT", "NATS_KEY"}) {
    if (environment(name)) found.emplace_back(name);
  }
  return found;
}

Result<ExitCode> env(const DataFolder& folder, const Environment& environment) {
  if (!folder.set_up())
    return fail(ExitCode::failed,
                fmt::format("nothing is set up in {}: run ghboot up", folder.root().string()));
  const auto settings = DevSettings::load(folder);
  if (!settings) return std::unexpected(settings.error());
  for (const std::string& name : contradicting(environment)) fmt::print("unset {}\n", name);
  for (const auto& [name, value] : provider_environment(folder, *settings))
    fmt::print("export {}={}\n", name, shell_quoted(value));
  if (!settings->github || !uses_standin(folder, environment)) return ExitCode::done;
  for (const char* name : {"GITHUB_APP_ID", "GITHUB_APP_PEM", "GITHUB_APP_PEM_FILE"})
    if (environment(name)) fmt::print("unset {}\n", name);
  fmt::print("export GITHUB_BASE_URL={}\nexport GITHUB_TOKEN=\"$(cat {})\"\n",
             shell_quoted(settings->github->url()), shell_quoted(folder.github_token_file().string()));
  return ExitCode::done;
}

}  // namespace ghboot::helper
