// SPDX-License-Identifier: Apache-2.0
#include "nats/base32.h"

#include <cstdint>

namespace ghboot::nats {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

int value_of(char letter) {
  if (letter >= 'A' && letter <= 'Z') return letter - 'A';
  if (letter >= '2' && letter <= '7') return letter - '2' + 26;
  return -1;
}

}  // namespace

std::string base32_encode(std::span<const unsigned char> bytes) {
  std::string text;
  text.reserve(base32_size(bytes.size()));
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  for (const unsigned char byte : bytes) {
    bits = bits << 8 | byte;
    for (bit_count += 8; bit_count >= 5; bit_count -= 5) text += alphabet[bits >> (bit_count - 5) & 31];
  }
  if (bit_count > 0) text += alphabet[bits << (5 - bit_count) & 31];
  return text;
}

bool base32_decode(std::string_view text, std::span<unsigned char> bytes) {
  if (text.size() != base32_size(bytes.size())) return false;
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  std::size_t at = 0;
  for (const char letter : text) {
    const int value = value_of(letter);
    if (value < 0) return false;
    bits = bits << 5 | static_cast<std::uint32_t>(value);
    bit_count += 5;
    if (bit_count < 8) continue;
    bit_count -= 8;
    bytes[at++] = static_cast<unsigned char>(bits >> bit_count);
  }
  return (bits & ((1U << bit_count) - 1)) == 0;
}

std::size_t find_not_base32(std::string_view text) { return text.find_first_not_of(alphabet); }

}  // namespace ghboot::nats
