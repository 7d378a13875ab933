// SPDX-License-Identifier: Apache-2.0
#include "helper/store_folder.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

Result<fs::path> store_folder(const std::string& flag, const Environment& environment) {
  if (!flag.empty()) return fs::absolute(flag);
  if (const auto named = environment("GHBOOT_STORE_DIR")) return fs::absolute(*named);
  if (const auto data = environment("XDG_DATA_HOME")) return fs::path(*data) / "ghboot/store";
  if (const auto home = environment("HOME")) return fs::path(*home) / ".local/share/ghboot/store";
  return fail(ExitCode::wrong_use, "there is no folder for the store: give --store, or set GHBOOT_STORE_DIR");
}

}  // namespace ghboot::helper
