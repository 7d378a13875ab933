// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_queue.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

namespace ghboot::nats {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t heard_max = 1024;  // Announcements are anybody's who may publish there.

}  // namespace

void LockQueue::hear(std::string_view announcement, nanoseconds now) {
  const auto waiter = LockWaiter::decode(announcement);
  if (!waiter || waiter->id == own_id_) return;
  heard_.insert_or_assign(waiter->id, Heard{.since = now - waiter->waited, .at = now});
  if (heard_.size() <= heard_max) return;
  heard_.erase(std::ranges::min_element(heard_, {}, [](const auto& entry) { return entry.second.at; }));
}

void LockQueue::drop(std::string_view id) {
  if (const auto at = heard_.find(id); at != heard_.end()) heard_.erase(at);
}

std::vector<std::string> LockQueue::next(nanoseconds now, nanoseconds lease) const {
  std::vector<std::pair<nanoseconds, std::string>> waiting;
  for (const auto& [id, heard] : heard_)
    if (now - heard.at <= lease) waiting.emplace_back(heard.since, id);
  std::ranges::sort(waiting);
  std::vector<std::string> next;
  for (auto& [since, id] : waiting)
    if (next.size() < lock_next_max) next.push_back(std::move(id));
  return next;
}

std::size_t LockQueue::place_in(const std::vector<std::string>& next) const {
  const auto at = std::ranges::find(next, own_id_);
  if (at != next.end()) return static_cast<std::size_t>(at - next.begin());
  const auto is_listed = [&](const auto& entry) {
    return std::ranges::find(next, entry.first) != next.end();
  };
  const auto others = heard_.size() - static_cast<std::size_t>(std::ranges::count_if(heard_, is_listed));
  unsigned char bytes[4];
  random_.fill(bytes);
  std::uint32_t chance = 0;
  std::memcpy(&chance, bytes, sizeof chance);
  return next.size() + chance % (std::min(others, lock_next_max) + 1);
}

}  // namespace ghboot::nats
