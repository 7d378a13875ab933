// SPDX-License-Identifier: Apache-2.0
// Asks for a regeneration: the request is stored once for each key within the stream's duplicate window, and
// who finds it stored already learns whether a coming run covers it (design: "Asking for a regeneration").
// Always holds: "in progress" is said only where no run that covers the request had begun and somebody is
// there to begin one; no request is lost because an older one had its name. It runs nothing. Threads: one.
// What RequesterParts borrows outlives it.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "nats/bus_names.h"
#include "regen/lock_watch.h"
#include "regen/regeneration_log.h"

namespace ghboot::regen {

enum class RegenError : std::uint8_t {
  in_progress,  // A coming run covers it, or somebody else has the lock: nothing is to be done, or wait.
  failed,       // A run was made and failed, or was lost: its error is in the message.
  unknown,      // No answer in time: the request may be stored, now or later. Asking again is harmless.
  refused,      // Such a request can never work. Fix the input or the configuration.
};

// ErrRegenerationInProgress: who, and since when.
struct InProgress {
  RequestPlace request{};  // That was there already,
  std::string asker{}, asker_host{}, reason{};
  std::optional<std::int64_t> asked_at{};   // Unix seconds by the asker's clock.
  nats::LockMessage lock{};                 // Who is there.
  std::optional<std::int64_t> run_since{};  // Of the run that goes on, which began too early; likewise.
  std::string text() const;
};

struct RegenFailure {
  RegenError error;
  std::string message;
  std::optional<InProgress> who{};  // Where a request of the same key waits.
};
template <class T>
using RegenResult = std::expected<T, RegenFailure>;

struct Ask {
  std::string reason{};
  std::string key{};  // Empty: the reason. Who asks with one key within the window asks once.
  std::string person{}, host{};
};

// What can never be asked, in words; empty: nothing.
std::string problem_of(const Ask& ask);
// "<org>/<key>"; a key that is long, or holds other letters than A-Z a-z 0-9 . _ @ -, as its SHA-256.
std::string request_id(const nats::BusNames& names, const Ask& ask);

struct Requested {
  RequestPlace place{};
  bool is_nobody_there = false;  // It was asked for before, and nobody is there to run it.
};

struct RequesterParts {  // Borrowed, but for the names.
  nats::BusNames names;
  nats::EventStream& requests;
  RegenerationLog& log;
  LockWatch& lock;
  nats::Clock& clock;
  nats::Random& random;
};

class Requester {
 public:
  explicit Requester(RequesterParts parts) : parts_(std::move(parts)) {}

  RegenResult<Requested> request(const Ask& ask, const nats::Wait& wait);

 private:
  struct Stored;
  RegenResult<Stored> store(const std::string& id, const RegenerationRequest& request,
                            const nats::Wait& wait);
  // Nothing: a run that covers it has begun, or the stream is another one by now. Likewise below.
  RegenResult<std::optional<LogView>> view_before_run(const RequestPlace& place, const nats::Wait& wait);
  RegenResult<std::optional<Requested>> judge(const Ask& ask, const Stored& stored, const nats::Wait& wait);

  const RequesterParts parts_;
};

// Of a read; of a write, where it was not answered.
RegenFailure regen_failure(const nats::Error& error);

}  // namespace ghboot::regen
