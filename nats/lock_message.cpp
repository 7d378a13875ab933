// SPDX-License-Identifier: Apache-2.0
#include "nats/lock_message.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/duration_text.h"
#include "nats/time_text.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::array<std::pair<LockState, std::string_view>, 3> states{
    {{LockState::free, "free"}, {LockState::held, "held"}, {LockState::revoked, "revoked"}}};
constexpr std::size_t size_max = 65536;
constexpr std::size_t text_max = 1000;  // Bytes, so that a whole message stays far below size_max.
constexpr int depth_max = 8;            // Of a message of ours: 2.

// Reads members of one object; the first that is wrong is kept, in words.
class Members {
 public:
  explicit Members(const json& object) : object_(object) {}

  void text(const char* key, std::string& into) {
    read(key, "a string", [&](const json& value) {
      if (value.is_string()) into = value.get<std::string>();
      return value.is_string();
    });
  }
  void flag(const char* key, bool& into) {
    read(key, "true or false", [&](const json& value) {
      if (value.is_boolean()) into = value.get<bool>();
      return value.is_boolean();
    });
  }
  template <class T>
  void count(const char* key, T& into) {  // Above 32 bits proto3 writes strings, and either is read.
    read(key, "a whole number that fits", [&](const json& value) {
      const std::string digits = value.is_string() ? value.get<std::string>() : value.dump();
      const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
      return (value.is_string() || value.is_number_integer()) && failure == std::errc() &&
             end == digits.data() + digits.size();
    });
  }
  void duration(const char* key, milliseconds& into) {
    read(key, "a duration as \"30s\"", [&](const json& value) {
      const auto parsed = value.is_string() ? parse_duration(value.get<std::string>()) : std::nullopt;
      into = parsed.value_or(milliseconds(0));
      return parsed.has_value();
    });
  }
  void time(const char* key, std::optional<std::int64_t>& into) {
    read(key, "a time as \"2026-11-26T08:00:00Z\"", [&](const json& value) {
      if (value.is_string()) into = parse_time(value.get<std::string>());
      return into.has_value();
    });
  }
  void texts(const char* key, std::vector<std::string>& into) {
    read(key, "a list of strings", [&](const json& value) {
      if (!value.is_array()) return false;
      for (const json& entry : value) {
        if (!entry.is_string()) return false;
        if (into.size() < lock_next_max) into.push_back(entry.get<std::string>());
      }
      return true;
    });
  }
  void state(const char* key, std::optional<LockState>& into) {
    read(key, "free, held or revoked", [&](const json& value) {
      for (const auto& [state, name] : states)
        if (value == name) into = state;
      return into.has_value();
    });
  }
  const std::string& wrong() const { return wrong_; }

 private:
  void read(const char* key, std::string_view expected, const auto& take) {
    const auto at = object_.find(key);
    if (at == object_.end() || at->is_null() || take(*at) || !wrong_.empty()) return;
    wrong_ = fmt::format("its \"{}\" is not {}", key, expected);
  }
  const json& object_;
  std::string wrong_;
};

Result<json> parse(std::string_view bytes, std::string_view what) {
  if (bytes.size() > size_max)
    return fail(ErrorKind::invalid, fmt::format("not {}: {} bytes are too many", what, bytes.size()));
  json object =
      json::parse(bytes, [](int depth, json::parse_event_t, json&) { return depth <= depth_max; }, false);
  if (!object.is_object()) return fail(ErrorKind::invalid, fmt::format("not {}: no JSON object", what));
  return object;
}

void put(json& into, const char* key, const std::string& text) {  // proto3 leaves out what is empty.
  if (!text.empty()) into[key] = text;
}

std::string text_of(const json& object) {  // A host's or a person's name may be no UTF-8.
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

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
  json object{{"generation", std::to_string(generation)},
              {"state", states[std::to_underlying(state)].second}};
  put(object, "holder", holder);
  put(object, "host", host);
  if (pid != 0) object["pid"] = pid;
  put(object, "reason", reason);
  put(object, "nonce", nonce);
  put(object, "prev", prev);
  if (lease.count() != 0) object["lease"] = duration_text(lease);
  if (!next.empty()) object["next"] = next;
  if (attempt_deadline) object["attemptDeadline"] = time_text(*attempt_deadline);
  put(object, "by", by);
  put(object, "why", why);
  if (forced) object["forced"] = true;
  return text_of(object);
}

Result<LockMessage> LockMessage::decode(std::string_view bytes) {
  constexpr std::string_view what = "a message of the lock";
  const auto object = parse(bytes, what);
  if (!object) return std::unexpected(object.error());
  LockMessage message{.generation = 0};
  std::optional<LockState> state;
  Members members(*object);
  members.count("generation", message.generation);
  members.state("state", state);
  members.text("holder", message.holder);
  members.text("host", message.host);
  members.count("pid", message.pid);
  members.text("reason", message.reason);
  members.text("nonce", message.nonce);
  members.text("prev", message.prev);
  members.duration("lease", message.lease);
  members.texts("next", message.next);
  members.time("attemptDeadline", message.attempt_deadline);
  members.text("by", message.by);
  members.text("why", message.why);
  members.flag("forced", message.forced);
  message.state = state.value_or(LockState::held);
  const std::string wrong = members.wrong().empty() ? defect_of(message, !!state) : members.wrong();
  if (!wrong.empty()) return fail(ErrorKind::invalid, fmt::format("not {}: {}", what, wrong));
  return message;
}

std::string LockWaiter::encode() const {
  json object = json::object();
  put(object, "id", id);
  put(object, "holder", holder);
  object["waited"] = duration_text(waited);
  return text_of(object);
}

Result<LockWaiter> LockWaiter::decode(std::string_view bytes) {
  constexpr std::string_view what = "what a waiter for the lock says";
  const auto object = parse(bytes, what);
  if (!object) return std::unexpected(object.error());
  LockWaiter waiter;
  Members members(*object);
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
