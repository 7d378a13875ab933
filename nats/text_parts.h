// SPDX-License-Identifier: Apache-2.0
// A text cut at a character. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ghboot::nats {

// One or more, empty ones too. Borrowed from the text.
std::vector<std::string_view> parts_of(std::string_view text, char separator);
// As people write lists: without spaces around the parts and without empty ones.
std::vector<std::string> listed_in(std::string_view text, char separator);

}  // namespace ghboot::nats
