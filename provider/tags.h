// SPDX-License-Identifier: Apache-2.0
// Tags, which a configuration writes as a set in any case. Threads: any.
#pragma once

#include <set>
#include <string>

#include "nats/tags.h"

namespace ghboot::provider {

inline std::set<std::string> stored_tags(const std::set<std::string>& tags) {
  const auto stored = nats::stored_tags({tags.begin(), tags.end()});
  return {stored.begin(), stored.end()};
}

}  // namespace ghboot::provider
