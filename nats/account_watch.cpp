// SPDX-License-Identifier: Apache-2.0
#include "nats/account_watch.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <nlohmann/json.hpp>

#include "nats/jwt.h"
#include "nats/server_reply.h"

namespace ghboot::nats {

using nlohmann::json;

void OwnPushes::add(std::string_view jwt) {
  const std::lock_guard lock(mutex_);
  hashes_.insert(std::hash<std::string_view>()(jwt));
}

bool OwnPushes::contains(std::string_view jwt) const {
  const std::lock_guard lock(mutex_);
  return hashes_.contains(std::hash<std::string_view>()(jwt));
}

Disturbance AccountWatch::judge(const Message& message) const {
  if (own_.contains(message.body)) return Disturbance::none;
  const auto payload = decode_jwt(message.body);
  if (!payload) return Disturbance::none;  // Servers refuse it as well.
  const std::string subject = text_member(*payload, "sub");
  if (!message.subject.ends_with(".DELETE"))
    return subject == account_ ? Disturbance::pushed : Disturbance::none;
  if (subject != text_member(*payload, "iss")) return Disturbance::none;  // Likewise: not self-signed.
  const json& accounts = member(member(*payload, "nats"), "accounts");
  const bool ours = accounts.is_array() && std::ranges::find(accounts, json(account_)) != accounts.end();
  return ours ? Disturbance::deleted : Disturbance::none;
}

Disturbance AccountWatch::look() {
  for (Message& message : subscription_.take()) {
    const Disturbance how = judge(message);
    worst_ = std::max(worst_, how);
    if (how == Disturbance::pushed) foreign_.push_back(std::move(message.body));
  }
  if (subscription_.lost()) worst_ = std::max(worst_, Disturbance::pushed);
  return worst_;
}

}  // namespace ghboot::nats
