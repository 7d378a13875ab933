// SPDX-License-Identifier: Apache-2.0
#include "provider/session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "github/base_url.h"
#include "nats/creds.h"
#include "nats/exec_store.h"
#include "nats/folder_store.h"
#include "nats/nkey.h"
#include "provider/report.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;

bool require(bool there, std::string_view what, std::string_view how, Diagnostics& diagnostics) {
  if (!there) diagnostics.error(fmt::format("{} is not configured", what), std::string(how));
  return there;
}

// Nothing, with an error.
std::optional<nats::Creds> read_creds(const SecretSource& source, std::string_view what, std::string summary,
                                      Diagnostics& diagnostics) {
  const auto text = read_secret(source, what);
  auto creds = text ? nats::Creds::parse(text->reveal()) : std::unexpected(text.error());
  if (creds) return *std::move(creds);
  diagnostics.error(std::move(summary),
                    text ? fmt::format("{} holds no usable creds: {}.", source.origin, creds.error().message)
                         : creds.error().message);
  return std::nullopt;
}

void warn_of_unknown(std::string summary, std::string_view setting, Diagnostics& diagnostics) {
  diagnostics.warning(std::move(summary),
                      fmt::format("The provider's setting {} is not known yet, so nobody could be asked; "
                                  "the plan goes by the state.",
                                  setting));
}

}  // namespace

Session::Session(Configuration configuration, const Surroundings& surroundings)
    : configuration_(std::move(configuration)), surroundings_(surroundings) {}

std::optional<std::string> Session::unknown_setting() const {
  if (configuration_.unknown.empty()) return std::nullopt;
  return configuration_.unknown.front();
}

bool Session::can_refresh(std::string summary, tfplugin::Call& call) const {
  const auto unknown = unknown_setting();
  if (unknown) warn_of_unknown(std::move(summary), *unknown, call.diagnostics);
  return !unknown;
}

bool Session::can_refresh_github(std::string summary, tfplugin::Call& call) const {
  const auto& unknown = configuration_.github.unknown;
  if (!unknown.empty()) warn_of_unknown(std::move(summary), unknown.front(), call.diagnostics);
  return unknown.empty();
}

bool Session::all_known(Diagnostics& diagnostics) const {
  const auto unknown = unknown_setting();
  if (unknown) refuse_unknown(*unknown, diagnostics);
  return !unknown;
}

bool Session::have_servers(Diagnostics& diagnostics) const {
  return all_known(diagnostics) &&
         require(!configuration_.servers.empty(), "A NATS server",
                 "No address of a NATS server was given. Set nats.servers in the provider block, the "
                 "variable NATS_URL, or a context of the nats program (nats.context, NATS_CONTEXT).",
                 diagnostics);
}

nats::ConnectOptions Session::connect_options(std::optional<nats::Creds> creds) const {
  return {.servers = configuration_.servers,
          .creds = std::move(creds),
          .tls = {.ca = configuration_.ca_file,
                  .certificate = configuration_.cert_file,
                  .key = configuration_.key_file},
          .client_name = "terraform-provider-ghboot"};
}

bool Session::make_resolver(Diagnostics& diagnostics) {
  if (resolver_) return true;
  if (!have_servers(diagnostics) ||
      !require(configuration_.system_creds.given(), "The system account",
               "Accounts are read and pushed through the servers' system account, and no creds of one of its "
               "users were given. Set nats.system_creds_file in the provider block or the variable "
               "GHBOOT_SYSTEM_CREDS_FILE.",
               diagnostics))
    return false;
  auto creds = read_creds(configuration_.system_creds, "creds of a user of the system account",
                          "Creds of the system account that cannot be used", diagnostics);
  if (!creds) return false;
  connector_.emplace(connect_options(std::move(creds)), surroundings_.clock);
  resolver_.emplace(*connector_, surroundings_.clock);
  return true;
}

std::optional<nats::ConnectOptions> Session::servers(tfplugin::Call& call) const {
  if (!have_servers(call.diagnostics)) return std::nullopt;
  return connect_options(std::nullopt);
}

std::optional<nats::Creds> Session::user_creds(tfplugin::Call& call) const {
  if (configuration_.are_creds_unknown) {
    refuse_unknown("nats.creds", call.diagnostics);
    return std::nullopt;
  }
  if (!require(
          configuration_.creds.given(), "A NATS user",
          "An organization's streams are reached as a user of the account that has them, and no user was "
          "named and no creds were given. Set the attribute user, nats.creds_file in the provider block "
          "or the variable NATS_CREDS.",
          call.diagnostics))
    return std::nullopt;
  return read_creds(configuration_.creds, "creds of a user", "Creds that cannot be used", call.diagnostics);
}

