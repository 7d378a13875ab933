// SPDX-License-Identifier: Apache-2.0
// A folder under the system's temporary one, readable by its owner alone, that is gone with all that is in it
// when the object goes. The name is short, because Unix sockets are made below it. Throws
// std::filesystem::filesystem_error.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ghboot::acceptance {

class TempFolder {
 public:
  TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Makes the folders above `file` and replaces what was there.
void write_file(const std::filesystem::path& file, std::string_view text);
std::string read_file(const std::filesystem::path& file);

}  // namespace ghboot::acceptance
