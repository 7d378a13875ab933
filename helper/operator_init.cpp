// SPDX-License-Identifier: Apache-2.0
// ghboot operator init: an operator with a signing key, a system account and a user of it, for servers that
// do not exist yet: the secrets go into the store, and a folder gets what a nats-server is started from. 0:
// made, or made before by the same command. 1: it could not be, or the folder holds what other words made. 2:
// a name or a port that cannot be meant.
//
// Steps: the operator, whole, into the folder; its secrets into the store; the server's configuration; the
// secrets out of the folder. A run that was cut off between two of them is gone on with by the next: each
// step looks first, and none replaces what is there.
#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "helper/operator_files.h"
#include "helper/store_folder.h"
#include "helper/verbs.h"
#include "nats/account_claims.h"
#include "nats/claim_name.h"
#include "nats/creds.h"
#include "nats/folder_store.h"
#include "nats/operator_claims.h"
#include "nats/server_config.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

constexpr std::array seeds{"operator.nk", "signing.nk", "system-account.nk", "system-signing.nk"};
constexpr auto creds_file = "system.creds";
constexpr std::uint16_t port_default = 4222;

struct Made {
  OperatorFiles files;
  nats::OperatorClaims claims;
  std::string creds_path;
  std::optional<std::uint16_t> port;  // Nothing: the configuration was changed, and says it otherwise.
};

std::unexpected<Failure> failed(const nats::Error& error) { return fail(ExitCode::failed, error.message); }

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored);
}

std::string signing_key_of(const nats::OperatorClaims& claims) {
  return claims.signing_keys.empty() ? claims.subject : claims.signing_keys.front();
}

// A file of the operator's folder; nothing: the last run has taken it away.
Result<std::optional<nats::Secret>> secret_in(const fs::path& file) {
  if (!is_there(file)) return std::nullopt;
  auto text = read_whole(file);
  if (!text) return std::unexpected(text.error());
  return nats::Secret(*std::move(text));
}

Result<void> keep_seeds(const fs::path& folder, nats::Store& store) {
  for (const char* name : seeds) {
    const auto text = secret_in(folder / name);
    if (!text) return std::unexpected(text.error());
    if (!*text) continue;
    const auto key = nats::KeyPair::from_seed((*text)->reveal());
    if (!key)
      return fail(ExitCode::failed, fmt::format("{}: {}", (folder / name).string(), key.error().message));
    if (const auto added = store.add_key(*key); !added) return failed(added.error());
  }
  return {};
}

// The path of the system user's creds, which is written beside them: their name is the store's choice.
Result<std::string> keep_creds(const fs::path& folder, const std::string& operator_name, nats::Store& store) {
  const auto text = secret_in(folder / creds_file);
  if (!text) return std::unexpected(text.error());
  if (!*text) {
    auto path = read_whole(folder / "system-creds.path");
    if (path) path->erase(path->find_last_not_of('\n') + 1);
    if (path && !is_there(*path))
      return fail(
          ExitCode::failed,
          fmt::format("{} says that the system user's creds lie in {}, and they do not: put them there, "
                      "or write into it where they are",
                      (folder / "system-creds.path").string(), *path));
    return path;
  }
  const auto creds = nats::Creds::parse((*text)->reveal());
  if (!creds)
    return fail(ExitCode::failed,
                fmt::format("{}: {}", (folder / creds_file).string(), creds.error().message));
  auto path =
      store.put_creds({.operator_name = operator_name, .account_name = "SYS", .user_name = "sys"}, *creds);
  if (!path) return failed(path.error());
  if (auto written = write_whole(folder / "system-creds.path", *path); !written)
    return std::unexpected(written.error());
  return *std::move(path);
}

// Of the line that write_config() writes; nothing where somebody has put it otherwise.
std::optional<std::uint16_t> port_in(std::string_view config) {
  constexpr std::string_view before = "\nlisten: \"127.0.0.1:";
  const auto at = config.find(before);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = config.substr(at + before.size());
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  if (error != std::errc() || port == 0 || !std::string_view(end, rest.data() + rest.size()).starts_with('"'))
    return std::nullopt;
  return port;
}

Result<std::optional<std::uint16_t>> port_of(const fs::path& config, const OperatorInitArgs& args) {
  if (!is_there(config)) return args.port.value_or(port_default);
  const auto text = read_whole(config);
  if (!text) return std::unexpected(text.error());
  const auto port = port_in(*text);
  if (port && args.port && *port != *args.port)
    return fail(
        ExitCode::failed,
        fmt::format("{} is there already with port {}, and nothing is replaced: change the port in it, "
                    "leave --port {} out, or choose another --out",
                    config.string(), *port, *args.port));
  return port ? port : args.port;
}

// Before anything is written: a store that has not what this folder's other runs have put into theirs gets
// nothing, and is not told of as if it had.
Result<void> check_store(const fs::path& folder, const nats::OperatorClaims& claims, const fs::path& store_at,
                         const nats::Store& store) {
  if (is_there(folder / creds_file) &&
      std::ranges::all_of(seeds, [&](const char* name) { return is_there(folder / name); }))
    return {};
  const auto key = store.key(signing_key_of(claims));
  if (key) return {};
  if (key.error().kind != nats::ErrorKind::missing) return failed(key.error());
  return fail(ExitCode::failed,
              fmt::format("the operator of {} is there already, and the seed of its signing key {} is not in "
                          "the store {}: run this again with the --store that it was made with",
                          folder.string(), signing_key_of(claims), store_at.string()));
}

