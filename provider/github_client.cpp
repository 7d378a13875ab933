// SPDX-License-Identifier: Apache-2.0
#include "provider/github_client.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <spdlog/spdlog.h>

#include "provider/report.h"

namespace ghboot::provider {
namespace {

bool check_given(const GithubConfiguration& configuration, tfplugin::Diagnostics& diagnostics) {
  if (!configuration.unknown.empty()) {
    refuse_unknown(configuration.unknown.front(), diagnostics);
    return false;
  }
  if (!configuration.problem.empty()) {
    diagnostics.error("GitHub is not configured", configuration.problem);
    return false;
  }
  if (configuration.token.given() || !configuration.app_id.empty()) return true;
  diagnostics.error("GitHub is not configured",
                    "No token and no App was given. Set github.token in the provider block or the variable "
                    "GITHUB_TOKEN; or github.app_auth, with the variables GITHUB_APP_ID and "
                    "GITHUB_APP_PEM_FILE.");
  return false;
}

bool check_app(const GithubConfiguration& configuration, tfplugin::Diagnostics& diagnostics) {
  if (configuration.app_id.empty()) return true;
  if (!configuration.pem.given())
    diagnostics.error("GitHub is not configured",
                      fmt::format("The GitHub App {} has no private key: set github.app_auth.pem_file in the "
                                  "provider block or the variable GITHUB_APP_PEM_FILE.",
                                  configuration.app_id));
  else if (configuration.installation_id == 0 && configuration.owner.empty())
    diagnostics.error("GitHub is not configured",
                      fmt::format("The GitHub App {} needs to know of which installation: set "
                                  "github.app_auth.installation_id (variable GITHUB_APP_INSTALLATION_ID), or "
                                  "github.owner (variable GITHUB_OWNER), by which it is looked up.",
                                  configuration.app_id));
  return configuration.pem.given() && (configuration.installation_id != 0 || !configuration.owner.empty());
}

// Where the setting came from that the client could be refused for.
std::string origins(const GithubConfiguration& configuration) {
  return fmt::format(" Signing in is by {}; the base URL is {} (github.base_url, GITHUB_BASE_URL).",
                     configuration.app_id.empty() ? configuration.token.origin : configuration.pem.origin,
                     configuration.base_url.empty() ? "that of github.com" : configuration.base_url);
}

}  // namespace

std::unique_ptr<github::Client> make_github_client(const GithubConfiguration& configuration,
                                                   nats::Clock& clock, nats::Random& random,
                                                   tfplugin::Diagnostics& diagnostics) {
  if (!check_given(configuration, diagnostics) || !check_app(configuration, diagnostics)) return nullptr;
  github::ClientOptions options;
  if (!configuration.base_url.empty()) options.base_url = configuration.base_url;
  options.log = [](std::string_view line) { spdlog::info("{}", line); };
  if (configuration.app_id.empty()) {
    options.token = configuration.token.text;
  } else {
    auto pem = read_secret(configuration.pem, "private key of the GitHub App");
    if (!pem) {
      diagnostics.error("GitHub is not configured", pem.error().message);
      return nullptr;
    }
    options.app = {.id = configuration.app_id,
                   .pem = *std::move(pem),
                   .installation_id = configuration.installation_id,
                   .owner = configuration.owner};
  }
  auto client = github::Client::make(std::move(options), clock, random);
  if (client) return *std::move(client);
  diagnostics.error("GitHub is not configured", client.error().message + origins(configuration));
  return nullptr;
}

std::string fingerprint_of(const GithubConfiguration& configuration) {
  const auto secret = read_secret(configuration.app_id.empty() ? configuration.token : configuration.pem,
                                  "private key of the GitHub App");
  if (!secret) return "";
  std::string text = fmt::format("{}\n{}\n{}\n{}", configuration.base_url, configuration.app_id,
                                 configuration.installation_id, secret->reveal());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const bool is_made = EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1;
  nats::Secret::wipe(text);
  std::string out;
  for (unsigned i = 0; is_made && i < 12; ++i) out += fmt::format("{:02x}", digest.at(i));
  return out;
}

}  // namespace ghboot::provider
