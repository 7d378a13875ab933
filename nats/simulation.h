// SPDX-License-Identifier: Apache-2.0
// Time as a test plays it: several actors, each written as plain blocking code, of whom one runs at a time
// while the others wait for a moment or for something to happen. Nothing depends on the machine's speed, so
// that the same script runs the same way always. What calls from outside of run() lets the time pass by
// blocking. Threads: those that it makes; block() from any of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "nats/environment.h"
#include "nats/lock_time.h"

namespace ghboot::nats {

class Simulation {
 public:
  using Time = std::chrono::nanoseconds;
  using Condition = std::function<bool()>;

  Time now() const { return now_; }
  void at(Time when, std::function<void()> event) { events_.emplace(std::max(when, now_), std::move(event)); }
  std::function<void()> after_step = [] {};

  // Until then, or until it is over.
  void block(Time until, const Condition& is_over) {
    if (!running_) return pump(until, is_over);
    Actor& self = *running_;
    self.wake = until;
    self.is_over = &is_over;
    Actor& next = choose();
    if (&next == &self) return;
    next.go.release();
    self.go.acquire();
  }

  void run(std::vector<std::function<void()>> scripts) {
    for (auto& script : scripts) {
      auto& actor = *actors_.emplace_back(std::make_unique<Actor>());
      actor.wake = now_;
      actor.thread = std::jthread([this, &actor, run = std::move(script)] {
        actor.go.acquire();
        run();
        actor.is_done = true;
        (--left_ == 0 ? back_ : choose().go).release();
      });
    }
    left_ = actors_.size();
    choose().go.release();
    back_.acquire();
    running_ = nullptr;
    actors_.clear();
  }

 private:
  struct Actor {
    Time wake{0};
    const Condition* is_over = nullptr;
    bool is_done = false;
    std::binary_semaphore go{0};
    std::jthread thread;
  };

  Time wake_of(const Actor& actor) const {
    return actor.is_over && (*actor.is_over)() ? now_ : std::max(actor.wake, now_);
  }
  // Who runs next, once all that comes before has happened. Whoever stops running calls it: handing over to
  // another thread is what takes time here.
  Actor& choose() {
    for (;;) {
      after_step();
      Actor* next = nullptr;
      for (const auto& actor : actors_)
        if (!actor->is_done && (!next || wake_of(*actor) < wake_of(*next))) next = actor.get();
      if (events_.empty() || events_.begin()->first > wake_of(*next)) {
        now_ = wake_of(*next);
        return *(running_ = next);
      }
      run_event();
    }
  }
  void run_event() {
    auto node = events_.extract(events_.begin());
    now_ = node.key();
    node.mapped()();
  }
  void pump(Time until, const Condition& is_over) {
    while (now_ < until && !is_over()) {
      if (events_.empty() || events_.begin()->first > until)
        now_ = until;
      else
        run_event();
      after_step();
    }
  }

  Time now_{0};
  std::multimap<Time, std::function<void()>> events_;
  std::vector<std::unique_ptr<Actor>> actors_;
  std::size_t left_ = 0;
  Actor* running_ = nullptr;
  std::binary_semaphore back_{0};
};

// The clocks of one machine in it; no two machines agree on the time.
class SimulatedClock final : public Clock, public LockClock {
 public:
  SimulatedClock(Simulation& simulation, std::chrono::nanoseconds offset)
      : simulation_(simulation), offset_(offset) {}

  std::chrono::nanoseconds suspended{0};   // What now() has missed.
  std::chrono::nanoseconds real_shift{0};  // By which CLOCK_REALTIME was set.

  SteadyTime now() override { return SteadyTime(simulation_.now() + offset_ - suspended); }
  std::int64_t unix_seconds() override {
    return std::chrono::floor<std::chrono::seconds>(read().real).count();
  }
  Instant read() override {
    const auto boot = simulation_.now() + 2 * offset_;
    return {.boot = boot, .real = boot + std::chrono::hours(500'000) + real_shift};
  }
  bool sleep(std::chrono::milliseconds duration, const Wait& wait) override {
    const SteadyTime wanted = now() + duration;
    block_until(std::min(wanted, wait.until), [&] { return wait.stop.stop_requested(); });
    return now() >= wanted;
  }
  void block_until(SteadyTime until, const Simulation::Condition& is_over) {
    simulation_.block(simulation_.now() + (until - now()), is_over);
  }

 private:
  Simulation& simulation_;
  const std::chrono::nanoseconds offset_;
};

class SeededRandom final : public Random {  // Never the same, and the same in each run.
 public:
  explicit SeededRandom(std::uint64_t seed) : next_(seed << 32) {}
  void fill(std::span<unsigned char> bytes) override {
    for (unsigned char& byte : bytes) {
      next_ = next_ * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
      byte = static_cast<unsigned char>(next_ >> 56);
    }
  }

 private:
  std::uint64_t next_;
};

}  // namespace ghboot::nats
