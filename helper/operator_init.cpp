// SPDX-License-Identifier: Apache-2.0
// ghboot operator init: an operator with a signing key, a system account and a user of it, for servers that
// do not exist yet: the secrets go into the store, and a folder gets what a nats-server is started from. 0:
// made, or made before by the same command. 1: it could not be, or the folder holds another operator's files.
// 2: no name, or one that cannot be meant.
//
// Steps: the operator, whole, into the folder; its secrets into the store; the server's configuration; the
// secrets out of the folder. A run that was cut off between two of them is gone on with by the next: each
// step looks first, and none replaces what is there.
#include <array>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "helper/operator_files.h"
#include "helper/store_folder.h"
#include "helper/verbs.h"
#include "nats/account_claims.h"
#include "nats/creds.h"
#include "nats/folder_store.h"
#include "nats/operator_claims.h"
#include "nats/server_config.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

constexpr std::array seeds{"operator.nk", "signing.nk", "system-account.nk", "system-signing.nk"};
constexpr auto creds_file = "system.creds";

struct Made {
  OperatorFiles files;
  nats::OperatorClaims claims;
  std::string creds_path;
};

std::unexpected<Failure> failed(const nats::Error& error) { return fail(ExitCode::failed, error.message); }

// A file of the operator's folder; nothing: the last run has taken it away.
Result<std::optional<nats::Secret>> secret_in(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return std::nullopt;
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
  if (!*text) return read_whole(folder / "system-creds.path");
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

Result<void> write_config(const fs::path& root, const OperatorInitArgs& args, const OperatorFiles& files) {
  const fs::path file = root / "server.conf";
  std::error_code ignored;
  if (fs::exists(file, ignored)) return {};  // It may have been changed by hand.
  const nats::ServerConfig config{.name = args.name,
                                  .port = args.port,
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

Result<Made> make(const fs::path& root, const OperatorInitArgs& args, nats::Store& store) {
  const fs::path folder = root / "operator";
  auto files = operator_files(folder, {.name = args.name, .strict = args.strict});
  if (!files) return std::unexpected(files.error());
  auto claims = nats::OperatorClaims::decode(files->operator_jwt);
  if (!claims) return failed(claims.error());
  if (claims->name != args.name)
    return fail(
        ExitCode::failed,
        fmt::format("{} holds operator {} already, and nothing is replaced: choose another --out for {}",
                    folder.string(), claims->name, args.name));
  Result<void> done = keep_seeds(folder, store);
  if (!done) return std::unexpected(done.error());
  auto path = keep_creds(folder, args.name, store);
  if (!path) return std::unexpected(path.error());
  done = write_config(root, args, *files);
  if (done) done = forget_secrets(folder);
  if (!done) return std::unexpected(done.error());
  return Made{.files = *std::move(files), .claims = *std::move(claims), .creds_path = *std::move(path)};
}

}  // namespace

Result<ExitCode> operator_init(const OperatorInitArgs& args, const Environment& environment) {
  if (args.name.empty())
    return fail(ExitCode::wrong_use, "an operator needs a name: ghboot operator init NAME");
  const auto store_at = store_folder(args.store, environment);
  if (!store_at) return std::unexpected(store_at.error());
  const fs::path root = fs::absolute(args.out.empty() ? args.name : args.out);
  std::error_code ignored;
  const bool was_there = fs::exists(root / "server.conf", ignored);
  nats::FolderStore store(store_at->string(), nats::system_files(), nats::system_random());
  const auto made = make(root, args, store);
  if (!made) return std::unexpected(made.error());
  const std::string signing =
      made->claims.signing_keys.empty() ? made->claims.subject : made->claims.signing_keys.front();
  fmt::print(
      "operator        {} {}{}\nsigning key     {}\nsystem account  {}\nconfiguration   {}\nstore           "
      "{}\n\n",
      made->claims.subject, args.name, was_there ? " (was there already)" : "", signing,
      made->files.system_account, (root / "server.conf").string(), store_at->string());
  fmt::print("Start a server:  nats-server -c {}\nThen, for terraform and its provider:\n",
             shell_quoted((root / "server.conf").string()));
  const std::map<std::string, std::string> variables{
      {"NATS_URL", fmt::format("nats://127.0.0.1:{}", args.port)},
      {"GHBOOT_OPERATOR_SEED_FILE", store.key_path(signing)},
      {"GHBOOT_SYSTEM_CREDS_FILE", made->creds_path},
      {"GHBOOT_STORE_DIR", store_at->string()}};
  for (const auto& [name, value] : variables) fmt::print("export {}={}\n", name, shell_quoted(value));
  return ExitCode::done;
}

}  // namespace ghboot::helper
