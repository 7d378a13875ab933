// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_trust.h"

namespace ghboot::nats {

void LockTrust::count_from(const Instant& first_sending) {
  const std::lock_guard lock(mutex_);
  from_ = first_sending;
  has_begun_ = true;
}

void LockTrust::end() {
  const std::lock_guard lock(mutex_);
  is_over_ = true;
}

std::chrono::nanoseconds LockTrust::left() const noexcept {
  const std::lock_guard lock(mutex_);
  if (!has_begun_ || is_over_) return std::chrono::nanoseconds(0);
  const Instant now = clock_.read();
  const auto passed = std::max(now.boot - from_.boot, now.real - from_.real);
  return std::max(span_ - passed, std::chrono::nanoseconds(0));
}

}  // namespace ghboot::nats
