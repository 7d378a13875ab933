// SPDX-License-Identifier: Apache-2.0
#include "nats/account_queue.h"

#include <algorithm>

namespace ghboot::nats {

bool is_over(const Wait& wait, Clock& clock) {
  return wait.stop.stop_requested() || clock.now() >= wait.until;
}

bool AccountQueue::is_next(const AccountTicket& ticket) const {
  return !waiting_.empty() && waiting_.front() == &ticket;
}

AccountQueue::Batch AccountQueue::take_batch() {
  Batch batch;
  while (!waiting_.empty() &&
         (batch.empty() || (!batch.front()->removes() && !waiting_.front()->removes()))) {
    batch.push_back(waiting_.front());
    waiting_.pop_front();
  }
  return batch;
}

void AccountQueue::lead(std::unique_lock<std::mutex>& lock, const Wait& wait, const Run& run) {
  led_ = true;
  Batch batch = take_batch();
  lock.unlock();
  run(batch, wait);
  lock.lock();
  for (auto at = batch.rbegin(); at != batch.rend(); ++at) {
    (*at)->released = (*at)->settled();
    if (!(*at)->released) waiting_.push_front(*at);
  }
  led_ = false;
  changed_.notify_all();
}

bool AccountQueue::withdraw(AccountTicket& ticket) {
  const auto at = std::ranges::find(waiting_, &ticket);
  if (at == waiting_.end()) return false;
  waiting_.erase(at);
  changed_.notify_all();  // It may have stood before the others.
  ticket.settle(
      {ErrorKind::unreachable, "the time was over before the change had its turn; nothing was sent"});
  return true;
}

void AccountQueue::submit(AccountTicket& ticket, const Run& run) {
  std::unique_lock lock(mutex_);
  waiting_.push_back(&ticket);
  for (;;) {
    changed_.wait_until(lock, ticket.wait.stop, ticket.wait.until,
                        [&] { return ticket.released || (!led_ && is_next(ticket)); });
    if (ticket.released) return;
    const bool over = is_over(ticket.wait, clock_);
    if (over && withdraw(ticket)) return;
    if (over)  // A leader has it, whose to settle it is, or to give it back.
      changed_.wait(lock, [&] { return ticket.released || !led_; });
    else
      lead(lock, ticket.wait, run);
  }
}

}  // namespace ghboot::nats
