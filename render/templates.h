// SPDX-License-Identifier: Apache-2.0
// A folder of templates, and the files that it makes. Each file of the folder is one: Mustache with `<%` and
// `%>` in place of the braces, so that `${{ … }}` of GitHub Actions passes untouched; what is no UTF-8 text
// passes as it is. A symbolic link stays one. A name's ending `.mustache` is left out. Always holds: a file
// is made from the whole folder or from nothing; no path leads out of the repository or into its `.git`.
// Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nats/error.h"

namespace ghboot::render {

using nats::ErrorKind, nats::fail, nats::Result;

enum class FileMode : std::uint8_t { regular, executable, symlink };

// As git has them: "100644", "100755", "120000".
std::string_view text_of(FileMode mode);
// Of what a tree may have too, and no template makes.
constexpr std::string_view submodule_mode = "160000";

struct RenderedFile {
  std::string path{};  // Below the repository's root, with '/'.
  FileMode mode = FileMode::regular;
  std::string bytes{};  // Of a symlink: where it leads.
  bool operator==(const RenderedFile&) const = default;
};

using Variables = std::map<std::string, std::string, std::less<>>;

// What is sent to GitHub of one file (github/git_data), and what we hold in memory and send in a run.
constexpr std::size_t file_size_max = std::size_t{40} << 20U, all_files_size_max = std::size_t{1} << 30U;
constexpr std::size_t files_max = 10'000;
constexpr std::size_t template_size_max = std::size_t{1} << 20U;  // Of a file with tags.
std::string megabytes(std::size_t size);                          // Of a limit, for messages: "40 MiB".

// Sorted by path; at least one. ErrorKind::invalid: what is wrong with the templates, with file, line and
// column (from 1), all of them that were found; nothing is made. ErrorKind::missing: there is no such folder.
Result<std::vector<RenderedFile>> render_folder(const std::filesystem::path& folder,
                                                const Variables& variables);

}  // namespace ghboot::render
