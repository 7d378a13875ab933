// SPDX-License-Identifier: Apache-2.0
// Auth callout: an account whose users are let in by a service of its own. Servers before 2.10 do not know
// it, and let users in as if it were not there. Source: nats-io/jwt v2, account_claims.go. Threads: as any
// value.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "nats/claim_members.h"

namespace ghboot::nats {

struct Authorization {
  std::vector<std::string> auth_users;  // "U…": of the service, let in without asking it. None: it is off.
  std::vector<std::string> allowed_accounts;  // "A…" or "*": where the service may put users.
  std::string xkey;                           // "X…": requests are encrypted for it. Empty: they are not.
  bool operator==(const Authorization&) const = default;
};

Authorization read_authorization(const ClaimMembers& body);
void write_authorization(const Authorization& authorization, nlohmann::json& body);

}  // namespace ghboot::nats
