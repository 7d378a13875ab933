// SPDX-License-Identifier: Apache-2.0
// One at a time, with a wait that time and stop can end (a mutex knows no stop).
// Threads: any. The Turns outlive each Turn.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "nats/environment.h"

namespace ghboot::nats {

class Turns;

class Turn {  // Given back when it goes.
 public:
  explicit Turn(Turns& turns) : turns_(&turns) {}
  Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
  Turn& operator=(Turn&&) = delete;
  inline ~Turn();

 private:
  Turns* turns_;
};

class Turns {
 public:
  // Nothing: the wait ended first.
  std::optional<Turn> take(const Wait& wait) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_until(lock, wait.stop, wait.until, [&] { return !taken_; })) return std::nullopt;
    taken_ = true;
    return std::optional<Turn>(std::in_place, *this);
  }

 private:
  friend class Turn;
  void give_back() {
    {
      const std::lock_guard lock(mutex_);
      taken_ = false;
    }
    changed_.notify_one();
  }
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool taken_ = false;
};

inline Turn::~Turn() {
  if (turns_) turns_->give_back();
}

}  // namespace ghboot::nats
