// SPDX-License-Identifier: Apache-2.0
// The claims of an account as a document: what this version of ghboot knows is read and set by name, all the
// rest is kept as it came, so that an update never drops what another tool wrote. Source: nats-io/jwt v2,
// account_claims.go. Threads: as any value.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "nats/authorization.h"
#include "nats/error.h"
#include "nats/exports.h"
#include "nats/imports.h"
#include "nats/nkey.h"
#include "nats/signing_keys.h"
#include "nats/subject_mappings.h"
#include "nats/user_rights.h"

namespace ghboot::nats {

// Bytes and counts; what 0 and -1 mean is the server's: mem_storage and disk_storage 0 = JetStream off, -1 =
// no limit.
struct JetStreamLimits {
  std::int64_t mem_storage = 0, disk_storage = 0, streams = 0, consumer = 0, max_ack_pending = 0;
  std::int64_t mem_max_stream_bytes = 0, disk_max_stream_bytes = 0;  // 0 = no limit.
  bool max_bytes_required = false;
  bool operator==(const JetStreamLimits&) const = default;
};

// nsc's defaults: nothing limited, no JetStream.
struct AccountLimits {
  std::int64_t subs = -1, data = -1, payload = -1, imports = -1, exports = -1, conn = -1, leaf = -1;
  bool wildcards = true, disallow_bearer = false;
  JetStreamLimits jetstream;                     // Flat limits. All zero when `tiers` is used.
  std::map<std::string, JetStreamLimits> tiers;  // "R1", "R3": excludes flat ones.
  bool operator==(const AccountLimits&) const = default;
};

class AccountClaims {
 public:
  // As nsc makes one: name, subject, default limits, nothing else.
  AccountClaims(std::string_view account_public_key, std::string_view name);
  // ErrorKind::invalid: not a JWT, not an account's, or signed wrongly.
  static Result<AccountClaims> decode(std::string_view jwt);
  AccountClaims(const AccountClaims&);
  AccountClaims(AccountClaims&&) noexcept;
  AccountClaims& operator=(const AccountClaims&);
  AccountClaims& operator=(AccountClaims&&) noexcept;
  ~AccountClaims();

  std::string subject() const;  // "A…"
  std::string issuer() const;   // "O…", or empty before it was ever signed.
  std::int64_t issued_at() const;
  std::int64_t expires_at() const;  // 0: never.

  std::string name() const;
  void set_name(std::string_view);
  std::string description() const;
  void set_description(std::string_view);  // Empty removes it; likewise below.
  std::string info_url() const;
  void set_info_url(std::string_view);
  std::vector<std::string> tags() const;
  void set_tags(const std::vector<std::string>&);  // Lower-cased, as the servers' library does.
  AccountLimits limits() const;                    // Missing numbers are 0, as a server reads them.
  void set_limits(const AccountLimits&);           // Limits of a newer server that we do not know stay.
  Permissions default_permissions() const;         // Of users that have none of their own.
  void set_default_permissions(const Permissions&);
  std::vector<Export> exports() const;
  void set_exports(const std::vector<Export>&);  // What of them is there keeps its revocations; likewise:
  std::vector<Import> imports() const;           // members that are not known here stay.
  void set_imports(const std::vector<Import>&);
  std::vector<SigningKey> signing_key_scopes() const;
  void set_signing_keys(const std::vector<SigningKey>& keys);
  std::vector<std::string> signing_keys() const;       // Public keys, plain and scoped alike.
  bool is_scoped(std::string_view signing_key) const;  // Its role says what its users may do.
  std::map<std::string, std::int64_t> revocations() const;
  void revoke(std::string_view user_public_key,
              std::int64_t at);  // Never moves an earlier revocation back in time.
  void take_back_revocation(std::string_view user_public_key);
  SubjectMappings mappings() const;
  void set_mappings(const SubjectMappings& mappings);
  Authorization authorization() const;
  void set_authorization(const Authorization& authorization);

  // What another writer made of `before` is made here too, but for what was changed otherwise here since. No
  // revocation is taken back.
  void carry_over(const AccountClaims& before, const AccountClaims& after);

  // Equal but for iss, iat and jti: nothing to write.
  bool same_content(const AccountClaims& other) const;
  // What a server would refuse or misread, in words, with the claim's path; empty when all is well. Flat
  // beside tiered limits is among them: old servers take it and then do not know which counts.
  std::vector<std::string> problems() const;
  std::string encode(const KeyPair& signer, std::int64_t issued_at) const;
  const nlohmann::json& document() const;

 private:
  explicit AccountClaims(nlohmann::json document);
  std::unique_ptr<nlohmann::json> document_;
};

}  // namespace ghboot::nats
