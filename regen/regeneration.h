// SPDX-License-Identifier: Apache-2.0
// A whole regeneration as one who asks for it sees it: the request, the wait for the lock, the run under it
// unless a run of somebody else's has dealt with the request meanwhile; and again while more was asked for.
// What a run does is handed in. Always holds: `started`, with what the run covers, is in the log before the
// run reads anything; a run that nobody ended is said to be lost before the next begins. It does not renew
// the lock by itself while the run works: the run does, at its safe points. Threads: one. What it borrows
// outlives it.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "nats/lease.h"
#include "regen/requester.h"

namespace ghboot::regen {

// What a run is given.
struct RunOrder {
  nats::LockToken token{};
  std::string run{};           // The nonce of its `started`.
  RequestPlace through{};      // All requests up to here are covered by what is read from now on.
  bool is_after_lost = false;  // The last write of an earlier run of the same target may land yet.
  // Renews the lock, and tries until it is known whether it did, or the trust has ended. At least every third
  // of the lease; an error is the end of the run's right to write.
  std::function<nats::LeaseResult<void>()> safe_point{};
  std::function<std::chrono::nanoseconds()> left{};  // Of the trust in the lock. No I/O.

  static const RunOrder& without_lock();  // For who only reads.
};
// An error: it failed, and says how. ErrorKind::unknown: a write of it may land yet.
using Work = std::function<Result<void>(const RunOrder&)>;

struct RegenerationTerms {
  std::string person{}, host{};  // Who holds the lock, and what for, in `started`.
  std::string reason{};
  // Of the lock of this very organisation under which this process runs already; empty: none.
  std::string above_token{};
  std::string target{};                           // What the run writes to, as `started` says it.
  bool must_run = false;                          // Whatever others have run: their files are not ours.
  int tries = 3;                                  // Of a run whose failure may pass: tries_max at most.
  std::function<void(const std::string&)> say{};  // To people, of what else they would not know.
};

struct Regenerated {
  RequestPlace place{};  // Of the request.
  bool is_own = false;   // Our run dealt with it, not somebody else's.
};

class Regeneration {
 public:
  static constexpr std::chrono::seconds farewell{30};  // For the log's end, when the Wait is over.
  // So many runs of a target in a row that fail are parked with the last: nobody tries again by itself.
  static constexpr std::uint32_t tries_max = 3;
  static constexpr std::array<std::chrono::seconds, tries_max - 1> retry_pauses{std::chrono::seconds(2),
                                                                                std::chrono::seconds(8)};
  static constexpr std::chrono::seconds snapshot_max{10};
  // Of the request alone: longer than it takes to find out whether who holds the lock lives.
  static constexpr std::chrono::seconds request_max = LockWatch::proof_max + std::chrono::seconds(20);

  Regeneration(Requester& requester, RegenerationLog& log, nats::EventStream& requests,
               nats::LockContender& contender, nats::Clock& clock, RegenerationTerms terms)
      : requester_(requester),
        log_(log),
        requests_(requests),
        contender_(contender),
        clock_(clock),
        terms_(std::move(terms)) {}

  // The Wait bounds the request and the wait for the lock, and no run. RegenError::in_progress: as Requester
  // says, or the Wait ended while somebody else had the lock.
  RegenResult<Regenerated> regenerate(const Ask& ask, const Work& work, const nats::Wait& wait);

 private:
  enum class Step : std::uint8_t { done, ran, made_anew };
  RegenResult<Step> serve(const RequestPlace& place, const Work& work, const nats::Wait& wait);
  RegenResult<Step> run_under(nats::Lease& lease, const RequestPlace& place, const Work& work,
                              const nats::Wait& wait);
  nats::LeaseResult<void> renew(nats::Lease& lease, const std::stop_token& stop);
  // Nothing: it has to be started, as `started` says, next after what was `seen`.
  RegenResult<std::optional<Step>> decide(const RequestPlace& place, bool must_run, LogView& seen,
                                          RegenerationEvent& started, const nats::Wait& wait);
  RegenResult<void> end(const RegenerationEvent& started, std::uint64_t sequence, const Result<void>& outcome,
                        bool is_parked);
  RegenerationEvent loss_of(const RegenerationEvent& started, const nats::Wait& wait);
  // False: there is no next try.
  bool pause(int tries, const std::string& why, const RunOrder& order, const std::stop_token& stop);

  Requester& requester_;
  RegenerationLog& log_;
  nats::EventStream& requests_;
  nats::LockContender& contender_;
  nats::Clock& clock_;
  const RegenerationTerms terms_;
};

}  // namespace ghboot::regen
