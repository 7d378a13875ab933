// SPDX-License-Identifier: Apache-2.0
#include "acceptance/temp_folder.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include <stdlib.h>

namespace ghboot::acceptance {

namespace fs = std::filesystem;

TempFolder::TempFolder() {
  std::string name = (fs::temp_directory_path() / "ghboot-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw fs::filesystem_error("mkdtemp", name, std::error_code(errno, std::generic_category()));
  }
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  // A test may have taken the right to write away.
  for (auto it = fs::recursive_directory_iterator(path_, ignored); !ignored && it != fs::end(it);
       it.increment(ignored)) {
    if (it->is_directory(ignored) && !it->is_symlink(ignored)) {
      fs::permissions(it->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    }
  }
  fs::remove_all(path_, ignored);
}

void write_file(const fs::path& file, std::string_view text) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out.flush()) {
    throw fs::filesystem_error("write", file, std::make_error_code(std::errc::io_error));
  }
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw fs::filesystem_error("read", file, std::make_error_code(std::errc::no_such_file_or_directory));
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace ghboot::acceptance
