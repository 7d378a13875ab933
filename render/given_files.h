// SPDX-License-Identifier: Apache-2.0
// Files whose contents the caller has, beside those that templates make. Threads: any.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "render/templates.h"

namespace ghboot::render {

// Both, by path. ErrorKind::invalid: a path that can't be in a repository, or that a template makes; a file
// that is too large; none at all; with what to do.
Result<std::vector<RenderedFile>> with_given(std::vector<RenderedFile> made,
                                             const std::map<std::string, std::string>& given);

}  // namespace ghboot::render
