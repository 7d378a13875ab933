// SPDX-License-Identifier: Apache-2.0
// How terraform and tofu find our provider without a registry: a filesystem mirror in the data folder, and
// the CLI configuration that leads there. Every other provider comes from where it always does. Always holds:
// a provider in the mirror is a whole one. Threads: one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "helper/data_folder.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

// The built provider: beside this program.
std::optional<std::filesystem::path> built_provider();

// Writes the CLI configuration and copies the provider, where there is one, into the mirror, unless this very
// one is there.
Result<void> provide(const DataFolder& folder, const std::optional<std::filesystem::path>& provider);

std::string cli_config_text(const DataFolder& folder);

// SHA-256 of a file in hex.
Result<std::string> fingerprint(const std::filesystem::path& file);

// A dependency lock file without the entry of our own provider.
std::string without_own_entry(std::string_view lock_file);

}  // namespace ghboot::helper
