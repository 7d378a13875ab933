// SPDX-License-Identifier: Apache-2.0
// What has to change in a repository so that it has the files that templates make, and no other that they
// made before. Which they made stands in the repository itself, in the manifest. Always holds: only what the
// manifest lists for them, or the caller remembers, is ever removed, and nothing that it lists for others. It
// reads nothing and writes nothing. Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "render/manifest.h"
#include "render/templates.h"

namespace ghboot::render {

// SHA-1 of "blob <size>\0<bytes>", in hex: git's name for these bytes.
std::string blob_sha(std::string_view bytes);

struct StoredFile {    // As a tree of git has it.
  std::string mode{};  // As git writes it today: "100644", where its first years left "100664".
  std::string sha{};
  std::size_t size = 0;  // 0 too where it is not known.
};
using StoredFiles = std::map<std::string, StoredFile, std::less<>>;  // By path; folders are not in it.

enum class ChangeKind : std::uint8_t { added, changed, removed };
std::string_view to_string(ChangeKind kind);  // As they are called here.

struct Change {
  ChangeKind kind = ChangeKind::added;
  RenderedFile file{};  // Of what is removed: its path alone.
};

// It is listed under a name that ours had, and somebody has removed the file: it is nobody's.
bool is_left_over(const Taken& taken, const StoredFiles& stored, const SetTerms& ours);

// Whether the manifest in the repository has to be read to say what changes: it is there, and is not the one
// that belongs to these files alone.
bool needs_manifest(const std::vector<RenderedFile>& wanted, const StoredFiles& stored,
                    const SetTerms& ours = {});

// The manifest is one of the files that are written. `manifest`: the repository's, where needs_manifest();
// what ours had and nothing makes any more is removed where it is pruned, and stays listed where it is not.
// ErrorKind::invalid: another set makes one of the files, two paths differ by case only, a file stands where
// a folder is wanted (or the other way round) and is not one of those that are removed.
Result<std::vector<Change>> changes_of(const std::vector<RenderedFile>& wanted, const StoredFiles& stored,
                                       const Manifest& manifest, const SetTerms& ours = {});

// What has to change for these to be gone, and listed no more: those that no other set has. `manifest`: the
// repository's, as it is.
std::vector<Change> changes_without(const Paths& unwanted, const StoredFiles& stored,
                                    const Manifest& manifest, const SetTerms& ours = {});

}  // namespace ghboot::render
