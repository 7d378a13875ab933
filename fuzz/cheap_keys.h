// SPDX-License-Identifier: Apache-2.0
// Keys and signatures are cheap checksums here: they are libsodium's, not ours, no mutation would ever make
// one, and with them nearly all the time of a run would go to curves. The unit tests have the real ones. One
// file of a program includes this.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include <sodium.h>

namespace ghboot::fuzz {

inline std::array<unsigned char, crypto_sign_BYTES> checksum(std::span<const unsigned char> bytes) {
  std::uint64_t hash = 14695981039346656037U;
  for (const unsigned char byte : bytes) hash = (hash ^ byte) * 1099511628211U;
  std::array<unsigned char, crypto_sign_BYTES> sum = {};
  for (std::size_t index = 0; index < sizeof hash; ++index)
    sum.at(index) = static_cast<unsigned char>(hash >> (8 * index));
  return sum;
}

}  // namespace ghboot::fuzz

// Before libsodium's own, by the linker's order.
int crypto_sign_seed_keypair(unsigned char* public_key, unsigned char* secret_key,
                             const unsigned char* seed) {
  const std::span from(seed, crypto_sign_SEEDBYTES);
  const auto sum = ghboot::fuzz::checksum(from);
  const auto key = std::span(sum).first<crypto_sign_PUBLICKEYBYTES>();
  std::ranges::copy(key, public_key);
  std::ranges::copy(key, std::ranges::copy(from, secret_key).out);
  return 0;
}

int crypto_sign_detached(unsigned char* signature, unsigned long long*, const unsigned char* bytes,
                         unsigned long long size, const unsigned char*) {
  std::ranges::copy(ghboot::fuzz::checksum({bytes, size}), signature);
  return 0;
}

int crypto_sign_verify_detached(const unsigned char* signature, const unsigned char* bytes,
                                unsigned long long size, const unsigned char*) {
  return std::ranges::equal(ghboot::fuzz::checksum({bytes, size}), std::span(signature, crypto_sign_BYTES))
             ? 0
             : -1;
}
