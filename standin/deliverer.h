// SPDX-License-Identifier: Apache-2.0
// Sends deliveries by a few threads of its own, so that one slow receiver holds nobody up; their order is not
// kept, as GitHub does not keep it. A delivery that failed is not tried again: GitHub does not either. What
// is queued when it ends is not reported, and is sent again by who stored it. Threads: send() from any.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "standin/outgoing.h"

namespace ghboot::standin {

class Deliverer {
 public:
  using Report = std::function<void(Id, const Outcome&)>;  // From its threads.

  explicit Deliverer(Report report);
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;
  ~Deliverer();

  void send(Outgoing outgoing);

 private:
  void work(const std::stop_token& stop);

  Report report_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Outgoing> queue_;  // Guarded by mutex_.
  std::vector<std::jthread> threads_;
};

}  // namespace ghboot::standin
