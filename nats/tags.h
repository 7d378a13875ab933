// SPDX-License-Identifier: Apache-2.0
// Tags of claims. Threads: any.
#pragma once

#include <string>
#include <vector>

namespace ghboot::nats {

// As the servers' library keeps them, in their order: without white space around, none empty, none twice, in
// lower case (ASCII and beyond is the same for what is a tag in practice).
std::vector<std::string> stored_tags(const std::vector<std::string>& tags);

}  // namespace ghboot::nats
