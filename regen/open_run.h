// SPDX-License-Identifier: Apache-2.0
// Whether the last write of an earlier run of the same target may land yet: a run was lost, or ended without
// knowing what became of a write, and no run of that target has completed since. A fold, from the log's last
// event back. Threads: as any value.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "regen/regeneration_message.h"

namespace ghboot::regen {

class OpenRun {
 public:
  static constexpr int events_max = 500;  // Beyond that it is taken for so: to fence once more does no harm.

  explicit OpenRun(std::string target) : target_(std::move(target)) {}

  bool take_earlier(const RegenerationEvent& event);  // True: it is known.
  bool is_open() const { return is_open_; }

 private:
  const std::string target_;
  std::map<std::string, RegenerationEvent, std::less<>> ends_;  // By their run; the first of each.
  int events_ = 0;
  bool is_known_ = false, is_open_ = false;
};

}  // namespace ghboot::regen
