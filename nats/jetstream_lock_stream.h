// SPDX-License-Identifier: Apache-2.0
// A LockStream over a connection to NATS. Always holds: each append carries Nats-Expected-Last-Sequence, 0
// too (libnats's own option sends none for 0), and Nats-Msg-Id; an answer is taken only as that to the very
// append that it belongs to; the last message is read from the stream's leader. A second stream that stores
// the same append is noticed when its answer comes, and refused from then on: the answers are then of two
// domains. It cannot make the stream. Threads: one at a time. The Connector and the Clock outlive it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "nats/bus_names.h"
#include "nats/connection.h"
#include "nats/lock_stream.h"

namespace ghboot::nats {

class JetStreamLockStream final : public LockStream {
 public:
  // `domain`: of JetStream; empty: the server's own.
  JetStreamLockStream(LockNames names, Connector& connector, Clock& clock, std::string domain = {});
  ~JetStreamLockStream() override;

  const std::string& domain() const override { return domain_; }
  Appended append(const LockAppend& append, const Wait& wait) override;
  Result<std::optional<LockEntry>> last(const Wait& wait) override;
  Result<LockNews> news(const Wait& wait) override;
  void announce(std::string_view bytes) override;

 private:
  struct Session;  // What belongs to one connection.
  Result<Session*> session(const Wait& wait);
  void note_stranger(std::string_view body);

  const LockNames names_;
  const std::string domain_;
  Connector& connector_;
  Clock& clock_;
  std::unique_ptr<Session> session_;
  std::string stranger_;  // The domain of a second stream that stored an append of ours.
};

}  // namespace ghboot::nats
