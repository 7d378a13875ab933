// SPDX-License-Identifier: Apache-2.0
#include "render/given_files.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "render/path.h"

namespace ghboot::render {

Result<std::vector<RenderedFile>> with_given(std::vector<RenderedFile> made,
                                             const std::map<std::string, std::string>& given) {
  std::vector<std::string> problems;
  for (const auto& [path, text] : given) {
    if (const auto wrong = path_problem(path)) problems.push_back(fmt::format("{} {}", shown(path), *wrong));
    if (std::ranges::find(made, path, &RenderedFile::path) != made.end())
      problems.push_back(
          fmt::format("{} is given, and a template makes it, too: remove one of the two", path));
    if (text.size() > file_size_max)
      problems.push_back(fmt::format("{} is larger than the {} that are sent to GitHub at once", shown(path),
                                     megabytes(file_size_max)));
  }
  if (made.size() + given.size() > files_max)
    problems.push_back(fmt::format("more than {} files", files_max));
  if (made.empty() && given.empty())
    problems.emplace_back("no file is given: nothing would be made; name at least one, or a source");
  if (!problems.empty()) return fail(ErrorKind::invalid, fmt::format("{}", fmt::join(problems, "\n")));
  for (const auto& [path, text] : given) made.push_back({.path = path, .bytes = text});
  std::ranges::sort(made, {}, &RenderedFile::path);
  return made;
}

}  // namespace ghboot::render
