// SPDX-License-Identifier: Apache-2.0
// A user at a terminal with terraform (or tofu): a working folder of its own, a home of its own, and an
// environment that holds nothing but what the test set, so that no variable and no CLI configuration of the
// machine reaches the test. The program is $GHBOOT_TERRAFORM, else the first terraform, else the first tofu
// on the PATH; the provider is the built one, else $GHBOOT_PROVIDER. When the object goes, so do its folder
// and every process that works in it. Cannot: reach a registry. A provider other than ghboot must be one that
// terraform has built in. Throws std::runtime_error when the harness itself fails (no program, a file that
// cannot be read); a command that terraform refuses is an Outcome. Threads: one.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "acceptance/process.h"
#include "acceptance/temp_folder.h"

namespace ghboot::acceptance {

enum class Plugin : std::uint8_t {
  none,
  override_path,  // dev_overrides: no init is needed, and terraform warns on each command.
  mirror,         // A filesystem mirror: as users install it; init is needed.
};

using Words = std::vector<std::string>;

class Terraform {
 public:
  explicit Terraform(Plugin plugin = Plugin::override_path);
  Terraform(const Terraform&) = delete;
  Terraform& operator=(const Terraform&) = delete;
  ~Terraform();

  std::filesystem::path path(std::string_view name) const;  // In the working folder.
  std::filesystem::path home() const;
  void write(std::string_view name, std::string_view text) const;
  // For all commands from now on.
  void set(const std::string& variable, const std::string& value);
  void unset(const std::string& variable);
  void limit_file_size(std::size_t bytes) { file_size_max_ = bytes; }
  // By dev_overrides: the provider of that source is the program, under its usual name in its folder.
  void override_provider(std::string_view source, const std::filesystem::path& program);
  // With override_path: the provider starts after these commands of a shell, and without root's power over
  // others' files. For a limit that holds for the provider alone.
  void wrap_provider(std::string_view commands) const;
  // From now on every command and the provider append what they say at level TRACE to a file, read by
  // trace().
  void trace_to_file();
  std::string trace() const;

  Outcome run(const Words& words, std::chrono::seconds longest = std::chrono::seconds(120)) const;
  Process start(const Words& words) const;

  // The commands as automation gives them: no colour, no questions. `more` are further arguments.
  Outcome init(const Words& more = {}) const;
  Outcome validate() const;
  // Exit code 0: nothing to do; 2: there are changes; 1: an error. The plan is kept for apply_plan() and
  // plan_json().
  Outcome plan(const Words& more = {}) const;
  Outcome apply_plan() const;
  Outcome apply(const Words& more = {}) const;
  Process start_apply(const Words& more = {}) const;
  Outcome destroy(const Words& more = {}) const;
  Outcome import(std::string_view address, std::string_view id) const;
  Outcome refresh() const;  // apply -refresh-only

  bool is_tofu() const;
  int minor() const;  // The n of 1.n.
  // Whether it is Terraform 1.<terraform_minor> or later, or OpenTofu 1.<tofu_minor> or later.
  bool is_since(int terraform_minor, int tofu_minor) const;

  nlohmann::json plan_json() const;
  // The local state file, as JSON; null when there is none.
  nlohmann::json state() const;
  // The attributes that the local state holds of a resource of the root module, "type.name" or
  // "data.type.name"; null when it is not there.
  nlohmann::json attributes(std::string_view address) const;
  std::string attribute(std::string_view address,
                        std::string_view name) const;  // A string; throws when it is none.

  // All processes that work in the working folder: terraform and its plugins.
  std::vector<int> processes() const;
  // SIGKILL to all of these at once, as when the machine fails; returns when they have ended.
  void kill_all() const;

  // All that this user's commands wrote: working folder, home, temporary files, the trace.
  const std::filesystem::path& root() const { return root_.path(); }

 private:
  Command command(const Words& words) const;

  TempFolder root_;
  Environment environment_;
  std::size_t file_size_max_ = 0;  // 0: none.
};

// backend "s3" for an S3 at `endpoint`, with its lock file on.
std::string s3_backend(std::string_view endpoint, std::string_view key);

}  // namespace ghboot::acceptance
