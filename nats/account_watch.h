// SPDX-License-Identifier: Apache-2.0
// Notices what others do to an account: every push and delete of a cluster passes by a client of the system
// account, its body included. Our own messages are known by their text. What was sent just before it
// began may count too, which costs a second look. It cannot notice what was sent earlier, nor while its
// connection is lost: then all is possible. Threads: one, except for OwnPushes: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nats/connection.h"

namespace ghboot::nats {

// What this process pushed, by hash.
class OwnPushes {
 public:
  void add(std::string_view jwt);
  bool contains(std::string_view jwt) const;

 private:
  mutable std::mutex mutex_;
  std::set<std::size_t> hashes_;
};

enum class Disturbance : std::uint8_t {
  none,
  pushed,   // Another writer pushed the account, or may have: the connection was lost.
  deleted,  // Somebody asked for its deletion.
};

class AccountWatch {
 public:
  AccountWatch(Subscription subscription, std::string_view account, const OwnPushes& own)
      : subscription_(std::move(subscription)), account_(account), own_(own) {}

  // The worst of what has come until now.
  Disturbance look();
  // The texts of what other writers pushed, as they came.
  const std::vector<std::string>& foreign() const { return foreign_; }

 private:
  Disturbance judge(const Message& message) const;

  Subscription subscription_;
  std::string account_;
  const OwnPushes& own_;
  std::vector<std::string> foreign_;
  Disturbance worst_ = Disturbance::none;
};

}  // namespace ghboot::nats
