// SPDX-License-Identifier: Apache-2.0
// The data folder: all that development mode makes lies in it. Always holds: what is made here is readable by
// its owner alone (main() sets the umask), and a folder that holds other people's files is refused before
// anything is written. Threads: as any value.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "helper/exit_code.h"

namespace ghboot::helper {

using Environment = std::function<std::optional<std::string>(const std::string& name)>;  // Empty: not set.

class DataFolder {
 public:
  // `flag` of --data-dir, else GHBOOT_HOME, else $XDG_STATE_HOME/ghboot, else ~/.local/state/ghboot.
  // Absolute.
  static Result<DataFolder> find(const std::string& flag, const Environment& environment);
  explicit DataFolder(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path settings_file() const { return root_ / "dev.json"; }
  std::filesystem::path operator_folder() const { return root_ / "operator"; }
  std::filesystem::path operator_seed_file() const { return operator_folder() / "signing.nk"; }
  std::filesystem::path system_creds_file() const { return operator_folder() / "system.creds"; }
  std::filesystem::path server_folder(std::string_view server) const { return root_ / "nats" / server; }
  std::filesystem::path server_config(std::string_view server) const {
    return server_folder(server) / "server.conf";
  }
  std::filesystem::path github_folder() const { return root_ / "github"; }  // The stand-in's.
  std::filesystem::path github_token_file() const { return github_folder() / "token"; }
  std::filesystem::path github_data() const { return github_folder() / "data"; }
  std::filesystem::path github_certificate() const { return github_data() / "certificate.pem"; }
  std::filesystem::path webhook_secret_file() const { return github_folder() / "webhook.secret"; }
  std::filesystem::path run_folder() const { return root_ / "run"; }
  std::filesystem::path logs() const { return root_ / "logs"; }
  std::filesystem::path server_log(std::string_view server) const {
    return logs() / std::filesystem::path(server).concat(".log");
  }
  std::filesystem::path supervisor_log() const { return logs() / "supervisor.log"; }
  std::filesystem::path store() const { return root_ / "store"; }
  std::filesystem::path terraform_folder() const { return root_ / "terraform"; }
  std::filesystem::path working_copy() const { return terraform_folder() / "dev"; }
  std::filesystem::path state_file() const { return working_copy() / "terraform.tfstate"; }
  std::filesystem::path plugins() const { return terraform_folder() / "plugins"; }
  std::filesystem::path cli_config() const { return terraform_folder() / "cli.tfrc"; }

  bool set_up() const;         // `up` ran here before.
  Result<void> make() const;   // Itself and the folders in it. What is there already stays.
  Result<void> clear() const;  // Removes what ghboot made in it, and nothing else.

 private:
  std::filesystem::path root_;
};

// The whole file at once, synced, in place of what was there: a reader sees the old or the new one.
Result<void> write_whole(const std::filesystem::path& file, std::string_view text);
Result<std::string> read_whole(const std::filesystem::path& file);

std::optional<std::string> process_environment(const std::string& name);

}  // namespace ghboot::helper