Result<void> check_what_is_there(const fs::path& folder, const OperatorInitArgs& args,
                                 const nats::OperatorClaims& claims) {
  if (claims.name != args.name)
    return fail(
        ExitCode::failed,
        fmt::format("{} holds operator {} already, and nothing is replaced: choose another --out for {}",
                    folder.string(), claims.name, args.name));
  if (args.strict && !claims.strict_signing_key_usage)
    return fail(
        ExitCode::failed,
        fmt::format("{} holds operator {} already, which is not strict, and nothing is replaced: leave "
                    "--strict out, or choose another --out",
                    folder.string(), claims.name));
  return {};
}

Result<void> write_config(const fs::path& root, const OperatorInitArgs& args, const OperatorFiles& files) {
  const fs::path file = root / "server.conf";
  if (is_there(file)) return {};  // It may have been changed by hand.
  const nats::ServerConfig config{.name = args.name,
                                  .port = args.port.value_or(port_default),
                                  .operator_jwt = files.operator_jwt,
                                  .system_account = files.system_account,
                                  .preload = {{files.system_account, files.system_account_jwt}},
                                  .resolver = {.dir = root / "jwt"},
                                  .jetstream_dir = root / "jetstream"};
  return write_whole(file, nats::server_config_text(config));
}

Result<void> forget_secrets(const fs::path& folder) {
  std::error_code error;
  for (const char* name : seeds)
    if (fs::remove(folder / name, error); error) break;
  if (!error) fs::remove(folder / creds_file, error);
  if (error)
    return fail(ExitCode::failed,
                fmt::format("the secrets are in the store, and cannot be taken out of {}: {}",
                            folder.string(), error.message()));
  return {};
}

Result<Made> make(const fs::path& root, const OperatorInitArgs& args, const fs::path& store_at,
                  nats::FolderStore& store) {
  const fs::path folder = root / "operator";
  const fs::path config = root / "server.conf";
  if (!is_there(folder) && is_there(config))
    return fail(
        ExitCode::failed,
        fmt::format("{} is there already, without the operator that it belongs to in {}, and nothing is "
                    "replaced: choose another --out",
                    config.string(), folder.string()));
  auto files = operator_files(folder, {.name = args.name, .strict = args.strict});
  if (!files) return std::unexpected(files.error());
  auto claims = nats::OperatorClaims::decode(files->operator_jwt);
  if (!claims) return failed(claims.error());
  Result<void> done = check_what_is_there(folder, args, *claims);
  if (!done) return std::unexpected(done.error());
  const auto port = port_of(config, args);
  if (!port) return std::unexpected(port.error());
  done = check_store(folder, *claims, store_at, store);
  if (done) done = keep_seeds(folder, store);
  if (!done) return std::unexpected(done.error());
  auto path = keep_creds(folder, args.name, store);
  if (!path) return std::unexpected(path.error());
  done = write_config(root, args, *files);
  if (done) done = forget_secrets(folder);
  if (!done) return std::unexpected(done.error());
  return Made{.files = *std::move(files),
              .claims = *std::move(claims),
              .creds_path = *std::move(path),
              .port = *port};
}

void print_next(const fs::path& root, const fs::path& store_at, const std::string& seed_path,
                const Made& made) {
  fmt::print("Start a server:  nats-server -c {}\nThen, for terraform and its provider:\n",
             shell_quoted((root / "server.conf").string()));
  std::map<std::string, std::string> variables{{"GHBOOT_OPERATOR_SEED_FILE", seed_path},
                                               {"GHBOOT_SYSTEM_CREDS_FILE", made.creds_path},
                                               {"GHBOOT_STORE_DIR", store_at.string()}};
  if (made.port)
    variables.emplace("NATS_URL", fmt::format("nats://127.0.0.1:{}", *made.port));
  else
    fmt::print("# The configuration was changed by hand: set NATS_URL to where its server listens.\n");
  for (const auto& [name, value] : variables) fmt::print("export {}={}\n", name, shell_quoted(value));
}

}  // namespace

Result<ExitCode> operator_init(const OperatorInitArgs& args, const Environment& environment) {
  // The name itself is not repeated: what is wrong with it can be what a terminal obeys.
  if (const auto problem = nats::problem_of_claim_name(args.name); !problem.empty())
    return fail(ExitCode::wrong_use, fmt::format("the operator's name {}; a name is {}: ghboot operator init "
                                                 "NAME",
                                                 problem, nats::claim_name_rule));
  if (args.port == 0)
    return fail(ExitCode::wrong_use, "--port 0 is any free port, and a configuration needs one: 1 to 65535");
  const auto store_at = store_folder(args.store, environment);
  if (!store_at) return std::unexpected(store_at.error());
  const fs::path root = fs::absolute(args.out.empty() ? args.name : args.out);
  const bool was_there = is_there(root / "server.conf");
  nats::FolderStore store(store_at->string(), nats::system_files(), nats::system_random());
  const auto made = make(root, args, *store_at, store);
  if (!made) return std::unexpected(made.error());
  fmt::print(
      "operator        {} {}{}{}\nsigning key     {}\nsystem account  {}\nconfiguration   {}\nstore          "
      " "
      "{}\n\n",
      made->claims.subject, args.name, made->claims.strict_signing_key_usage ? " (strict)" : "",
      was_there ? " (was there already)" : "", signing_key_of(made->claims), made->files.system_account,
      (root / "server.conf").string(), store_at->string());
  print_next(root, *store_at, store.key_path(signing_key_of(made->claims)), *made);
  return ExitCode::done;
}

}  // namespace ghboot::helper
