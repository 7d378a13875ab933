// SPDX-License-Identifier: Apache-2.0
#include "nats/nkey.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <sodium.h>

#include "nats/base32.h"

namespace ghboot::nats {
namespace {

using Bytes = std::span<const unsigned char>;

struct Kind {
  KeyKind kind;
  std::string_view name;
  char letter;
  unsigned prefix;  // The letter as the first five bits.
};
constexpr std::array<Kind, 6> kinds{{{KeyKind::operator_key, "operator", 'O', 14 << 3},
                                     {KeyKind::account, "account", 'A', 0},
                                     {KeyKind::user, "user", 'U', 20 << 3},
                                     {KeyKind::server, "server", 'N', 13 << 3},
                                     {KeyKind::cluster, "cluster", 'C', 2 << 3},
                                     {KeyKind::curve, "curve", 'X', 23 << 3}}};
constexpr unsigned seed_prefix = 18 << 3;
constexpr std::size_t key_size = 32, checksum_size = 2;
constexpr std::size_t public_size = 1 + key_size + checksum_size, seed_size = 2 + key_size + checksum_size;
constexpr std::size_t public_length = base32_size(public_size), seed_length = base32_size(seed_size);

const Kind& kind_of(KeyKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

const Kind* find_kind(unsigned prefix) {
  const auto* found = std::ranges::find(kinds, prefix, &Kind::prefix);
  return found == kinds.end() ? nullptr : found;
}

constexpr std::array<std::uint16_t, 256> crc16_table = [] {  // XMODEM: polynomial 0x1021, from 0.
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}();

unsigned crc16(Bytes bytes) {
  unsigned crc = 0;
  for (const unsigned char byte : bytes) crc = (crc << 8 & 0xffff) ^ crc16_table[crc >> 8 ^ byte];
  return crc;
}

void append_checksum(std::span<unsigned char> bytes) {  // Into the last two, low byte first.
  const unsigned crc = crc16(bytes.first(bytes.size() - checksum_size));
  bytes[bytes.size() - 2] = static_cast<unsigned char>(crc);
  bytes[bytes.size() - 1] = static_cast<unsigned char>(crc >> 8);
}

bool checksum_is_right(Bytes bytes) {
  const unsigned crc = bytes[bytes.size() - 2] | static_cast<unsigned>(bytes[bytes.size() - 1]) << 8;
  return crc == crc16(bytes.first(bytes.size() - checksum_size));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(white);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

bool looks_like_seed(std::string_view text) {
  return text.size() > 1 && text.front() == 'S' &&
         std::ranges::find(kinds, text[1], &Kind::letter) != kinds.end();
}

// Of a text that is no key of `length` letters. It is never repeated: it may be a secret in the wrong place.
Error malformed(std::string_view what, std::string_view text, std::size_t length) {
  if (text.empty()) return {ErrorKind::invalid, fmt::format("the {} is empty", what)};
  if (text.size() != length)
    return {ErrorKind::invalid,
            fmt::format("the {} has {} characters instead of {}", what, text.size(), length)};
  if (const std::size_t at = find_not_base32(text); at != std::string_view::npos)
    return {ErrorKind::invalid, fmt::format("character {} of the {} is none of A-Z and 2-7", at + 1, what)};
  return {ErrorKind::invalid, fmt::format("the checksum of the {} is wrong: it was mistyped or cut", what)};
}

Error not_a_seed(std::string_view text) {
  if (text.size() == public_length && parse_public_key(text))
    return {ErrorKind::invalid, "a public key was given where a seed is needed, which begins with S"};
  return malformed("seed", text, seed_length);
}

struct RawPublicKey {
  KeyKind kind;
  std::array<unsigned char, public_size> bytes;
  const unsigned char* key() const { return bytes.data() + 1; }
};

Result<RawPublicKey> decode_public_key(std::string_view text) {
  RawPublicKey raw{};
  if (looks_like_seed(text))
    return fail(ErrorKind::invalid, fmt::format("a seed (S{}…) was given where a public key is needed; "
                                                "seeds are secret: give the public key that belongs to it",
                                                text[1]));
  if (!base32_decode(text, raw.bytes) || !checksum_is_right(raw.bytes))
    return std::unexpected(malformed("public key", text, public_length));
  const Kind* kind = find_kind(raw.bytes[0]);
  if (!kind)
    return fail(ErrorKind::invalid, "the public key begins with none of the letters O, A, U, N, C and X");
  raw.kind = kind->kind;
  return raw;
}

std::string format_public_key(KeyKind kind, Bytes key) {
  std::array<unsigned char, public_size> bytes{};
  bytes[0] = static_cast<unsigned char>(kind_of(kind).prefix);
  std::ranges::copy(key, bytes.begin() + 1);
  append_checksum(bytes);
  return base32_encode(bytes);
}

Secret format_seed(KeyKind kind, Bytes key) {
  std::array<unsigned char, seed_size> bytes{};
  bytes[0] = static_cast<unsigned char>(seed_prefix | kind_of(kind).prefix >> 5);
  bytes[1] = static_cast<unsigned char>((kind_of(kind).prefix & 31) << 3);
  std::ranges::copy(key, bytes.begin() + 2);
  append_checksum(bytes);
  Secret seed(base32_encode(bytes));
  sodium_memzero(bytes.data(), bytes.size());
  return seed;
}

struct Expanded {  // A curve key's private form is the seed itself.
  std::string public_key;
  Secret key;
};

Expanded expand(KeyKind kind, const unsigned char* seed) {
  static_assert(key_size == crypto_sign_SEEDBYTES);
  static_assert(key_size == crypto_scalarmult_SCALARBYTES);
  std::array<unsigned char, key_size> public_key{};
  std::string key(kind == KeyKind::curve ? key_size : crypto_sign_SECRETKEYBYTES, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(key.data());
  if (kind == KeyKind::curve) {
    std::copy_n(seed, key_size, bytes);
    crypto_scalarmult_base(public_key.data(), seed);
  } else {
    crypto_sign_seed_keypair(public_key.data(), bytes, seed);
  }
  return {format_public_key(kind, public_key), Secret(std::move(key))};
}

}  // namespace

std::string_view to_string(KeyKind kind) { return kind_of(kind).name; }

std::optional<KeyKind> parse_kind(std::string_view name) {
  const auto* found = std::ranges::find(kinds, name, &Kind::name);
  return found == kinds.end() ? std::nullopt : std::optional(found->kind);
}

char key_prefix(KeyKind kind) { return kind_of(kind).letter; }

Result<KeyKind> parse_public_key(std::string_view text) {
  const auto raw = decode_public_key(text);
  if (!raw) return std::unexpected(raw.error());
  return raw->kind;
}

KeyPair::KeyPair(KeyKind kind, std::string public_key, Secret seed, Secret expanded)
    : kind_(kind),
      public_key_(std::move(public_key)),
      seed_(std::move(seed)),
      expanded_(std::move(expanded)) {}

KeyPair KeyPair::generate(KeyKind kind, Random& random) {
  std::array<unsigned char, key_size> bytes{};
  random.fill(bytes);
  auto [public_key, expanded] = expand(kind, bytes.data());
  KeyPair pair(kind, std::move(public_key), format_seed(kind, bytes), std::move(expanded));
  sodium_memzero(bytes.data(), bytes.size());
  return pair;
}

Result<KeyPair> KeyPair::from_seed(std::string_view seed) {
  const std::string_view text = trimmed(seed);
  std::array<unsigned char, seed_size> bytes{};
  const bool right = base32_decode(text, bytes) && checksum_is_right(bytes);
  const unsigned prefix = (bytes[0] & 7U) << 5 | bytes[1] >> 3;
  const bool is_seed = (bytes[0] & 0xf8) == seed_prefix && (bytes[1] & 7) == 0;
  const Kind* kind = right && is_seed ? find_kind(prefix) : nullptr;
  if (!kind) {
    sodium_memzero(bytes.data(), bytes.size());
    if (!right) return std::unexpected(not_a_seed(text));
    return fail(ErrorKind::invalid, is_seed ? "the seed is of a kind of key that is not known: after S comes "
                                              "none of the letters O, A, U, N, C and X"
                                            : "what was given is no seed: a seed begins with S");
  }
  auto [public_key, expanded] = expand(kind->kind, bytes.data() + 2);
  sodium_memzero(bytes.data(), bytes.size());
  return KeyPair(kind->kind, std::move(public_key), Secret(std::string(text)), std::move(expanded));
}

std::string KeyPair::sign(std::string_view bytes) const {
  if (kind_ == KeyKind::curve) std::abort();
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                       reinterpret_cast<const unsigned char*>(expanded_.reveal().data()));
  return signature;
}

bool verify_signature(std::string_view public_key, std::string_view bytes, std::string_view signature) {
  const auto key = decode_public_key(public_key);
  if (!key || key->kind == KeyKind::curve || signature.size() != crypto_sign_BYTES) return false;
  return crypto_sign_verify_detached(reinterpret_cast<const unsigned char*>(signature.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                                     key->key()) == 0;
}

}  // namespace ghboot::nats
