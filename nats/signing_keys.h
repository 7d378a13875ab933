// SPDX-License-Identifier: Apache-2.0
// The signing keys of an account: plain ones sign users with rights of their own, scoped ones (a "role") say
// themselves what their users may do. Source: nats-io/jwt v2, signing_keys.go and user_scope.go. Threads: as
// any value.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "nats/claim_members.h"
#include "nats/user_rights.h"

namespace ghboot::nats {

struct SigningKey {
  std::string public_key;         // "A…"
  bool scoped = false;            // What follows is of scoped keys alone.
  std::string role, description;  // For people.
  UserRights rights;              // Of every user that it signs.
  bool operator==(const SigningKey&) const = default;
};

std::vector<SigningKey> read_signing_keys(const ClaimMembers& body);
// By key, as the servers' library does. An entry that already reads so is left as it is written; members of a
// scope that are not known here stay.
void write_signing_keys(std::vector<SigningKey> keys, nlohmann::json& body);

}  // namespace ghboot::nats
