// SPDX-License-Identifier: Apache-2.0
#include "github/gate.h"

#include <algorithm>

namespace ghboot::github {
namespace {

constexpr std::string_view all_resources = "*";  // No name of GitHub's.

}  // namespace

Pass::~Pass() {
  if (gate_ != nullptr) gate_->give_back();
}

bool Gate::wait_for_turn(const Wait& wait) {
  SteadyTime turn;
  const SteadyTime now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    turn = std::max(now, next_write_);
    if (turn > wait.until) return false;
    next_write_ = turn + between_writes_;
  }
  if (turn == now) return true;
  return clock_.sleep(std::chrono::ceil<std::chrono::milliseconds>(turn - now), wait);
}

std::optional<Pass> Gate::enter(bool is_write, const Wait& wait) {
  if (is_write && !wait_for_turn(wait)) return std::nullopt;
  const SteadyTime until = std::chrono::steady_clock::now() + (wait.until - clock_.now());
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, wait.stop, until, [&] { return free_ > 0; })) return std::nullopt;
  --free_;
  return std::optional<Pass>(std::in_place, *this);
}

void Gate::give_back() {
  {
    const std::lock_guard lock(mutex_);
    ++free_;
  }
  changed_.notify_one();
}

void Gate::close(Limited limited, std::string_view resource) {
  const std::lock_guard lock(mutex_);
  Limited& kept = closed_[limited.secondary ? std::string(all_resources) : std::string(resource)];
  if (kept.until_unix < limited.until_unix) kept = limited;
}

std::optional<Limited> Gate::closed_by(std::string_view resource) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = clock_.unix_seconds();
  std::erase_if(closed_, [now](const auto& one) { return one.second.until_unix <= now; });
  for (const std::string_view name : {all_resources, resource}) {
    if (const auto found = closed_.find(name); found != closed_.end()) return found->second;
  }
  return std::nullopt;
}

}  // namespace ghboot::github
