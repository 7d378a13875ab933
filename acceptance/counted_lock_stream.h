// SPDX-License-Identifier: Apache-2.0
// A lock's stream that counts what is asked of it: what contending costs. Threads: one at a time, as the
// stream that it stands before.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "nats/jetstream_lock_stream.h"
#include "nats/lock_message.h"

namespace ghboot::acceptance {

class CountedLockStream final : public nats::LockStream {
 public:
  CountedLockStream(nats::LockNames names, nats::Connector& connector, nats::Clock& clock)
      : inner_(std::move(names), connector, clock) {}

  const std::string& domain() const override { return inner_.domain(); }
  nats::Appended append(const nats::LockAppend& append, const nats::Wait& wait) override {
    const auto message = nats::LockMessage::decode(append.bytes);
    tries_ += message && message->state == nats::LockState::held;
    return inner_.append(append, wait);
  }
  nats::Result<std::optional<nats::LockEntry>> last(const nats::Wait& wait) override {
    ++reads_;
    return inner_.last(wait);
  }
  nats::Result<nats::LockNews> news(const nats::Wait& wait) override { return inner_.news(wait); }
  void announce(std::string_view bytes) override { inner_.announce(bytes); }

  int tries() const { return tries_; }  // Appends of a held lock: to acquire it, and to renew it.
  int reads() const { return reads_; }

 private:
  nats::JetStreamLockStream inner_;
  int tries_ = 0, reads_ = 0;
};

}  // namespace ghboot::acceptance
