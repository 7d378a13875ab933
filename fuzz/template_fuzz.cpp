// SPDX-License-Identifier: Apache-2.0
// Templates, and manifests, which people edit: whatever they hold, what is wrong is told with a place in the
// text, and what is not wrong is made, no longer than was said before.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/oracle.h"
#include "render/manifest.h"
#include "render/mustache.h"
#include "render/path.h"
#include "render/tags.h"

namespace {

using ghboot::fuzz::require;
using namespace ghboot::render;

void make(std::string_view text, const Variables& variables) {
  const Tags tags = tags_in(text, variables);
  require(tags.problems.size() <= problems_max, "no more is told than people read");
  std::size_t at = 0;
  for (const Problem& problem : tags.problems) {
    require(problem.at < text.size() && problem.at >= at, "each problem has its place, in order");
    require(is_utf8(problem.what) && shown(problem.what) == problem.what, "a message is one line of text");
    at = problem.at;
  }
  if (!tags.problems.empty()) return;
  const std::string made = render_text(text, tags.all, variables);
  require(made.size() <= made_size_max(text, tags.all, variables), "no file is longer than was said");
  require(is_utf8(made), "a text stays one");
  if (!text.contains("<%")) require(made == text, "what has no tag is not touched");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(ghboot::fuzz::text_of(data, size));
  static_cast<void>(path_problem(text));
  static_cast<void>(link_problem("a/b", text));
  if (const auto manifest = read_manifest(text))
    require(read_manifest(manifest_text(*manifest)) == *manifest, "a manifest reads back");
  if (!is_utf8(text)) return 0;
  make(text, {{"a", "A<%b%>"}, {"b", ""}, {"c", "false"}, {"d", " \n"}});
  return 0;
}
