// SPDX-License-Identifier: Apache-2.0
// What lies in a folder where files are to be made, as git would name it. No symbolic link below the folder
// is followed. Nothing is written. Threads: any.
#pragma once

#include <expected>
#include <set>
#include <string>

#include "helper/descriptor.h"
#include "render/changes.h"

namespace ghboot::helper {

struct PathFailure {
  std::string path{};
  int error = 0;  // errno
};

// The folder `below` of an open folder; not open, with errno, where it is none. `make`: those that are not
// there are made.
Descriptor open_below(const Descriptor& root, const std::string& below, bool make = false);

// Only what is at these paths, in their way, or beside them under a name that differs by case only. What has
// no sha is in the way, or is too large to be one of ours.
std::expected<render::StoredFiles, PathFailure> survey_output(const Descriptor& root,
                                                              const std::set<std::string>& paths);

}  // namespace ghboot::helper
