// SPDX-License-Identifier: Apache-2.0
#include "regen/regeneration_message.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/message_json.h"
#include "nats/time_text.h"
#include "regen/place_json.h"

namespace ghboot::regen {
namespace {

using nats::MessageMembers, nats::message_text, nats::put_text;
using nlohmann::json;

constexpr std::array kinds{EventKind::started, EventKind::asked, EventKind::completed, EventKind::failed};

// What the two members are called differs.
constexpr const char* place_key(EventKind kind) { return kind == EventKind::asked ? "request" : "through"; }
constexpr const char* person_key(EventKind kind) { return kind == EventKind::asked ? "asker" : "holder"; }

void put_time(json& into, const std::optional<std::int64_t>& at) {
  if (at) into["at"] = nats::time_text(*at);
}

std::string defect_of(const RegenerationEvent& event) {
  const bool is_end = event.kind == EventKind::completed || event.kind == EventKind::failed;
  if (event.nonce.empty()) return "it has no \"nonce\"";
  if (is_end && event.run.empty()) return "it has no \"run\"";
  if (event.place.created.empty() || event.place.sequence == 0)
    return fmt::format("its \"{}\" names no request", place_key(event.kind));
  return "";
}

}  // namespace

std::string RegenerationRequest::encode() const {
  json object = json::object();
  put_text(object, "nonce", nonce);
  put_text(object, "reason", reason);
  put_text(object, "asker", asker);
  put_text(object, "host", host);
  put_time(object, at);
  return message_text(object);
}

Result<RegenerationRequest> RegenerationRequest::decode(std::string_view bytes) {
  constexpr std::string_view what = "a request for a regeneration";
  const auto object = nats::parse_message(bytes, what);
  if (!object) return std::unexpected(object.error());
  RegenerationRequest request;
  MessageMembers members(*object);
  members.text("nonce", request.nonce);
  members.text("reason", request.reason);
  members.text("asker", request.asker);
  members.text("host", request.host);
  members.time("at", request.at);
  if (!members.wrong().empty())
    return fail(ErrorKind::invalid, fmt::format("not {}: {}", what, members.wrong()));
  return request;
}

std::string RegenerationEvent::encode() const {
  json object{{"nonce", nonce}, {place_key(kind), place_json(place)}};
  if (kind == EventKind::started || kind == EventKind::asked) {
    put_text(object, person_key(kind), person);
    put_text(object, "host", host);
  } else {
    put_text(object, "run", run);
  }
  if (kind == EventKind::started) {
    put_text(object, "token", token);
    put_text(object, "reason", reason);
    put_text(object, "target", target);
  }
  if (kind == EventKind::failed) {
    put_text(object, "error", error);
    if (lost) object["lost"] = true;
    if (parked) object["parked"] = true;
  }
  put_time(object, at);
  return message_text(object);
}

Result<RegenerationEvent> RegenerationEvent::decode(EventKind kind, std::string_view bytes) {
  constexpr std::string_view what = "an event of a regeneration";
  const auto object = nats::parse_message(bytes, what);
  if (!object) return std::unexpected(object.error());
  RegenerationEvent event{.kind = kind};
  MessageMembers members(*object);
  members.text("nonce", event.nonce);
  read_place(members, place_key(kind), event.place);
  members.text("run", event.run);
  members.text(person_key(kind), event.person);
  members.text("host", event.host);
  members.text("token", event.token);
  members.text("reason", event.reason);
  members.text("target", event.target);
  members.text("error", event.error);
  members.flag("lost", event.lost);
  members.flag("parked", event.parked);
  members.time("at", event.at);
  const std::string wrong = members.wrong().empty() ? defect_of(event) : members.wrong();
  if (!wrong.empty()) return fail(ErrorKind::invalid, fmt::format("not {}: {}", what, wrong));
  return event;
}

const std::string& subject_of(EventKind kind, const nats::RegenerationNames& names) {
  switch (kind) {
    case EventKind::started:
      return names.started;
    case EventKind::asked:
      return names.asked;
    case EventKind::completed:
      return names.completed;
    case EventKind::failed:
      return names.failed;
  }
  std::unreachable();
}

std::optional<EventKind> kind_of(std::string_view subject, const nats::RegenerationNames& names) {
  for (const EventKind kind : kinds)
    if (subject_of(kind, names) == subject) return kind;
  return std::nullopt;
}

}  // namespace ghboot::regen
