// SPDX-License-Identifier: Apache-2.0
#include "regen/open_run.h"

namespace ghboot::regen {

bool OpenRun::take_earlier(const RegenerationEvent& event) {
  if (is_known_) return true;
  is_known_ = is_open_ = ++events_ >= events_max;
  if (is_known_ || event.kind == EventKind::asked) return is_known_;
  if (event.kind != EventKind::started) {
    ends_.insert_or_assign(event.run, event);  // Whoever comes after the first end was taken for lost.
    return false;
  }
  if (event.target != target_ && !event.target.empty()) return false;
  const auto end = ends_.find(event.nonce);
  const bool has_end = end != ends_.end();
  is_open_ = !has_end || end->second.lost;
  is_known_ = is_open_ || end->second.kind == EventKind::completed;
  return is_known_;
}

}  // namespace ghboot::regen
