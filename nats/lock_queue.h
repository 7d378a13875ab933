// SPDX-License-Identifier: Apache-2.0
// Who else waits for a lock, as heard: whoever acquires writes it into its messages as `next`, and when the
// lock is free each tries at its place, 120 ms apart. Always holds: who was not heard within the last lease
// is not in the list, and at most 16 are. It decides nothing: a list that is wrong costs time, not safety.
// Threads: one.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nats/environment.h"
#include "nats/lock_message.h"

namespace ghboot::nats {

constexpr std::chrono::milliseconds lock_place_pause{120};

class LockQueue {
 public:
  LockQueue(std::string own_id, Random& random) : own_id_(std::move(own_id)), random_(random) {}

  // Times are readings of CLOCK_BOOTTIME. What is no announcement is left out.
  void hear(std::string_view announcement, std::chrono::nanoseconds now);
  void drop(std::string_view id);  // Until it is heard again.

  // Who may try after the present holder, the longest wait first.
  std::vector<std::string> next(std::chrono::nanoseconds now, std::chrono::nanoseconds lease) const;
  // One's own place in a message's list, from 0; behind it, at random among those heard who are not in it
  // either, where one is not.
  std::size_t place_in(const std::vector<std::string>& next) const;

 private:
  struct Heard {
    std::chrono::nanoseconds since, at;
  };
  const std::string own_id_;
  Random& random_;
  std::map<std::string, Heard, std::less<>> heard_;
};

}  // namespace ghboot::nats
