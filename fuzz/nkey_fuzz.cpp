// SPDX-License-Identifier: Apache-2.0
// A key's text. The first byte chooses: 't', the rest is the text as it comes; else its bytes, which get a
// checksum and are written in base32, so that what stands behind the checksum is reached.
#include <vector>

#include "fuzz/oracle.h"
#include "nats/base32.h"
#include "nats/nkey.h"

namespace {

using namespace ghboot::nats;
using ghboot::fuzz::require;

std::string with_checksum(std::string_view raw) {
  unsigned crc = 0;  // XMODEM, bit by bit: the slow form, beside the table of the code under test.
  for (const char c : raw) {
    crc ^= static_cast<unsigned>(static_cast<std::uint8_t>(c)) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = ((crc & 0x8000U) != 0 ? crc << 1 ^ 0x1021U : crc << 1) & 0xffffU;
  }
  std::vector<unsigned char> bytes(raw.begin(), raw.end());
  bytes.push_back(static_cast<unsigned char>(crc));
  bytes.push_back(static_cast<unsigned char>(crc >> 8));
  return base32_encode(bytes);
}

// A message may hold words that the input has too: a key's letters it may not.
bool is_held(std::string_view text, const std::string& message) {
  return text.size() >= 20 && find_not_base32(text) == std::string_view::npos && message.contains(text);
}

void check_seed(std::string_view text) {
  const auto key = KeyPair::from_seed(text);
  if (!key) {
    require(!key.error().message.empty() && key.error().kind == ErrorKind::invalid, "a refusal says why");
    require(!is_held(text, key.error().message), "a message never holds the seed");
    return;
  }
  const auto kind = parse_public_key(key->public_key());
  require(kind && *kind == key->kind(), "a seed's public key is of its kind");
  require(key->public_key().front() == key_prefix(key->kind()), "a public key begins with its kind's letter");
  const auto again = KeyPair::from_seed(key->seed().reveal());
  require(again && again->public_key() == key->public_key(), "a seed survives");
  require(!parse_public_key(key->seed().reveal()), "a seed is no public key");
  if (key->kind() == KeyKind::curve) return;
  const std::string signature = key->sign(text);
  require(verify_signature(key->public_key(), text, signature), "what is signed verifies");
  require(!verify_signature(key->public_key(), "another text", signature), "another text does not");
}

void check_text(std::string_view text) {
  check_seed(text);
  const auto kind = parse_public_key(text);
  require(kind || !kind.error().message.empty(), "a refusal says why");
  require(kind || !is_held(text, kind.error().message),
          "a message never holds what may be a seed in the wrong place");
  if (kind) require(text.front() == key_prefix(*kind), "a public key begins with its kind's letter");
  require(!verify_signature(text, text, std::string(64, 'x')), "64 letters are no signature");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = ghboot::fuzz::text_of(data, size);
  check_text(ghboot::fuzz::take_choice(input) == 't' ? std::string(input) : with_checksum(input));
  return 0;
}