std::optional<std::string> Session::github_host(tfplugin::Call& call) const {
  const GithubConfiguration& github = configuration_.github;
  for (const std::string_view setting : {"github", "github.base_url"})
    if (std::ranges::find(github.unknown, setting) != github.unknown.end()) {
      refuse_unknown(setting, call.diagnostics);
      return std::nullopt;
    }
  if (github.base_url.empty()) return "github.com";
  const auto url = github::BaseUrl::parse(github.base_url);
  if (!url) {
    call.diagnostics.error("GitHub is not configured",
                           url.error().message + " It is github.base_url, or the variable GITHUB_BASE_URL.");
    return std::nullopt;
  }
  return url->host();
}

std::optional<nats::KeyPair> Session::read_operator_key(Diagnostics& diagnostics) const {
  if (!all_known(diagnostics) ||
      !require(
          configuration_.operator_seed.given(), "The operator's key",
          "Accounts are signed by the operator's key, or one of its signing keys, and no seed was given. "
          "Set nats.operator_seed_file in the provider block or the variable GHBOOT_OPERATOR_SEED_FILE.",
          diagnostics))
    return std::nullopt;
  const auto text = read_secret(configuration_.operator_seed, "seed of the operator");
  auto key = text ? nats::KeyPair::from_seed(text->reveal()) : std::unexpected(text.error());
  if (!key) {
    diagnostics.error("Operator seed that cannot be used",
                      text ? fmt::format("{} holds no usable seed: {}.", configuration_.operator_seed.origin,
                                         key.error().message)
                           : key.error().message);
    return std::nullopt;
  }
  if (key->kind() != nats::KeyKind::operator_key) {
    diagnostics.error(
        "Operator seed that cannot be used",
        fmt::format("{} holds the seed of a key of kind {}; the seed of an operator key (SO…) is "
                    "expected.",
                    configuration_.operator_seed.origin, nats::to_string(key->kind())));
    return std::nullopt;
  }
  return *std::move(key);
}

bool Session::make_writer(Diagnostics& diagnostics) {
  if (writer_) return true;
  if (!make_resolver(diagnostics)) return false;
  auto key = read_operator_key(diagnostics);
  if (!key) return false;
  writer_.emplace(*resolver_, *std::move(key), surroundings_.clock, surroundings_.random);
  return true;
}

nats::Resolver* Session::resolver(tfplugin::Call& call) {
  const std::lock_guard lock(mutex_);
  return make_resolver(call.diagnostics) ? &*resolver_ : nullptr;
}

nats::AccountWriter* Session::writer(tfplugin::Call& call) {
  const std::lock_guard lock(mutex_);
  return make_writer(call.diagnostics) ? &*writer_ : nullptr;
}

std::optional<nats::KeyPair> Session::operator_key(tfplugin::Call& call) {
  const std::lock_guard lock(mutex_);
  return read_operator_key(call.diagnostics);
}

std::shared_ptr<nats::Store> Session::store(tfplugin::Call& call) {
  const std::lock_guard lock(mutex_);
  if (!all_known(call.diagnostics) ||
      !require(!configuration_.store_dir.empty(), "The store of seeds and creds",
               "There is no folder for it, or for the marks of creates: neither store.dir in the provider "
               "block nor GHBOOT_STORE_DIR, "
               "XDG_DATA_HOME or HOME is set.",
               call.diagnostics))
    return nullptr;
  if (configuration_.store_exec.empty()) return folder_store();
  return std::make_shared<nats::ExecStore>(
      nats::CredentialProgram(configuration_.store_exec, wait_of(call), surroundings_.clock),
      configuration_.store_dir, surroundings_.files, surroundings_.random);
}

const std::shared_ptr<nats::Store>& Session::folder_store() {
  if (!folder_store_)
    folder_store_ = std::make_shared<nats::FolderStore>(configuration_.store_dir, surroundings_.files,
                                                        surroundings_.random);
  return folder_store_;
}

github::Client* Session::github(tfplugin::Call& call) {
  const std::lock_guard lock(mutex_);
  if (!github_)
    github_ = make_github_client(configuration_.github, surroundings_.clock, surroundings_.random,
                                 call.diagnostics);
  return github_.get();
}

const std::string& Session::github_asker() {
  const std::lock_guard lock(mutex_);
  if (!github_asker_) github_asker_ = fingerprint_of(configuration_.github);
  return *github_asker_;
}

void Session::keep(nats::PendingKey key) {
  const std::lock_guard lock(mutex_);
  kept_.push_back(std::move(key));
}

void Session::confirm(nats::KeyKind kind, std::string_view name, std::string_view public_key) {
  const std::lock_guard lock(mutex_);
  if (!configuration_.store_dir.empty()) folder_store()->confirm(kind, name, public_key);
}

std::shared_ptr<Session> Sessions::current(tfplugin::Call& call) const {
  const std::lock_guard lock(mutex_);
  if (!current_)
    call.diagnostics.error("Provider that is not configured",
                           "Terraform asked for this before it configured the provider; please report it.");
  return current_;
}

}  // namespace ghboot::provider
