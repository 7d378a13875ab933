// SPDX-License-Identifier: Apache-2.0
#include "regen/log_snapshot.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/message_json.h"
#include "nats/sha256.h"
#include "regen/place_json.h"

namespace ghboot::regen {
namespace {

using nats::MessageMembers, nats::put_text;
using nlohmann::json;

constexpr std::size_t parked_for_max = 200;  // Bytes: there may be many.

json as_json(const std::string& name, const TargetState& target) {
  json object = json::object();
  put_text(object, "target", name);
  put_text(object, "running", target.running);
  if (target.is_open) object["open"] = true;
  if (target.failures != 0) object["failures"] = target.failures;
  if (target.completed) object["completed"] = place_json(*target.completed);
  if (target.parked) object["parked"] = place_json(*target.parked);
  put_text(object, "parkedFor", target.parked_for.substr(0, parked_for_max));
  return object;
}

void read_place(MessageMembers& members, const char* key, std::optional<RequestPlace>& into) {
  RequestPlace place;
  read_place(members, key, place);
  if (!place.created.empty()) into = std::move(place);
}

}  // namespace

void LogSnapshot::take(const nats::EventEntry& entry, const RegenerationEvent& event) {
  state.take(event);
  sequence = entry.sequence;
  sha256 = nats::sha256_hex(entry.bytes);
  if (event.kind != EventKind::asked) run_sequence = entry.sequence;
}

bool LogSnapshot::is_of(const nats::EventEntry& entry) const {
  return entry.sequence == sequence && nats::sha256_hex(entry.bytes) == sha256;
}

std::string LogSnapshot::encode() const {
  json object = json::object();
  object["version"] = version;
  put_text(object, "logCreated", created);
  object["sequence"] = std::to_string(sequence);
  put_text(object, "sha256", sha256);
  if (run_sequence != 0) object["runSequence"] = std::to_string(run_sequence);
  for (const auto& [name, target] : state.targets)
    if (target != TargetState()) object["targets"].push_back(as_json(name, target));
  return nats::message_text(object);
}

Result<LogSnapshot> LogSnapshot::decode(std::string_view bytes) {
  constexpr std::string_view what = "a snapshot of regenerations";
  const auto object = nats::parse_message(bytes, what, size_max);
  if (!object) return std::unexpected(object.error());
  LogSnapshot out;
  MessageMembers members(*object);
  std::uint32_t its_version = 0;
  members.count("version", its_version);
  members.text("logCreated", out.created);
  members.count("sequence", out.sequence);
  members.text("sha256", out.sha256);
  members.count("runSequence", out.run_sequence);
  members.objects("targets", [&](MessageMembers& one) {
    std::string name;
    TargetState target;
    one.text("target", name);
    one.text("running", target.running);
    one.flag("open", target.is_open);
    one.count("failures", target.failures);
    read_place(one, "completed", target.completed);
    read_place(one, "parked", target.parked);
    one.text("parkedFor", target.parked_for);
    out.state.targets.insert_or_assign(std::move(name), std::move(target));
  });
  std::string wrong = members.wrong();
  if (wrong.empty() && its_version != version) wrong = fmt::format("it is of version {}", its_version);
  if (wrong.empty() && (out.created.empty() || out.sequence == 0 || out.run_sequence > out.sequence))
    wrong = "it names no event";
  if (!wrong.empty()) return fail(ErrorKind::invalid, fmt::format("not {}: {}", what, wrong));
  return out;
}

}  // namespace ghboot::regen
