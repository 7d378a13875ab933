// SPDX-License-Identifier: Apache-2.0
// What a contender has seen of a lock's log: the last message, and when this machine first saw that very
// message, which is what its lease is counted from. Kept in a file, so that a contender that lives shortly
// gets past a dead holder too. Always holds: a message is taken for the one seen earlier only if stream,
// sequence, nonce and boot are the same; a log that went back (a restored backup, a disk that lost its end)
// makes everybody wait the longest lease that was seen, whatever the last message says. A file that cannot be
// read or written only makes the wait longer. It cannot see that a log went back and grew past what was seen
// by more than one message. Threads: one. LockClock and FileSystem outlive it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "nats/file_system.h"
#include "nats/lock_message.h"
#include "nats/lock_stream.h"
#include "nats/lock_time.h"

namespace ghboot::nats {

struct SightPlace {
  std::string path{};  // Empty: kept in no file. Its folder is there.
  std::string boot{};  // boot_identity().
};

class LockSight {
 public:
  // `lease`: one's own, the least that is waited after a log went back.
  LockSight(SightPlace place, std::chrono::milliseconds lease, LockClock& clock, FileSystem& files);

  enum class Source : std::uint8_t {
    read,      // The last message of the log: one below what was seen means that the log went back.
    followed,  // One of the log's: one below what was seen is merely late.
  };
  enum class Change : std::uint8_t { none, newer, went_back };
  // ErrorKind::invalid: not a message of ours, and nothing has changed.
  Result<Change> see(const LockEntry& entry, Source source);
  void see_nothing();  // The log was read and is empty.

  bool has_seen() const { return seen_.has_value(); }
  // These after has_seen().
  const std::string& created() const { return seen_->created; }
  const LockMessage& message() const { return seen_->message; }
  std::uint64_t sequence() const { return seen_->sequence; }
  std::chrono::nanoseconds first_seen() const { return first_seen_; }  // By CLOCK_BOOTTIME.
  // From when on, by CLOCK_BOOTTIME, an acquiring message may follow the one seen.
  std::chrono::nanoseconds ready_at() const;
  bool went_back() const { return quarantine_until_ > clock_.read().boot; }

 private:
  struct Seen {
    std::string created;
    std::uint64_t sequence = 0;
    LockMessage message;
  };
  Change change_to(const Seen& next, Source source) const;
  void quarantine();
  void load(const Seen& now);
  void store() const;
  void write(const std::string& bytes) const;

  const SightPlace place_;
  LockClock& clock_;
  FileSystem& files_;
  std::optional<Seen> seen_;
  bool is_loaded_ = false;
  std::chrono::nanoseconds first_seen_{0};
  std::chrono::nanoseconds quarantine_until_{0};
  std::chrono::nanoseconds lease_max_;  // The longest seen, or one's own.
};

}  // namespace ghboot::nats
