// SPDX-License-Identifier: Apache-2.0
// ClaimMembers reads the members of one object of a claim by name. Missing and null read as empty, 0 or
// false, as in the servers' library; what is of another type reads so too and is remembered as the claim's
// first fault. Never throws. Threads: as any value. The object, and the fault, are borrowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "nats/error.h"
#include "nats/nkey.h"

namespace ghboot::nats {

using ClaimFault = std::optional<Error>;

class ClaimMembers {
 public:
  ClaimMembers(const nlohmann::json& object, std::string path, ClaimFault& fault)
      : object_(object), path_(std::move(path)), fault_(fault) {}

  ClaimMembers object(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::int64_t number(std::string_view name) const;  // Whole, of 64 bits.
  bool flag(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::string key(std::string_view name, KeyKind kind) const;  // Empty, or a public key of this kind.
  const nlohmann::json& at(std::string_view name) const;       // Null where it is missing.

  const nlohmann::json& json() const { return object_; }
  std::string path_of(std::string_view name) const;                 // "nats.limits.conn"
  void expect(std::string_view name, std::string_view what) const;  // The fault: `what` is expected there.

 private:
  const nlohmann::json& object_;
  std::string path_;
  ClaimFault& fault_;
};

// The payload of a JWT whose "nats.type" is `type`.
Result<nlohmann::json> decode_claims(std::string_view jwt, std::string_view type);

}  // namespace ghboot::nats
