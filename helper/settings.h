// SPDX-License-Identifier: Apache-2.0
// The table of settings: what can be set, by which variable and flag, and its default. Always holds: `ghboot
// bootstrap
// --help` and docs/bootstrap.md show this table and no other (a test compares). A flag wins over the
// environment, the environment over the default; an empty value counts as not set. Threads: as any value.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helper/data_folder.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

std::string settings_table();  // Markdown, each line ended.

struct SettingFlags {  // As they were given; empty: not.
  std::string org, mode, nats_type, terraform_backend;
};

struct Settings {
  std::string org, mode, nats_type, terraform_backend;
  std::string webhook_url;  // Empty: none was given.
  bool org_was_given = false;
  // A TF_LOG that is set, else TERRAFORM_LOG, else empty.
  std::string terraform_log;
  bool debug = false, nats_debug = false;
};

// ExitCode::wrong_use: a mode, type or backend that no version knows; all of them at once.
Result<Settings> make_settings(const SettingFlags& flags, const Environment& environment);

// NATS_DEBUG and the NATS type alone, which `up` reads without the rest.
bool nats_debug(const Environment& environment);
// How many servers run here; nothing: no type is given, the data folder decides. ExitCode::wrong_use: no
// version knows the type. ExitCode::cannot_run: this one does not build it yet.
Result<std::optional<std::size_t>> wanted_servers(const std::string& flag, const Environment& environment);

// What these settings ask for and this version does not build yet, a sentence each.
std::vector<std::string> not_built_yet(const Settings& settings);

}  // namespace ghboot::helper
