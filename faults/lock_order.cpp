// SPDX-License-Identifier: Apache-2.0
#include "faults/lock_order.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace ghboot::faults {

namespace {

using nats::LockToken;

struct State {
  std::optional<LockToken> holder{};
  LockToken highest{};
  auto operator<=>(const State&) const = default;
};

std::optional<State> after(const State& state, const LockStep& step) {
  if (step.act == LockStep::Act::end) {
    if (state.holder != step.token) return std::nullopt;
    return State{.holder = std::nullopt, .highest = state.highest};
  }
  if (state.holder || step.token <= state.highest) return std::nullopt;
  return State{.holder = step.token, .highest = step.token};
}

class Search {
 public:
  Search(std::vector<LockStep> steps, std::size_t tries_max)
      : steps_(std::move(steps)), done_(steps_.size()), tries_left_(tries_max) {
    std::ranges::sort(steps_, {}, [](const LockStep& step) { return step.at.from; });
    left_ = static_cast<std::size_t>(
        std::ranges::count_if(steps_, [](const LockStep& step) { return step.at.to != LockStep::never; }));
  }

  LockOrder run() {
    push({});
    while (!path_.empty()) {
      if (left_ == 0) return LockOrder::found;
      Level& level = path_.back();
      if (level.candidates.empty()) {
        pop();
        continue;
      }
      if (tries_left_-- == 0) return LockOrder::undecided;
      const std::size_t chosen = level.candidates.back();
      level.candidates.pop_back();
      const auto next = after(level.state, steps_[chosen]);
      if (!next) continue;
      mark(chosen, true);
      if (seen_.insert({first_, done_after_first(), *next}).second)
        push(*next, chosen);
      else
        mark(chosen, false);
    }
    return LockOrder::none;
  }

 private:
  struct Level {
    State state;
    std::optional<std::size_t> chosen;  // What led here.
    std::vector<std::size_t> candidates;
  };

  void push(const State& state, std::optional<std::size_t> chosen = {}) {
    path_.push_back({state, chosen, candidates()});
  }

  void pop() {
    const auto chosen = path_.back().chosen;
    path_.pop_back();
    if (chosen) mark(*chosen, false);
  }

  // What no step that is left has ended before, the lowest token last, to be tried first. Of those that
  // acquire only the lowest: after another it could never come, as tokens rise.
  std::vector<std::size_t> candidates() const {
    std::vector<std::size_t> found;
    auto earliest = LockStep::never;
    for (std::size_t i = first_; i < steps_.size() && steps_[i].at.from <= earliest; ++i) {
      if (done_[i]) continue;
      earliest = std::min(earliest, steps_[i].at.to);
      found.push_back(i);
    }
    std::erase_if(found, [&](std::size_t i) { return steps_[i].at.from > earliest; });
    std::ranges::sort(found, std::greater(), [&](std::size_t i) { return steps_[i].token; });
    const auto acquires = [&](std::size_t i) { return steps_[i].act == LockStep::Act::acquire; };
    const auto lowest = std::ranges::find_if(found.rbegin(), found.rend(), acquires);
    if (lowest == found.rend()) return found;
    const LockToken token = steps_[*lowest].token;
    std::erase_if(found, [&](std::size_t i) { return acquires(i) && steps_[i].token > token; });
    return found;
  }

  void mark(std::size_t index, bool is_done) {
    done_[index] = is_done;
    if (steps_[index].at.to != LockStep::never) left_ = is_done ? left_ - 1 : left_ + 1;
    first_ = std::min(first_, index);
    while (first_ < done_.size() && done_[first_]) ++first_;
    if (is_done) highest_done_ = std::max(highest_done_, index);
  }

  std::vector<std::size_t> done_after_first() const {
    std::vector<std::size_t> found;
    for (std::size_t i = first_; i <= highest_done_; ++i)
      if (done_[i]) found.push_back(i);
    return found;
  }

  std::vector<LockStep> steps_;  // In the order in which they may begin.
  std::vector<bool> done_;
  std::size_t first_ = 0;         // Below it all are done.
  std::size_t highest_done_ = 0;  // Above it none is.
  std::size_t left_ = 0;          // That must have happened.
  std::size_t tries_left_;
  std::vector<Level> path_;
  std::set<std::tuple<std::size_t, std::vector<std::size_t>, State>> seen_;
};

}  // namespace

LockOrder find_order(std::vector<LockStep> steps, std::size_t tries_max) {
  return Search(std::move(steps), tries_max).run();
}

}  // namespace ghboot::faults
