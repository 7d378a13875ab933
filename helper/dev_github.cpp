// SPDX-License-Identifier: Apache-2.0
#include "helper/dev_github.h"

#include <array>
#include <chrono>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "github/client.h"
#include "github/git_data.h"
#include "helper/run_state.h"
#include "helper/terraform_run.h"
#include "helper/verbs.h"
#include "nats/base64.h"
#include "nats/environment.h"
#include "nats/random_hex.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds answer_max{10};
// What a client of the real GitHub takes from its environment beside the token.
constexpr std::array handed_on{"GITHUB_BASE_URL", "HTTPS_PROXY",   "https_proxy",    "HTTP_PROXY",
                               "http_proxy",      "ALL_PROXY",     "all_proxy",      "NO_PROXY",
                               "no_proxy",        "SSL_CERT_FILE", "CURL_CA_BUNDLE", "SSL_CERT_DIR"};

Result<void> make_once(const fs::path& file) {
  std::error_code ignored;
  if (fs::exists(file, ignored)) return {};
  std::string word = nats::random_hex(nats::system_random(), 20);
  auto written = write_whole(file, word);
  nats::Secret::wipe(word);
  return written;
}

Result<GithubAccess> real_access(const std::string& org, const Environment& environment) {
  if (org.empty())
    return fail(ExitCode::wrong_use, "whose .github is it about? Give --org, or set GITHUB_ORG");
  GithubAccess out{.org = org, .token = nats::Secret(environment("GITHUB_TOKEN").value_or(""))};
  if (const auto base = environment("GITHUB_BASE_URL")) out.base_url = *base;
  return out;
}

// Files can be regenerated where there is a branch.
Result<void> make_first_commit(github::Client& client, const github::RepositoryName& repository,
                               const github::Wait& wait) {
  const auto there = github::GitData(client, repository).branch("main", wait);
  if (there) return {};
  if (there.error().kind != github::ErrorKind::conflict) return fail(ExitCode::failed, there.error().message);
  const nlohmann::json body{{"message", "Begin"},
                            {"content", nats::encode_base64(fmt::format("# {}\n", repository.owner))}};
  const auto made = client.send({.method = "PUT",
                                 .path = fmt::format("/repos/{}/{}/contents/README.md",
                                                     github::encoded(repository.owner), repository.name),
                                 .body = github::body_text(body)},
                                wait);
  if (!made) return fail(ExitCode::failed, made.error().message);
  return {};
}

}  // namespace

Result<void> make_github_files(const DataFolder& folder) {
  if (auto made = make_once(folder.github_token_file()); !made) return made;
  return make_once(folder.webhook_secret_file());
}

ServerCommand github_command(const DataFolder& folder, const DevGithub& github,
                             const Environment& environment) {
  std::error_code error;
  return {
      .name = standin_verb,
      .argv = {fs::read_symlink("/proc/self/exe", error), standin_verb, "--port", std::to_string(github.port),
               "--tls-port", std::to_string(github.tls_port), "--data", folder.github_data(), "--token-file",
               folder.github_token_file(), "--ports-dir", ports_folder(folder)},
      .search_path = environment("PATH").value_or("/usr/bin:/bin")};  // Where its git is.
}

bool uses_standin(const DataFolder& folder, const Environment& environment) {
  const auto token = environment("GITHUB_TOKEN");
  if (!token) return true;
  const auto own = read_whole(folder.github_token_file());
  return own && *own == *token;
}

Result<std::map<std::string, std::string>> github_environment(const DataFolder& folder,
                                                              const DevGithub& github,
                                                              const Environment& environment) {
  std::map<std::string, std::string> out;
  if (uses_standin(folder, environment)) {
    const auto token = read_whole(folder.github_token_file());
    if (!token) return std::unexpected(token.error());
    out = {{"GITHUB_BASE_URL", github.url()}, {"GITHUB_TOKEN", *token}};
    return out;
  }
  out["GITHUB_TOKEN"] = environment("GITHUB_TOKEN").value_or("");
  for (const char* name : handed_on)
    if (const auto value = environment(name)) out[name] = *value;
  return out;
}

Result<GithubAccess> github_access(const DataFolder& folder, const std::string& org_flag,
                                   const Environment& environment) {
  std::string org = org_flag.empty() ? environment("GITHUB_ORG").value_or("") : org_flag;
  if (!uses_standin(folder, environment)) return real_access(org, environment);
  const auto settings = folder.set_up() ? DevSettings::load(folder) : DevSettings();
  if (!settings) return std::unexpected(settings.error());
  if (!settings->github)
    return fail(ExitCode::wrong_use,
                "there is no token for GitHub: set GITHUB_TOKEN; or run ghboot bootstrap, which makes a "
                "GitHub stand-in on this machine");
  if (org.empty()) org = organisation_of(folder).value_or("");
  if (org.empty())
    return fail(ExitCode::failed,
                "no webhook has been applied to the GitHub stand-in yet: run ghboot bootstrap");
  if (!running(folder))
    return fail(ExitCode::failed, "the GitHub stand-in does not run: ghboot up starts it");
  const auto token = read_whole(folder.github_token_file());
  if (!token) return std::unexpected(token.error());
  return GithubAccess{
      .org = org, .token = nats::Secret(*token), .base_url = settings->github->url(), .is_standin = true};
}

Result<void> provide_dot_github(const DataFolder& folder, const DevGithub& github, const std::string& org) {
  const auto token = read_whole(folder.github_token_file());
  if (!token) return std::unexpected(token.error());
  auto client = github::Client::make({.base_url = github.url(), .token = nats::Secret(*token)},
                                     nats::system_clock(), nats::system_random());
  if (!client) return fail(ExitCode::failed, client.error().message);
  const github::Wait wait{nats::system_clock().now() + answer_max};
  const std::array<std::pair<const char*, nlohmann::json>, 2> wanted{
      {{"/_standin/owners", {{"login", org}}},
       {"/_standin/repositories", {{"full_name", org + "/.github"}}}}};
  for (const auto& [path, body] : wanted) {
    const auto made = (*client)->send(
        {.method = "POST", .path = path, .body = github::body_text(body), .idempotent = true}, wait);
    if (!made)
      return fail(ExitCode::failed,
                  fmt::format("the GitHub stand-in, {}: {}; log: {}", github.url(), made.error().message,
                              folder.server_log(standin_verb).string()));
  }
  return make_first_commit(**client, {org, ".github"}, wait);
}

}  // namespace ghboot::helper
