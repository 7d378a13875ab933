// SPDX-License-Identifier: Apache-2.0
// A list of objects in a claim, each of which has a key of its own: exports and imports. What is wanted is
// merged into what is written: an entry that means the same stays to the letter, one that changes keeps the
// members that are not known here. For the .cpp files of what such an entry is.
//
// An Entry has: key(), which tells it from others; subject; static read(const ClaimMembers&); and
// write(json&), which changes only what reads otherwise. Threads: any.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/claim_members.h"
#include "nats/server_reply.h"

namespace ghboot::nats {

// A text, a flag or a number of an entry, and what it is called there.
template <class Entry, class T>
struct EntryMember {
  const char* name;
  T Entry::* at;
};

inline void read_member(const ClaimMembers& from, const char* name, std::string& into) {
  into = from.text(name);
}
inline void read_member(const ClaimMembers& from, const char* name, bool& into) { into = from.flag(name); }
inline void read_member(const ClaimMembers& from, const char* name, std::int64_t& into) {
  into = from.number(name);
}

template <class Entry, class Members>
void read_members(const ClaimMembers& from, const Members& members, Entry& into) {
  std::apply([&](const auto&... member) { (read_member(from, member.name, into.*member.at), ...); }, members);
}

// What is empty, 0 or false goes, as the servers' library writes it.
template <class Entry, class Members>
void write_members(const Entry& wanted, const Entry& present, const Members& members, nlohmann::json& into) {
  const auto write = [&]<class T>(const EntryMember<Entry, T>& member) {
    const T& value = wanted.*member.at;
    if (value == present.*member.at) return;
    if (value == T{})
      into.erase(member.name);
    else
      into[member.name] = value;
  };
  std::apply([&](const auto&... member) { (write(member), ...); }, members);
}

template <class Entry>
Entry read_entry(const nlohmann::json& entry) {
  ClaimFault ignored;
  return Entry::read(ClaimMembers(entry, "", ignored));
}

template <class Entry>
std::vector<Entry> read_entries(const ClaimMembers& from, std::string_view name, ClaimFault& fault) {
  std::vector<Entry> entries;
  const nlohmann::json& list = from.at(name);
  if (!list.is_null() && !list.is_array()) from.expect(name, "a list of objects");
  if (!list.is_array()) return entries;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].is_object()) from.expect(name, "a list of objects");
    entries.push_back(
        Entry::read(ClaimMembers(list[i], fmt::format("{}[{}]", from.path_of(name), i), fault)));
  }
  return entries;
}

template <class Entry>
void write_entries(const std::vector<Entry>& wanted, const char* name, nlohmann::json& body) {
  using nlohmann::json;
  std::multimap<std::string, json> present;
  const json& written = member(body, name);
  if (written.is_array())
    for (const json& entry : written) present.emplace(read_entry<Entry>(entry).key(), entry);
  bool changed = present.size() != wanted.size();
  std::multimap<std::string, json> list;  // By subject; of one they keep their order.
  for (const Entry& one : wanted) {
    json entry = json::object();
    if (const auto at = present.find(one.key()); at != present.end()) {
      entry = std::move(at->second);
      present.erase(at);
    }
    const json before = entry;
    one.write(entry);
    changed = changed || entry != before;
    list.emplace(text_member(entry, "subject"), std::move(entry));
  }
  if (!changed) return;  // In whatever order.
  body.erase(name);
  for (auto& [subject, entry] : list) body[name].push_back(std::move(entry));
}

}  // namespace ghboot::nats
