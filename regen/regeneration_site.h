// SPDX-License-Identifier: Apache-2.0
// All that a program needs to ask for regenerations of one organisation and to run them: its streams and its
// lock, over one connection. Threads: one. The Connector outlives it; it stays where it is made.
#pragma once

#include "nats/jetstream_event_stream.h"
#include "nats/jetstream_lock_stream.h"
#include "regen/regeneration.h"

namespace ghboot::regen {

class RegenerationSite {
 public:
  // `sight`: where this machine keeps what it has seen of the lock.
  RegenerationSite(nats::BusNames names, nats::Connector& connector, const nats::SightPlace& sight,
                   nats::Clock& clock, nats::Random& random);
  RegenerationSite(const RegenerationSite&) = delete;
  RegenerationSite& operator=(const RegenerationSite&) = delete;

  const nats::BusNames& names() const { return names_; }
  Requester& requester() { return requester_; }
  nats::EventStream& requests() { return requests_; }
  RegenerationLog& log() { return log_; }

  // As Regeneration::regenerate(), as a holder of these terms; who that is and why, the lock's say.
  RegenResult<Regenerated> regenerate(const nats::LockTerms& lock, RegenerationTerms terms, const Ask& ask,
                                      const Work& work, const nats::Wait& wait);

 private:
  const nats::BusNames names_;
  nats::Clock& clock_;
  nats::JetStreamLockStream lock_stream_;
  nats::JetStreamEventStream requests_, events_, bucket_;
  const nats::LockParts parts_;
  const nats::SightPlace sight_;
  RegenerationLog log_;
  LockWatch watch_;
  Requester requester_;
};

}  // namespace ghboot::regen
