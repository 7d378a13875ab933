// SPDX-License-Identifier: Apache-2.0
#include "nats/account_queue.h"

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/test_keys.h"

namespace ghboot::nats {
namespace {

using testing::ElementsAre;

Wait within(std::chrono::milliseconds longest) { return {system_clock().now() + longest}; }
Wait soon() { return within(std::chrono::seconds(30)); }

AccountState some_state() { return {.claims = AccountClaims(test_key(KeyKind::account).public_key(), "a")}; }

Result<void> nothing(AccountClaims&) { return {}; }

AccountTicket change(const Wait& wait = soon()) { return {.operation = nothing, .wait = wait}; }
AccountTicket removal() { return {.wait = soon()}; }

void settle_all(AccountQueue::Batch& batch) {
  for (AccountTicket* ticket : batch) {
    if (ticket->removes())
      ticket->removed = std::vector<std::string>();
    else
      ticket->changed = Change{.state = some_state()};
  }
}

// A gate that a run waits at.
struct Gate {
  std::promise<void> reached, opened;
  void pass() {
    reached.set_value();
    opened.get_future().wait();
  }
};

TEST(AccountQueue, RunsATicketThatIsAlone) {
  AccountQueue queue(system_clock());
  AccountTicket ticket = change();
  std::size_t size = 0;
  queue.submit(ticket, [&](AccountQueue::Batch& batch, const Wait&) {
    size = batch.size();
    settle_all(batch);
  });
  EXPECT_EQ(size, 1U);
  EXPECT_TRUE(ticket.settled());
}

TEST(AccountQueue, ALeaderOutOfTimeGivesBackWhatItTook) {
  AccountQueue queue(system_clock());
  Gate gate;
  AccountTicket first = change(), second = change();
  std::vector<AccountTicket*> order;
  std::jthread leader([&] {
    queue.submit(first, [&](AccountQueue::Batch& batch, const Wait&) {
      order.push_back(batch.front());
      if (order.size() == 1) {
        gate.pass();
        return;  // Unsettled: it goes back to the head of the queue.
      }
      settle_all(batch);
    });
  });
  gate.reached.get_future().wait();
  gate.opened.set_value();
  queue.submit(second, [&](AccountQueue::Batch& batch, const Wait&) {
    order.push_back(batch.front());
    settle_all(batch);
  });
  leader.join();
  EXPECT_TRUE(first.settled() && second.settled());
  EXPECT_EQ(order.front(), &first);
}

TEST(AccountQueue, WhoseWaitEndsBeforeItsTurnWasNotRun) {
  AccountQueue queue(system_clock());
  Gate gate;
  AccountTicket first = change(), second = change(within(std::chrono::milliseconds(20)));
  std::vector<AccountTicket*> ran;
  const auto run = [&](AccountQueue::Batch& batch, const Wait&) {
    ran.insert(ran.end(), batch.begin(), batch.end());
    gate.pass();
    settle_all(batch);
  };
  std::jthread leader([&] { queue.submit(first, run); });
  gate.reached.get_future().wait();
  queue.submit(second, run);
  ASSERT_TRUE(second.settled());
  ASSERT_FALSE(*second.changed);
  EXPECT_EQ(second.changed->error().kind, ErrorKind::unreachable);
  EXPECT_THAT(second.changed->error().message, testing::HasSubstr("nothing was sent"));
  gate.opened.set_value();
  leader.join();
  EXPECT_THAT(ran, ElementsAre(&first));
  EXPECT_TRUE(*first.changed);
}

TEST(AccountQueue, AStopEndsTheWait) {
  AccountQueue queue(system_clock());
  Gate gate;
  AccountTicket first = change(), second = change();
  std::stop_source stop;
  second.wait.stop = stop.get_token();
  const auto run = [&](AccountQueue::Batch& batch, const Wait&) {
    gate.pass();
    settle_all(batch);
  };
  std::jthread leader([&] { queue.submit(first, run); });
  gate.reached.get_future().wait();
  std::jthread waiting([&] { queue.submit(second, run); });
  stop.request_stop();
  waiting.join();
  EXPECT_FALSE(*second.changed);
  gate.opened.set_value();
}

// Many threads at once: each ticket is run exactly once, removals alone, and never two batches at a time.
TEST(AccountQueue, RunsEachOfManyTicketsOnceAndOneBatchAtATime) {
  AccountQueue queue(system_clock());
  std::atomic<int> running = 0, ran = 0;
  std::atomic<bool> wrong = false;
  const auto run = [&](AccountQueue::Batch& batch, const Wait&) {
    if (++running != 1) wrong = true;
    for (const AccountTicket* ticket : batch)
      if (ticket->settled() || (ticket->removes() && batch.size() > 1)) wrong = true;
    ran += static_cast<int>(batch.size());
    settle_all(batch);
    --running;
  };
  constexpr int threads = 8, rounds = 200;
  {
    std::vector<std::jthread> all;
    for (int number = 0; number < threads; ++number)
      all.emplace_back([&, number] {
        for (int round = 0; round < rounds; ++round) {
          AccountTicket ticket = (round + number) % 5 == 0 ? removal() : change();
          queue.submit(ticket, run);
          if (!ticket.settled()) wrong = true;
        }
      });
  }
  EXPECT_EQ(ran, threads * rounds);
  EXPECT_FALSE(wrong);
}

}  // namespace
}  // namespace ghboot::nats
