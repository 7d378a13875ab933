// SPDX-License-Identifier: Apache-2.0
// The mappings of an account: a message published to a subject goes to one of its destinations, chosen by
// weight. A server ignores a mapping that it cannot use and tells nobody, so what makes one unusable is found
// here. Source: nats-io/jwt v2, account_claims.go; server/accounts.go and subject_transform.go.
// Threads: as any value.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "nats/claim_members.h"
#include "nats/server_version.h"

namespace ghboot::nats {

struct MappedTo {
  std::string subject;
  std::int64_t weight = 100;  // Percent of the messages, 1 to 100.
  std::string cluster;        // Counts in that cluster alone; empty: where no other entry does.
  bool operator==(const MappedTo&) const = default;
};

using SubjectMappings = std::map<std::string, std::vector<MappedTo>>;  // By source.

SubjectMappings read_mappings(const ClaimMembers& body);
void write_mappings(const SubjectMappings& mappings, nlohmann::json& body);  // What reads so already stays.

// Why servers would ignore messages of `source` going to `destination`, as "has a …" of the destination;
// empty: they would not.
std::string problem_of_destination(std::string_view source, std::string_view destination);
// The first version of the server that takes such a destination; 0.0: every one that is supported.
ServerVersion destination_since(std::string_view source, std::string_view destination);

}  // namespace ghboot::nats
