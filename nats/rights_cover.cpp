// SPDX-License-Identifier: Apache-2.0
#include "nats/rights_cover.h"

#include <algorithm>
#include <string_view>

#include "nats/subject.h"

namespace ghboot::nats {
namespace {

using Texts = std::vector<std::string>;

// "subject queue" is that queue group alone, "subject" every subscription.
bool entry_covers(std::string_view whole, std::string_view part) {
  const auto whole_space = std::min(whole.find(' '), whole.size());
  const auto part_space = std::min(part.find(' '), part.size());
  if (whole_space < whole.size() && whole.substr(whole_space) != part.substr(part_space)) return false;
  return covers(whole.substr(0, whole_space), part.substr(0, part_space));
}

bool each_is_covered(const Texts& parts, const Texts& by) {
  return std::ranges::all_of(parts, [&](const auto& part) {
    return std::ranges::any_of(by, [&](const auto& whole) { return entry_covers(whole, part); });
  });
}

bool covers(const SubjectRules& ours, const SubjectRules& theirs) {
  static const Texts everything{">"};
  const bool allows =
      ours.allow.empty() || each_is_covered(theirs.allow.empty() ? everything : theirs.allow, ours.allow);
  return allows && each_is_covered(ours.deny, theirs.deny);
}

// For numbers of which -1 is no limit, and what 0 means is the server's.
bool covers(std::int64_t ours, std::int64_t theirs) {
  return ours == theirs || ours == -1 || (theirs > 0 && ours >= theirs);
}

bool covers(const Permissions& ours, const Permissions& theirs) {
  if (ours == theirs) return true;
  if (ours == Permissions() || theirs == Permissions()) return false;
  const bool answers = theirs.responses_max == 0 && theirs.responses_ttl_ns == 0;
  return covers(ours.publish, theirs.publish) && covers(ours.subscribe, theirs.subscribe) &&
         (answers || (covers(ours.responses_max, theirs.responses_max) &&
                      covers(ours.responses_ttl_ns, theirs.responses_ttl_ns)));
}

// Of lists whose emptiness means all.
template <class T>
bool has_all(const std::vector<T>& ours, const std::vector<T>& theirs) {
  return ours.empty() || (!theirs.empty() && std::ranges::all_of(theirs, [&](const T& one) {
           return std::ranges::find(ours, one) != ours.end();
         }));
}

}  // namespace

bool covers(const UserRights& ours, const UserRights& theirs) {
  const bool same_clock = ours.times.empty() || ours.times_location == theirs.times_location;
  return covers(ours.permissions, theirs.permissions) && covers(ours.subs, theirs.subs) &&
         covers(ours.data, theirs.data) && covers(ours.payload, theirs.payload) &&
         has_all(ours.source_networks, theirs.source_networks) && has_all(ours.times, theirs.times) &&
         same_clock && (ours.bearer_token || !theirs.bearer_token) &&
         has_all(ours.connection_types, theirs.connection_types);
}

}  // namespace ghboot::nats
