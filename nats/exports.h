// SPDX-License-Identifier: Apache-2.0
// What an account offers to others: streams, whose messages they get, and services, to which they send
// requests. Source: nats-io/jwt v2, exports.go; server/accounts.go. Threads: as any value.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "nats/claim_members.h"

namespace ghboot::nats {

struct ServiceLatency {
  std::int64_t sampling = 100;  // Of a hundred requests; 0: those that ask for it by a header.
  std::string results;          // The subject on which the exporter hears what was measured.
  auto operator<=>(const ServiceLatency&) const = default;
};

struct Export {
  std::string subject, type;  // "stream" or "service".
  std::string name{};         // For people, like the next two.
  std::string description{}, info_url{};
  bool token_required = false;  // Private: an import needs an activation.
  std::string response_type{};  // Of a service: "Stream", "Chunked", or empty for one answer ("Singleton").
  std::int64_t response_threshold_ns = 0;
  std::optional<ServiceLatency> latency{};
  std::int64_t account_token_position = 0;  // From 1: there stands a "*", for the importer's own key.
  bool advertise = false, allow_trace = false;
  // Activations that are void, by the importer's key or "*": those issued until then. Read alone: what is
  // written stays when the export is.
  std::map<std::string, std::int64_t> revocations{};

  std::string key() const { return type + " " + subject; }
  static Export read(const ClaimMembers& from);
  void write(nlohmann::json& into) const;
  auto operator<=>(const Export&) const = default;
};

std::vector<Export> read_exports(const ClaimMembers& body, ClaimFault& fault);
void write_exports(const std::vector<Export>& exports, nlohmann::json& body);

// What servers refuse, and then with the whole account; or take and leave out in silence. A sentence each,
// which begins with the export.
std::vector<std::string> problems_of(const std::vector<Export>& exports);

}  // namespace ghboot::nats
