// SPDX-License-Identifier: Apache-2.0
#include "regen/run_fence.h"

namespace ghboot::regen {

RunFence::RunFence(const RunOrder& order, nats::Clock& clock, nats::Wait wait)
    : order_(order), clock_(clock), wait_(std::move(wait)), renewed_(clock.now()) {}

std::unexpected<nats::Error> RunFence::broken(ErrorKind kind, std::string why) {
  is_broken_ = true;
  return fail(kind, std::move(why));
}

Result<void> RunFence::keep() {
  if (wait_.stop.stop_requested()) return broken(ErrorKind::conflict, "it was stopped");
  if (clock_.now() >= wait_.until) return broken(ErrorKind::conflict, "it took longer than it may");
  const bool is_fresh = order_.left() > std::chrono::nanoseconds(0) && clock_.now() - renewed_ < renew_every;
  return is_fresh ? Result<void>() : renew();
}

Result<void> RunFence::renew() {
  const auto begun = clock_.now();
  if (const auto held = order_.safe_point(); !held)
    return broken(ErrorKind::conflict, "the lock was lost: " + held.error().message);
  renewed_ = begun;
  return {};
}

nats::Wait RunFence::request_wait() const {
  const auto trusted = std::chrono::floor<std::chrono::milliseconds>(order_.left());
  return wait_.at_most(clock_.now(), std::min<std::chrono::milliseconds>(request_max, trusted));
}

Result<void> RunFence::sleep(std::chrono::milliseconds duration) {
  const auto until = clock_.now() + duration;
  while (clock_.now() < until) {
    if (auto kept = keep(); !kept) return kept;
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - clock_.now());
    clock_.sleep(std::min<std::chrono::milliseconds>(rest, renew_every), wait_);
  }
  return keep();
}

std::chrono::seconds RunFence::rest_of(const github::Limited& limited) const {
  return std::chrono::seconds(std::max<std::int64_t>(limited.until_unix - clock_.unix_seconds(), 1));
}

}  // namespace ghboot::regen
