// SPDX-License-Identifier: Apache-2.0
// What a resource keeps for itself in the state, unseen by users: small texts by name, stored as one JSON
// object. Core stores what it is given verbatim and drops what is left out, so the engine carries it through
// every answer. Names that begin with "plan:" live from a plan to its apply alone, that of a create included.
// Never a place for a secret: state files are read by many. Threads: as any value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ghboot::tfplugin {

class PrivateState {
 public:
  // Bytes that another release or program wrote count as empty.
  static PrivateState decode(std::string_view bytes);
  std::string encode() const;  // Empty when it holds nothing.

  bool empty() const { return entries_.empty(); }
  std::optional<std::string> get(std::string_view name) const;
  void set(std::string_view name, std::string value) {
    entries_.insert_or_assign(std::string(name), std::move(value));
  }
  void erase(std::string_view name) {
    if (const auto found = entries_.find(name); found != entries_.end()) entries_.erase(found);
  }
  PrivateState plan_entries() const;
  void erase_plan_entries();

 private:
  std::map<std::string, std::string, std::less<>> entries_;
};

}  // namespace ghboot::tfplugin
