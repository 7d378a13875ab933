// SPDX-License-Identifier: Apache-2.0
// Which of many subjects lie inside another one of them, found by a tree of their tokens rather than by
// comparing each with each, which a hundred thousand would make ten thousand million comparisons. Threads:
// any.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ghboot::nats {

struct Overlap {
  std::size_t inner, outer;  // Indices. Of two that are equal, the outer comes first.
};

// One overlap for each subject that another one contains, or equals; in the order of the inner ones. By the
// servers' rule, in which "*" contains also ">" in its place.
std::vector<Overlap> overlaps_of(const std::vector<std::string>& subjects);

}  // namespace ghboot::nats
