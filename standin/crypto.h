// SPDX-License-Identifier: Apache-2.0
// Hashes and signatures by OpenSSL, and names drawn from the randomness that is handed in. Threads: any.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "nats/environment.h"

namespace ghboot::standin {

std::string hex(std::string_view bytes);  // In lower case.
std::string sha256_hex(std::string_view text);
// In lower-case hex (RFC 2104).
std::string hmac_sha1_hex(std::string_view key, std::string_view text);

// A random UUID (RFC 9562, 5.4).
std::string random_guid(nats::Random& random);
// Letters and digits.
std::string random_word(nats::Random& random, std::size_t length);

// An RSA key of 2048 bits, as PEM. Empty when OpenSSL makes none.
struct KeyPair {
  std::string private_pem, public_pem;
};
KeyPair make_rsa_key();
// RS256 (RFC 7518, 3.3). False too for what is no key.
bool verify_rs256(const std::string& public_pem, std::string_view text, std::string_view signature);
// Empty for what is no key.
std::string sign_rs256(const std::string& private_pem, std::string_view text);

}  // namespace ghboot::standin
