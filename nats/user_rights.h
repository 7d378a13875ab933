// SPDX-License-Identifier: Apache-2.0
// What a user may do, in the form that three claims share: a user's own, the template of a scoped signing key
// ("user_scope"), and, of it, the permissions that an account gives to users without any.
// Source: nats-io/jwt v2, types.go and user_claims.go. Threads: as any value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "nats/claim_members.h"

namespace ghboot::nats {

struct SubjectRules {
  std::vector<std::string> allow, deny;
  bool operator==(const SubjectRules&) const = default;
};

struct Permissions {
  SubjectRules publish, subscribe;                       // Of subscribe, an entry may be "subject queue".
  std::int64_t responses_max = 0, responses_ttl_ns = 0;  // Both 0: no response permission.
  bool operator==(const Permissions&) const = default;
};

struct TimeRange {
  std::string start, end;  // "15:04:05"
  bool operator==(const TimeRange&) const = default;
};

struct UserRights {
  Permissions permissions;
  std::int64_t subs = -1, data = -1, payload = -1;
  std::vector<std::string> source_networks;  // CIDR.
  std::vector<TimeRange> times;
  std::string times_location;  // "Europe/Berlin"; empty: the server's own.
  bool bearer_token = false;
  std::vector<std::string> connection_types;  // "STANDARD", "WEBSOCKET", …; none: all.
  bool operator==(const UserRights&) const = default;

  // What a user that a scoped key signed must have: nothing of its own, not even -1.
  static UserRights none() { return {.permissions = {}, .subs = 0, .data = 0, .payload = 0}; }
};

Permissions read_permissions(const ClaimMembers& from);
UserRights read_rights(const ClaimMembers& from);
// Into an object of claims: what is empty or 0 goes from it, what is not known here stays.
void write_permissions(const Permissions& permissions, nlohmann::json& into);
void write_rights(const UserRights& rights, nlohmann::json& into);

}  // namespace ghboot::nats
