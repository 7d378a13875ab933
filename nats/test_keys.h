// SPDX-License-Identifier: Apache-2.0
// For tests: keys that are the same in each run, and a JWT put together by hand where ours would refuse to
// write it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "nats/base64.h"
#include "nats/environment.h"
#include "nats/nkey.h"

namespace ghboot::nats {

class CountingRandom final : public Random {  // 0, 1, 2, …
 public:
  explicit CountingRandom(unsigned char first = 0) : next_(first) {}
  void fill(std::span<unsigned char> bytes) override {
    for (unsigned char& byte : bytes) byte = next_++;
  }

 private:
  unsigned char next_;
};

inline KeyPair test_key(KeyKind kind, unsigned char first = 0) {
  CountingRandom random(first);
  return KeyPair::generate(kind, random);
}

constexpr std::string_view jwt_header = R"({"typ":"JWT","alg":"ed25519-nkey"})";

inline std::string signed_token(std::string_view header, std::string_view payload, const KeyPair& signer) {
  const std::string text = encode_base64url(header) + "." + encode_base64url(payload);
  return text + "." + encode_base64url(signer.sign(text));
}

}  // namespace ghboot::nats
