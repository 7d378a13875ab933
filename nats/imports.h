// SPDX-License-Identifier: Apache-2.0
// What an account takes from others: messages of a stream, or the answers of a service. Source: nats-io/jwt
// v2, imports.go; server/accounts.go. Threads: as any value.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "nats/claim_members.h"
#include "nats/exports.h"

namespace ghboot::nats {

// The form of now: where a claim has the old "to", its meaning is said by subject and local_subject.
struct Import {
  std::string subject, type;    // As the exporter names it: "stream" or "service".
  std::string account;          // The exporter, "A…".
  std::string name{};           // For people.
  std::string local_subject{};  // How it is called here; empty: as there. May refer to the nth "*" by $n.
  std::string token{};          // The activation, for a private export.
  bool share = false;           // Of a service: the exporter may see who asks, to measure latency.
  bool allow_trace = false;     // Of a stream.

  std::string local_name() const;  // The subject by which it is reached here, $n as "*".
  std::string key() const { return account + " " + type + " " + subject + " " + local_name(); }
  static Import read(const ClaimMembers& from);
  void write(nlohmann::json& into) const;
  auto operator<=>(const Import&) const = default;
};

std::vector<Import> read_imports(const ClaimMembers& body, ClaimFault& fault);
void write_imports(const std::vector<Import>& imports, nlohmann::json& body);

// What servers refuse, and then with the whole account; or take and leave out in silence. A sentence each,
// which begins with the import. `importer` empty: its key is not known yet, and what needs it not looked at.
std::vector<std::string> problems_of(const std::vector<Import>& imports, std::string_view importer);

// How an exporter's claims stand to an import of it.
enum class ImportState : std::uint8_t {
  resolved,
  not_exported,
  other_kind,       // Exported as a stream and imported as a service, or the other way.
  other_position,   // The export wants the importer's key at a place where the import has another token.
  needs_token,      // A private export.
  token_untrusted,  // Signed by a key that is no signing key of the exporter.
  token_revoked,
  token_expired,
};
struct Exporter {
  std::vector<Export> exports;
  std::vector<std::string> signing_keys;
};
// `now`: Unix seconds.
ImportState state_of(const Import& import, std::string_view importer, const Exporter& exporter,
                     std::int64_t now);

}  // namespace ghboot::nats
