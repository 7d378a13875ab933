// SPDX-License-Identifier: Apache-2.0
// One stream as a log of events or a queue of requests: read by sequence, published to, either under its last
// sequence or as one of many that are taken. Always holds: a Wait bounds each call. It knows no message's
// meaning. Threads: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nats/environment.h"
#include "nats/error.h"
#include "nats/lock_stream.h"

namespace ghboot::nats {

struct StreamState {
  std::string created{};              // As the server writes it: tells streams of one name apart.
  std::uint64_t first = 0, last = 0;  // Sequences; last: 0 where nothing was ever stored.
};

struct EventEntry {
  std::uint64_t sequence = 0;
  std::string subject{}, bytes{};
};

struct Publication {
  std::string subject{};
  std::string id{};  // Nats-Msg-Id.
  std::string bytes{};
  std::optional<std::uint64_t> expected_last{};  // 0: the stream is empty. Nothing: whatever is last.
};

class EventStream {
 public:
  virtual ~EventStream() = default;
  virtual const std::string& name() const = 0;
  // ErrorKind::missing: there is no such stream; refused: the user may not ask, here and below. Any other
  // error: no answer. As its leader has it.
  virtual Result<StreamState> state(const Wait& wait) = 0;
  // Nothing: there is no message at this sequence. Any error: no answer.
  virtual Result<std::optional<EventEntry>> at(std::uint64_t sequence, const Wait& wait) = 0;
  // The last message on this subject.
  virtual Result<std::optional<EventEntry>> last_on(std::string_view subject, const Wait& wait) = 0;
  virtual Appended publish(const Publication& publication, const Wait& wait) = 0;
};

}  // namespace ghboot::nats
