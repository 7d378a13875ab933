// SPDX-License-Identifier: Apache-2.0
// A folder that templates are rendered to, as a rule the checkout of a repository. Always holds: no symbolic
// link in it is followed, so that nothing outside of it is read, written or removed; a file is there whole or
// not at all. It does not make what it writes outlive a power cut: the next rendering finds what is missing.
// Threads: one. All paths are relative, as in a repository.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "helper/descriptor.h"
#include "helper/exit_code.h"
#include "render/changes.h"

namespace ghboot::helper {

class OutputFolder {
 public:
  // A folder that is not there is an empty one.
  static Result<OutputFolder> to_look_at(const std::filesystem::path& folder);
  // Makes it where it is not there. ExitCode::in_progress: another process writes to it; none does until this
  // object goes.
  static Result<OutputFolder> to_write_to(const std::filesystem::path& folder);

  // What lies at these paths, in their way, or beside them under a name that differs by case only.
  Result<render::StoredFiles> survey(const std::set<std::string>& paths) const;
  // ExitCode::failed: there is no such file, or it is no file.
  Result<std::string> read(const std::string& path) const;

  // After an error some of it is done, and the next run does the rest: what the manifest lists too much does
  // no harm, so it is written last.
  Result<void> apply(const std::vector<render::Change>& changes) const;

 private:
  OutputFolder(std::filesystem::path root, Descriptor folder)
      : root_(std::move(root)), folder_(std::move(folder)) {}
  Result<void> remove(const std::string& path) const;
  Result<void> write(const render::RenderedFile& file) const;
  std::unexpected<Failure> failed(std::string_view verb, const std::string& path, int error) const;

  std::filesystem::path root_;
  Descriptor folder_;  // -1: it is not there.
};

}  // namespace ghboot::helper
