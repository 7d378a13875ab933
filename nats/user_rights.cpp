// SPDX-License-Identifier: Apache-2.0
#include "nats/user_rights.h"

#include <algorithm>
#include <cstddef>

#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

using nlohmann::json;

SubjectRules read_rules(const ClaimMembers& from) {
  return {.allow = from.texts("allow"), .deny = from.texts("deny")};
}

json rules_json(const SubjectRules& rules) {
  json object = json::object();
  if (!rules.allow.empty()) object["allow"] = rules.allow;
  if (!rules.deny.empty()) object["deny"] = rules.deny;
  return object;
}

// Old tools wrote them as one text with commas between.
std::vector<std::string> read_networks(const ClaimMembers& from) {
  if (!from.at("src").is_string()) return from.texts("src");
  std::vector<std::string> networks;
  const std::string all = from.text("src");
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t end = std::min(all.find(',', begin), all.size());
    if (end > begin) networks.push_back(all.substr(begin, end - begin));
    begin = end + 1;
  }
  return networks;
}

std::vector<TimeRange> read_times(const ClaimMembers& from) {
  std::vector<TimeRange> times;
  const json& list = from.at("times");
  if (!list.is_null() && !list.is_array()) from.expect("times", "a list of objects with start and end");
  if (!list.is_array()) return times;
  for (const json& entry : list) {
    if (!entry.is_object()) {
      from.expect("times", "a list of objects with start and end");
      continue;
    }
    ClaimFault fault;
    const ClaimMembers members(entry, from.path_of("times"), fault);
    times.push_back({.start = members.text("start"), .end = members.text("end")});
    if (fault) from.expect("times", "a list of objects with start and end");
  }
  return times;
}

template <class T>
void set_or_erase(json& object, const char* name, const T& value, const T& nothing) {
  if (value == nothing)
    object.erase(name);
  else
    object[name] = value;
}

}  // namespace

Permissions read_permissions(const ClaimMembers& from) {
  const ClaimMembers responses = from.object("resp");
  return {.publish = read_rules(from.object("pub")),
          .subscribe = read_rules(from.object("sub")),
          .responses_max = responses.number("max"),
          .responses_ttl_ns = responses.number("ttl")};
}

UserRights read_rights(const ClaimMembers& from) {
  return {.permissions = read_permissions(from),
          .subs = from.number("subs"),
          .data = from.number("data"),
          .payload = from.number("payload"),
          .source_networks = read_networks(from),
          .times = read_times(from),
          .times_location = from.text("times_location"),
          .bearer_token = from.flag("bearer_token"),
          .connection_types = from.texts("allowed_connection_types")};
}

void write_permissions(const Permissions& permissions, json& into) {
  into["pub"] = rules_json(permissions.publish);
  into["sub"] = rules_json(permissions.subscribe);
  if (permissions.responses_max != 0 || permissions.responses_ttl_ns != 0)
    into["resp"] = {{"max", permissions.responses_max}, {"ttl", permissions.responses_ttl_ns}};
  else
    into.erase("resp");
}

void write_rights(const UserRights& rights, json& into) {
  write_permissions(rights.permissions, into);
  set_or_erase(into, "subs", rights.subs, std::int64_t{0});
  set_or_erase(into, "data", rights.data, std::int64_t{0});
  set_or_erase(into, "payload", rights.payload, std::int64_t{0});
  set_or_erase(into, "src", rights.source_networks, {});
  json times = json::array();
  for (const TimeRange& range : rights.times) times.push_back({{"start", range.start}, {"end", range.end}});
  set_or_erase(into, "times", times, json::array());
  set_or_erase(into, "times_location", rights.times_location, std::string());
  set_or_erase(into, "bearer_token", rights.bearer_token, false);
  set_or_erase(into, "allowed_connection_types", rights.connection_types, {});
}

}  // namespace ghboot::nats
