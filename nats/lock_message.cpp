// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_message.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/duration_text.h"
#include "nats/message_json.h"
#include "nats/time_text.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

const std::vector<std::string_view> states{"free", "held", "revoked"};  // In LockState's order.
constexpr std::size_t text_max = 1000;  // Bytes, so that a whole message stays far below what is read.

std::string defect_of(const LockMessage& message, bool has_state) {
  if (!has_state) return "it has no \"state\"";
  if (message.generation == 0) return "its \"generation\" is 0";
  if (message.nonce.empty()) return "it has no \"nonce\"";
  if (message.lease > lock_lease_max) return "its \"lease\" is above 24 h";
  if (message.state != LockState::free && message.lease.count() == 0) return "it has no \"lease\"";
  return "";
}

}  // namespace

std::string LockMessage::encode() const {
  json object{{"generation", std::to_string(generation)}, {"state", states[std::to_underlying(state)]}};
  put_text(object, "holder", holder);
  put_text(object, "host", host);
  if (pid != 0) object["pid"] = pid;
  put_text(object, "reason", reason);
  put_text(object, "nonce", nonce);
  put_text(object, "prev", prev);
  if (lease.count() != 0) object["lease"] = duration_text(lease);
  if (!next.empty()) object["next"] = next;
  if (attempt_deadline) object["attemptDeadline"] = time_text(*attempt_deadline);
  put_text(object, "by", by);
  put_text(object, "why", why);
  if (forced) object["forced"] = true;
  if (acquired != 0) object["acquired"] = std::to_string(acquired);
  if (acquired_at) object["acquiredAt"] = time_text(*acquired_at);
  return message_text(object);
}

Result<LockMessage> LockMessage::decode(std::string_view bytes) {
  constexpr std::string_view what = "a message of the lock";
  const auto object = parse_message(bytes, what);
  if (!object) return std::unexpected(object.error());
  LockMessage message{.generation = 0};
  std::optional<std::size_t> state;
  MessageMembers members(*object);
  members.count("generation", message.generation);
  members.choice("state", states, "free, held or revoked", state);
  members.text("holder", message.holder);
  members.text("host", message.host);
  members.count("pid", message.pid);
  members.text("reason", message.reason);
  members.text("nonce", message.nonce);
  members.text("prev", message.prev);
  members.duration("lease", message.lease);
  members.texts("next", message.next, lock_next_max);
  members.time("attemptDeadline", message.attempt_deadline);
  members.text("by", message.by);
  members.text("why", message.why);
  members.flag("forced", message.forced);
  members.count("acquired", message.acquired);
  members.time("acquiredAt", message.acquired_at);
  message.state = state ? static_cast<LockState>(*state) : LockState::held;
  const std::string wrong = members.wrong().empty() ? defect_of(message, !!state) : members.wrong();
  if (!wrong.empty()) return fail(ErrorKind::invalid, fmt::format("not {}: {}", what, wrong));
  return message;
}

std::string LockWaiter::encode() const {
  json object = json::object();
  put_text(object, "id", id);
  put_text(object, "holder", holder);
  object["waited"] = duration_text(waited);
  return message_text(object);
}

Result<LockWaiter> LockWaiter::decode(std::string_view bytes) {
  constexpr std::string_view what = "what a waiter for the lock says";
  const auto object = parse_message(bytes, what);
  if (!object) return std::unexpected(object.error());
  LockWaiter waiter;
  MessageMembers members(*object);
  members.text("id", waiter.id);
  members.text("holder", waiter.holder);
  members.duration("waited", waiter.waited);
  const std::string wrong =
      waiter.id.empty() && members.wrong().empty() ? "it has no \"id\"" : members.wrong();
  if (!wrong.empty()) return fail(ErrorKind::invalid, fmt::format("not {}: {}", what, wrong));
  return waiter;
}

std::string problem_of_lock_text(std::string_view text) {
  if (text.size() > text_max) return fmt::format("has {} bytes; {} are the most", text.size(), text_max);
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; };
  return std::ranges::any_of(text, is_control) ? "holds a line's end or another control character" : "";
}

std::string_view contender_of(std::string_view nonce) { return nonce.substr(0, nonce.find('/')); }

}  // namespace ghboot::nats
