// SPDX-License-Identifier: Apache-2.0
// A contender of a fixed schedule, in this process and behind a proxy of its own: each of its acts is called,
// one after the other, and written into a history. Always holds: no message fares otherwise than be() says;
// an act that the schedule builds upon and that does not succeed throws std::runtime_error, ShownNothing
// where the machine was too slow for it. It does nothing between its acts: what came meanwhile is first seen
// in the next one. Threads: one. Server and history outlive it.
#pragma once

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

#include "acceptance/nats_proxy.h"
#include "faults/contender.h"
#include "faults/history.h"
#include "faults/pace.h"
#include "faults/servers.h"
#include "faults/wire.h"
#include "nats/jetstream_lock_stream.h"
#include "nats/lease.h"

namespace ghboot::faults {

// A schedule that did not come about: no rule was tried.
struct ShownNothing : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct PlayerTerms {
  std::string who;
  std::chrono::milliseconds lease = lease_of_contenders;
  double pace = 1;  // Of its lock's clock.
};

class Player {
 public:
  Player(PlayerTerms terms, const Servers& servers, HistoryFile& history);

  void be(Trouble trouble) { trouble_ = trouble; }  // One of those that leave nothing to chance, or none.

  nats::Lease acquire();
  // Takes in what comes meanwhile; begins to follow the log where it does not yet.
  void look(std::chrono::milliseconds span = std::chrono::milliseconds(200));
  void renew(nats::Lease& lease);
  void renew_unanswered(nats::Lease& lease);    // Sent once, and then it is not known whether it is stored.
  std::string expect_loss(nats::Lease& lease);  // Renews until it is told how the lock was lost.
  bool work(const nats::Lease& lease);          // A step. False: it does not believe that it holds the lock.

 private:
  void add(Kind kind, std::chrono::nanoseconds from, nats::LockToken token = {});

  const std::string who_;
  HistoryFile& history_;
  std::atomic<Trouble> trouble_ = Trouble::none;
  PacedClock lock_clock_;
  acceptance::NatsProxy proxy_;
  nats::Connector connector_;
  nats::JetStreamLockStream stream_;
  nats::LockContender contender_;
};

}  // namespace ghboot::faults
