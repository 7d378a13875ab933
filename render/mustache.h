// SPDX-License-Identifier: Apache-2.0
// What a template without problems makes, by the Mustache library. Threads: any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "render/tags.h"

namespace ghboot::render {

// No file that is made is longer than this, whatever is shown.
std::size_t made_size_max(std::string_view text, const std::vector<Tag>& tags, const Variables& variables);

// `text` and the tags are as tags_in() found them, without problems. A section is shown when its value is not
// empty and not "false". A line that holds nothing but a section's tag or a comment is left out, as Mustache
// has it.
std::string render_text(std::string_view text, const std::vector<Tag>& tags, const Variables& variables);

}  // namespace ghboot::render
