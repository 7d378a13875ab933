// SPDX-License-Identifier: Apache-2.0
#include "github/signature.h"

#include <array>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace ghboot::github {

std::string signature_256(std::string_view secret, std::string_view body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  // Without a key OpenSSL would take the one of the call before, so that none is an empty text here.
  const std::string_view key = secret.empty() ? std::string_view("") : secret;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &size);
  std::string out = "sha256=";
  for (unsigned i = 0; i < size; ++i) out += fmt::format("{:02x}", digest.at(i));
  return out;
}

bool is_signed(std::string_view secret, std::string_view body, std::string_view given) {
  if (secret.empty()) return false;
  const std::string expected = signature_256(secret, body);
  return given.size() == expected.size() &&
         CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

}  // namespace ghboot::github
