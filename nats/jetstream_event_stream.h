// SPDX-License-Identifier: Apache-2.0
// An EventStream over a connection to NATS. Always holds: each message carries Nats-Msg-Id and
// Nats-Expected-Stream, and Nats-Expected-Last-Sequence where a sequence is expected, 0 too; an answer is
// taken only as that to the very message that it belongs to. It cannot make the stream. Threads: one at a
// time. The Connector and the Clock outlive it.
#pragma once

#include <memory>
#include <string>

#include "nats/connection.h"
#include "nats/event_stream.h"

namespace ghboot::nats {

class JetStreamEventStream final : public EventStream {
 public:
  static constexpr std::chrono::milliseconds answer_max{5000};  // What one request waits at most.

  // `domain`: of JetStream; empty: the server's own.
  JetStreamEventStream(std::string stream, Connector& connector, Clock& clock, std::string domain = {});
  ~JetStreamEventStream() override;

  const std::string& name() const override { return stream_; }
  Result<StreamState> state(const Wait& wait) override;
  Result<std::optional<EventEntry>> at(std::uint64_t sequence, const Wait& wait) override;
  Result<std::optional<EventEntry>> last_on(std::string_view subject, const Wait& wait) override;
  Appended publish(const Publication& publication, const Wait& wait) override;

 private:
  struct Session;  // What belongs to one connection.
  Result<Session*> session(const Wait& wait);
  // `which`: a request of STREAM.MSG.GET; for people, as "message 7".
  Result<std::optional<EventEntry>> get(const std::string& request, std::string_view which, const Wait& wait);

  const std::string stream_, domain_;
  Connector& connector_;
  Clock& clock_;
  std::unique_ptr<Session> session_;
};

}  // namespace ghboot::nats
