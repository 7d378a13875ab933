// SPDX-License-Identifier: Apache-2.0
#include "helper/operator_files.h"

#include <array>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "nats/environment.h"
#include "nats/random_hex.h"
#include "nats/server_config.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t max_payload = std::int64_t{32} << 20;  // A large account's claims must fit.

Result<void> write_operator(const fs::path& folder, const nats::NewOperator& made) {
  const std::array<std::pair<const char*, std::string_view>, 7> files{
      {{"operator.nk", made.key.seed().reveal()},
       {"signing.nk", made.signing_key.seed().reveal()},
       {"system-account.nk", made.system_account.seed().reveal()},
       {"system-signing.nk", made.system_signing_key.seed().reveal()},
       {"operator.jwt", made.jwt},
       {"system-account.id", made.system_account.public_key()},
       {"system-account.jwt", made.system_account_jwt}}};
  for (const auto& [name, text] : files) {
    if (auto written = write_whole(folder / name, text); !written) return written;
  }
  return write_whole(folder / "system.creds", made.system_creds.format().reveal());
}

// In a folder beside, which then takes its name: a killed run leaves no half operator.
Result<void> make_files(const fs::path& folder, const nats::NewOperatorOptions& options) {
  const fs::path staged = folder.string() + ".new";
  std::error_code error;
  fs::remove_all(staged, error);
  fs::create_directories(staged, error);
  if (!error) {
    const auto made = nats::make_operator(options, nats::system_clock(), nats::system_random());
    if (auto written = write_operator(staged, made); !written) return written;
    fs::rename(staged, folder, error);
  }
  if (error)
    return fail(ExitCode::failed, fmt::format("cannot make {}: {}", staged.string(), error.message()));
  return {};
}

// What all servers of a cluster have in common. The password lives as long as one run of them.
nats::ClusterConfig cluster_of(const DevSettings& settings) {
  nats::ClusterConfig cluster{.name = settings.operator_name, .port = 0, .routes = {}};
  for (const DevServer& server : settings.servers) cluster.routes.push_back(server.route_port);
  cluster.password = nats::Secret(nats::random_hex(nats::system_random(), 16));
  return cluster;
}

}  // namespace

Result<OperatorFiles> operator_files(const fs::path& folder, const nats::NewOperatorOptions& options) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored)) {
    if (auto made = make_files(folder, options); !made) return std::unexpected(made.error());
  }
  OperatorFiles files;
  const std::array<std::pair<const char*, std::string*>, 3> wanted{
      {{"operator.jwt", &files.operator_jwt},
       {"system-account.id", &files.system_account},
       {"system-account.jwt", &files.system_account_jwt}}};
  for (const auto& [name, into] : wanted) {
    auto text = read_whole(folder / name);
    if (!text) return std::unexpected(text.error());
    *into = *std::move(text);
  }
  return files;
}

Result<void> write_server_configs(const DataFolder& folder, const DevSettings& settings,
                                  const OperatorFiles& files, const ServerTraits& traits) {
  const nats::ClusterConfig cluster = cluster_of(settings);
  for (const DevServer& server : settings.servers) {
    const fs::path own = folder.server_folder(server.name);
    std::error_code error;
    fs::create_directories(own, error);
    if (error)
      return fail(ExitCode::failed, fmt::format("cannot make {}: {}", own.string(), error.message()));
    nats::ServerConfig config{.name = server.name,
                              .port = server.port,
                              .monitoring_port = server.monitoring_port,
                              .operator_jwt = files.operator_jwt,
                              .system_account = files.system_account,
                              .preload = {{files.system_account, files.system_account_jwt}},
                              .resolver = {.dir = own / "jwt"},
                              .jetstream_dir = own / "jetstream",
                              .sync_always = traits.sync_always,
                              .max_payload = max_payload,
                              .log_file = folder.server_log(server.name),
                              .debug = traits.debug};
    if (server.route_port != 0) {
      config.cluster = cluster;
      config.cluster->port = server.route_port;
    }
    const auto written = write_whole(folder.server_config(server.name), nats::server_config_text(config));
    if (!written) return written;
  }
  return {};
}

}  // namespace ghboot::helper
