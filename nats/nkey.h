// SPDX-License-Identifier: Apache-2.0
// NATS's keys: Ed25519 (X25519 for curve keys) in base32 with a kind and a checksum. A public key is passed
// as its text, "A…", once parse_public_key() has taken it. Source: nats-io/nkeys, strkey and crc16. Threads:
// any, a KeyPair is never changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nats/environment.h"
#include "nats/error.h"
#include "nats/secret.h"

namespace ghboot::nats {

enum class KeyKind : std::uint8_t { operator_key, account, user, server, cluster, curve };

std::string_view to_string(KeyKind kind);  // "operator", "account", …: for messages and schemas.
std::optional<KeyKind> parse_kind(std::string_view name);  // What to_string() wrote.
char key_prefix(KeyKind kind);                             // 'O', 'A', 'U', 'N', 'C', 'X'

// The kind of a well-formed public key; ErrorKind::invalid says what is wrong with it (length, letter,
// checksum, or that a seed was given: a seed is named as such and never repeated in the message).
Result<KeyKind> parse_public_key(std::string_view text);

class KeyPair {
 public:
  static KeyPair generate(KeyKind kind, Random& random);
  // White space around the seed is taken away. ErrorKind::invalid: the message says what is wrong, never the
  // seed.
  static Result<KeyPair> from_seed(std::string_view seed);

  KeyKind kind() const { return kind_; }
  const std::string& public_key() const { return public_key_; }
  const Secret& seed() const { return seed_; }
  // 64 raw bytes. Not for curve keys (a CHECK of ours).
  std::string sign(std::string_view bytes) const;

 private:
  KeyPair(KeyKind kind, std::string public_key, Secret seed, Secret expanded);
  KeyKind kind_;
  std::string public_key_;
  Secret seed_;
  Secret expanded_;  // libsodium's 64-byte form.
};

// False also for anything malformed.
bool verify_signature(std::string_view public_key, std::string_view bytes, std::string_view signature);

}  // namespace ghboot::nats
