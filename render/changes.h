// SPDX-License-Identifier: Apache-2.0
// What has to change in a repository so that it has the files that templates make, and no other that they
// made before. Which they made stands in the repository itself, in the manifest. Always holds: only what the
// manifest lists is ever removed. It reads nothing and writes nothing. Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "render/path.h"  // manifest_path
#include "render/templates.h"

namespace ghboot::render {

// SHA-1 of "blob <size>\0<bytes>", in hex: git's name for these bytes.
std::string blob_sha(std::string_view bytes);

// {"version": 1, "files": ["…", …]}, sorted, one a line, so that it changes with the set of paths alone. It
// does not list itself.
std::string manifest_text(const std::set<std::string>& paths);
// ErrorKind::invalid: it is none, of another version, or lists a path that can't be in a repository; with its
// words for who edited it by hand.
Result<std::set<std::string>> read_manifest(std::string_view text);

struct StoredFile {  // As a tree of git has it.
  std::string mode{}, sha{};
  std::size_t size = 0;  // 0 too where it is not known.
};
using StoredFiles = std::map<std::string, StoredFile, std::less<>>;  // By path; folders are not in it.

enum class ChangeKind : std::uint8_t { added, changed, removed };
std::string_view to_string(ChangeKind kind);  // As they are called here.

struct Change {
  ChangeKind kind = ChangeKind::added;
  RenderedFile file{};  // Of what is removed: its path alone.
};

// Whether the manifest in the repository has to be read to say what changes: it is there, and is not the one
// that belongs to these files.
bool needs_manifest(const std::vector<RenderedFile>& wanted, const StoredFiles& stored);

// The manifest is one of the files that are written. `known`: the paths of the repository's manifest, where
// needs_manifest(); with `prune` those that nothing makes any more are removed, and without it they stay
// listed. ErrorKind::invalid: two paths differ by case only, a file stands where a folder is wanted (or the
// other way round) and is not one of those that are removed.
Result<std::vector<Change>> changes_of(const std::vector<RenderedFile>& wanted, const StoredFiles& stored,
                                       const std::set<std::string>& known, bool prune);

}  // namespace ghboot::render
