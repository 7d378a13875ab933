// SPDX-License-Identifier: Apache-2.0
// The names that operators, accounts and users get from us: they stand in files, in nsc's folders and in
// subjects of templates. Names that others gave are taken as they are (file_name.h). Threads: any.
#pragma once

#include <string>
#include <string_view>

namespace ghboot::nats {

// What is wrong with a name, as "has a space"; empty: nothing.
std::string problem_of_claim_name(std::string_view name);

inline constexpr std::string_view claim_name_rule =
    "1 to 255 bytes without spaces, slashes and control characters";

}  // namespace ghboot::nats
