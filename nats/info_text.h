// SPDX-License-Identifier: Apache-2.0
// The description and the address for people that accounts and exports carry, as servers take them. Threads:
// any.
#pragma once

#include <string>
#include <string_view>

namespace ghboot::nats {

// What a server would refuse, as "has 9000 bytes; 8192 are the most"; empty: nothing.
std::string problem_of_description(std::string_view text);
std::string problem_of_info_url(std::string_view url);  // An empty one is none.

}  // namespace ghboot::nats
