// SPDX-License-Identifier: Apache-2.0
// Which folder is the store, for verbs that work without a data folder: as the provider finds it.
#pragma once

#include <filesystem>
#include <string>

#include "helper/data_folder.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

// `flag` of --store, else GHBOOT_STORE_DIR, else $XDG_DATA_HOME/ghboot/store, else
// ~/.local/share/ghboot/store. ExitCode::wrong_use: none of them is set.
Result<std::filesystem::path> store_folder(const std::string& flag, const Environment& environment);

}  // namespace ghboot::helper
