// SPDX-License-Identifier: Apache-2.0
// A lock's stream, followed over one connection by an ordered consumer: each message as it was stored, from
// the last one on, without a gap; and what waiters announce. Always holds: what may have been missed is an
// error, and the next call follows anew, from the last message on. Threads: one. The Clock outlives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nats/lock_stream.h"
#include "nats/stream_api.h"

namespace ghboot::nats {

class LockFollower {
 public:
  static constexpr std::chrono::seconds setup_max{
      2};  // What a call that waits for nothing may take to follow anew.

  LockFollower(StreamApi api, std::string wait_subject, Clock& clock);

  // As LockStream::news(). A Wait that is over still has the time to begin following.
  Result<LockNews> next(const Wait& wait);

 private:
  Result<void> listen();
  Result<void> drop_consumer(const Wait& wait);
  Result<void> follow(const Wait& wait);
  std::unexpected<Error> end_following(std::string_view why);

  const StreamApi api_;
  const std::string wait_subject_, deliver_subject_;
  Clock& clock_;
  std::optional<Subscription> heard_;  // What is delivered, and announcements.
  std::string consumer_;  // The last one that was made. Empty: it is known to be gone, or there was none.
  std::string created_;
  bool is_following_ = false;
  std::uint64_t followed_ = 0;  // The consumer's sequence.
  SteadyTime heard_at_{};
};

}  // namespace ghboot::nats
