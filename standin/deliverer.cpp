// SPDX-License-Identifier: Apache-2.0
#include "standin/deliverer.h"

#include "standin/delivery_client.h"

namespace ghboot::standin {

namespace {

constexpr int thread_count = 4;

}  // namespace

Deliverer::Deliverer(Report report) : report_(std::move(report)) {
  for (int i = 0; i < thread_count; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

Deliverer::~Deliverer() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Deliverer::send(Outgoing outgoing) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(outgoing));
  changed_.notify_one();
}

void Deliverer::work(const std::stop_token& stop) {
  for (;;) {
    Outgoing next;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return !queue_.empty(); }) || stop.stop_requested()) return;
      next = std::move(queue_.front());
      queue_.pop_front();
    }
    const auto outcome = deliver(next, answer_max, stop);
    if (!outcome) return;
    report_(next.id, *outcome);
  }
}

}  // namespace ghboot::standin
